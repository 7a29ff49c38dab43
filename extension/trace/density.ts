/**
 * How much of any stretch of time a lane ran or was ready, in two look-ups however many steps the stretch holds: running
 * sums at the borders of equal buckets of time. What a zoomed-out picture is drawn from.
 */
import { times, type Column } from "./columns";
import { STRIDE, type Moments } from "./moments";
import type { Nanoseconds } from "./types";

/** The first buckets' length; they double whenever the lane would need more of them than half its steps. */
const FINEST: Nanoseconds = 1 << 14;
/** Buckets any lane may have. */
const FEW = 64;

export class Density {
  /** Length of a bucket: what is closer together than this is not told apart. */
  resolution: Nanoseconds = FINEST;
  /** At each border how long it had run by then, and, if that is kept, how long it had been ready. */
  private readonly sums: Column;
  private readonly stride: 1 | 2;
  private runTotal: Nanoseconds = 0;
  private readyTotal: Nanoseconds = 0;
  private end: Nanoseconds;
  /** Where the sums are due next. */
  private border: Nanoseconds;
  private steps = 0;
  /** Until when there is room for more buckets; with more steps there may be room for longer. */
  private full: Nanoseconds;

  /** A loop is never ready: `keepReady` false saves that half. */
  constructor(
    private readonly origin: Nanoseconds,
    private readonly keepReady: boolean,
  ) {
    this.stride = keepReady ? 2 : 1;
    this.sums = times(FEW * this.stride);
    this.end = this.border = origin;
    this.full = origin + FINEST * FEW;
  }

  /** Times ascend from step to step: none is ready before the last one's end. */
  add({ times, length }: Moments): void {
    // Kept apart from the object while it is counted: there every number with a fraction would be an object of its own.
    let { border, resolution, runTotal, readyTotal } = this;
    for (let i = 0; i < length; i += STRIDE) {
      const readySince = times[i]!;
      const start = times[i + 1]!;
      const end = times[i + 2]!;
      const ready = start - readySince;
      this.steps += 1;
      // Before anything is filled in: a long sleep must not fill borders that would be thrown away.
      if (end > this.full) {
        this.makeRoom(end);
        ({ border, resolution } = this);
      }
      for (; border <= end; border += resolution) {
        this.sums.push(runTotal + Math.max(border - start, 0));
        if (this.keepReady) this.sums.push(readyTotal + Math.min(Math.max(border - readySince, 0), ready));
      }
      readyTotal += ready;
      runTotal += end - start;
      this.end = end;
    }
    this.border = border;
    this.readyTotal = readyTotal;
    this.runTotal = runTotal;
  }

  runningBefore(t: Nanoseconds): Nanoseconds {
    return this.before(t, 0, this.runTotal);
  }

  readyBefore(t: Nanoseconds): Nanoseconds {
    return this.keepReady ? this.before(t, 1, this.readyTotal) : 0;
  }

  /** `which`: 0 run, 1 ready. */
  private before(t: Nanoseconds, which: 0 | 1, total: Nanoseconds): Nanoseconds {
    if (t >= this.end) return total;
    if (t <= this.origin) return 0;
    const position = (t - this.origin) / this.resolution;
    const i = Math.floor(position);
    const { sums, stride } = this;
    const at = i * stride + which;
    const from = sums.at(at);
    if (at + stride < sums.length) return from + (sums.at(at + stride) - from) * (position - i);
    const last = this.origin + i * this.resolution;
    return from + ((total - from) * (t - last)) / (this.end - last);
  }

  private makeRoom(end: Nanoseconds): void {
    const most = Math.max(FEW, this.steps / 2);
    while (end - this.origin > this.resolution * most) {
      this.resolution *= 2;
      this.sums.halve(this.stride);
    }
    this.full = this.origin + this.resolution * most;
    this.border = this.origin + (this.sums.length / this.stride) * this.resolution;
  }
}
