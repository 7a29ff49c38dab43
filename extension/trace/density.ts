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

/** Sums on their way into their column; a whole number of borders. */
const due = new Float64Array(256);
/** The answer to the last question. */
const asked = new Float64Array(2);

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
    let { border, resolution, runTotal, readyTotal, end } = this;
    let dues = 0;
    for (let i = 0; i < length; i += STRIDE) {
      const readySince = times[i]!;
      const start = times[i + 1]!;
      end = times[i + 2]!;
      const ready = start - readySince;
      this.steps += 1;
      // Before anything is filled in: a long sleep must not fill borders that would be thrown away.
      if (end > this.full) {
        this.sums.append(due, dues);
        dues = 0;
        this.makeRoom(end);
        ({ border, resolution } = this);
      }
      for (; border <= end; border += resolution) {
        due[dues++] = runTotal + Math.max(border - start, 0);
        if (this.keepReady) due[dues++] = readyTotal + Math.min(Math.max(border - readySince, 0), ready);
        if (dues < due.length) continue;
        this.sums.append(due, dues);
        dues = 0;
      }
      readyTotal += ready;
      runTotal += end - start;
    }
    this.sums.append(due, dues);
    this.end = end;
    this.border = border;
    this.readyTotal = readyTotal;
    this.runTotal = runTotal;
  }

  runningBefore(t: Nanoseconds): Nanoseconds {
    this.before(t, asked);
    return asked[0]!;
  }

  readyBefore(t: Nanoseconds): Nanoseconds {
    this.before(t, asked);
    return asked[1]!;
  }

  /** Both into one array, for those that ask for every few pixels. */
  before(t: Nanoseconds, into: Float64Array): void {
    const position = (t - this.origin) / this.resolution;
    const i = Math.floor(position);
    const { sums, stride } = this;
    const isLast = (i + 1) * stride >= sums.length;
    const last = this.origin + i * this.resolution;
    const share = isLast ? (t - last) / (this.end - last) : position - i;
    for (let which = 0; which < 2; which++) {
      const total = which === 0 ? this.runTotal : this.readyTotal;
      if (t >= this.end) into[which] = total;
      else if (t <= this.origin || which >= stride) into[which] = 0;
      else {
        const from = sums.at(i * stride + which);
        into[which] = from + ((isLast ? total : sums.at((i + 1) * stride + which)) - from) * share;
      }
    }
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
