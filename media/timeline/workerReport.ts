/** What the page and the worker that reads for it say to each other, besides the bytes. */
import type { TraceError } from "../../extension/trace";

export interface WorkerReport {
  readonly delta: ArrayBuffer;
  /** Bytes that were read with this; more may have been read only in part. */
  readonly taken: number;
  /** Errors keep their fields only if they cross one by one. */
  readonly error: Pick<TraceError, "reason" | "message" | "nextStep" | "offset"> | undefined;
}

/** The page's answer to each report. */
export const TAKEN = "taken";
