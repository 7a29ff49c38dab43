/**
 * When some steps became ready, started and ended, one step after another: how their times are handed on. Number by number
 * an engine would make an object of each, and a live view would then pause to clear them away.
 */
import type { Nanoseconds } from "./types";

/** Numbers of a step. */
export const STRIDE = 3;
/** Steps handed on at once, at most. */
const MOST = 256;

export class Moments {
  readonly times = new Float64Array(MOST * STRIDE);
  /** Numbers, not steps. */
  length = 0;

  get isFull(): boolean {
    return this.length === this.times.length;
  }

  push(readySince: Nanoseconds, start: Nanoseconds, end: Nanoseconds): void {
    const { times, length } = this;
    times[length] = readySince;
    times[length + 1] = start;
    times[length + 2] = end;
    this.length = length + STRIDE;
  }
}
