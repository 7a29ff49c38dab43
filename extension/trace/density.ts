/**
 * How much of any stretch of time a lane ran or was ready, in two look-ups however many steps the stretch holds: running
 * sums at the borders of equal buckets of time. What a zoomed-out picture is drawn from.
 */
import { times, type Column } from "./columns";
import type { Nanoseconds } from "./types";

/** The first buckets' length; they double whenever the lane would need more of them than half its steps. */
const FINEST: Nanoseconds = 1 << 14;
/** Buckets any lane may have. */
const FEW = 64;

export class Density {
  /** Length of a bucket: what is closer together than this is not told apart. */
  resolution: Nanoseconds = FINEST;
  private readonly run = times(FEW);
  private readonly ready = times(FEW);
  private runTotal: Nanoseconds = 0;
  private readyTotal: Nanoseconds = 0;
  private end: Nanoseconds;
  private steps = 0;

  /** A loop is never ready: `keepReady` false saves that half. */
  constructor(
    private readonly origin: Nanoseconds,
    private readonly keepReady: boolean,
  ) {
    this.end = origin;
  }

  /** Times ascend from call to call: `readySince` is not before the last step's end. */
  add(readySince: Nanoseconds, start: Nanoseconds, end: Nanoseconds): void {
    this.steps += 1;
    const most = Math.max(FEW, this.steps / 2);
    while ((end - this.origin) / this.resolution > most) this.coarsen();
    this.fill(readySince, 0, 0);
    this.fill(start, 0, 1);
    this.readyTotal += start - readySince;
    this.end = start;
    this.fill(end, 1, 0);
    this.runTotal += end - start;
    this.end = end;
  }

  runningBefore(t: Nanoseconds): Nanoseconds {
    return this.before(t, this.run, this.runTotal);
  }

  readyBefore(t: Nanoseconds): Nanoseconds {
    return this.keepReady ? this.before(t, this.ready, this.readyTotal) : 0;
  }

  /** The sums at all borders up to `to`; since `end` the lane ran (or was ready) or not, the whole time. */
  private fill(to: Nanoseconds, running: 0 | 1, ready: 0 | 1): void {
    for (let border = this.borderAfter(); border <= to; border += this.resolution) {
      this.run.push(this.runTotal + running * (border - this.end));
      if (this.keepReady) this.ready.push(this.readyTotal + ready * (border - this.end));
    }
    if (ready === 0 && running === 0) this.end = Math.max(this.end, to);
  }

  private borderAfter(): Nanoseconds {
    return this.origin + this.run.length * this.resolution;
  }

  private before(t: Nanoseconds, sums: Column, total: Nanoseconds): Nanoseconds {
    if (t >= this.end) return total;
    if (t <= this.origin) return 0;
    const position = (t - this.origin) / this.resolution;
    const i = Math.floor(position);
    const from = sums.at(i);
    if (i + 1 < sums.length) return from + (sums.at(i + 1) - from) * (position - i);
    const last = this.origin + i * this.resolution;
    return from + ((total - from) * (t - last)) / (this.end - last);
  }

  private coarsen(): void {
    this.resolution *= 2;
    halve(this.run);
    if (this.keepReady) halve(this.ready);
  }
}

/** Keeps every second sum. */
function halve(sums: Column): void {
  const length = Math.ceil(sums.length / 2);
  for (let i = 1; i < length; i++) sums.set(i, sums.at(2 * i));
  sums.truncate(length);
}
