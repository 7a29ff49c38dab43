/** What the worker that reads for the page says. It is told the bytes, and of how many deltas more were taken in. */
import type { TraceError } from "../../extension/trace";

export interface WorkerReport {
  /** In order, at least one: a page pays for each message, so all of a piece come in one. */
  readonly deltas: readonly ArrayBuffer[];
  /** Bytes that were read with these. */
  readonly taken: number;
  /** Errors keep their fields only if they cross one by one. */
  readonly error: Pick<TraceError, "reason" | "message" | "nextStep" | "offset"> | undefined;
}
