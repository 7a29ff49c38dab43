/** What the worker that reads for the page says. It is told the bytes, and of how many reports more were taken in. */
import type { TraceError } from "../../extension/trace";

export interface WorkerReport {
  readonly delta: ArrayBuffer;
  /** Bytes that were read with this; more may have been read only in part. */
  readonly taken: number;
  /** Errors keep their fields only if they cross one by one. */
  readonly error: Pick<TraceError, "reason" | "message" | "nextStep" | "offset"> | undefined;
}
