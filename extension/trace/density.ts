/**
 * How much of any stretch of time a lane ran or was ready, in two look-ups however many steps the stretch holds: running
 * sums at the borders of equal buckets of time. What a zoomed-out picture is drawn from.
 */
import { times, type Column } from "./columns";
import type { DeltaReader, DeltaWriter } from "./delta";
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
  /** Where the sums are due next. */
  private border: Nanoseconds;
  private steps = 0;

  /** A loop is never ready: `keepReady` false saves that half. */
  constructor(
    private readonly origin: Nanoseconds,
    private readonly keepReady: boolean,
  ) {
    this.end = this.border = origin;
  }

  /** Goes on after so many steps of a lane whose sums so far somebody else has. */
  static after(
    steps: number,
    origin: Nanoseconds,
    end: Nanoseconds,
    runTotal: Nanoseconds,
    readyTotal: Nanoseconds,
    keepReady: boolean,
  ): Density {
    const density = new Density(origin, keepReady);
    density.steps = steps;
    while (end - origin > density.most()) density.resolution *= 2;
    const borders = Math.floor((end - origin) / density.resolution) + 1;
    density.run.skip(borders);
    if (keepReady) density.ready.skip(borders);
    density.border = origin + borders * density.resolution;
    density.end = end;
    density.runTotal = runTotal;
    density.readyTotal = readyTotal;
    return density;
  }

  /** Times ascend from call to call: `readySince` is not before the last step's end. */
  add(readySince: Nanoseconds, start: Nanoseconds, end: Nanoseconds): void {
    this.steps += 1;
    // Before anything is filled in: a long sleep must not fill borders that would be thrown away.
    if (end - this.origin > this.most()) this.makeRoom(end);
    if (this.border <= end) this.fill(readySince, start, end);
    this.readyTotal += start - readySince;
    this.runTotal += end - start;
    this.end = end;
  }

  runningBefore(t: Nanoseconds): Nanoseconds {
    return this.before(t, this.run, this.runTotal);
  }

  readyBefore(t: Nanoseconds): Nanoseconds {
    return this.keepReady ? this.before(t, this.ready, this.readyTotal) : 0;
  }

  write(delta: DeltaWriter): void {
    delta.number(this.resolution);
    delta.number(this.runTotal);
    delta.number(this.readyTotal);
    delta.number(this.end);
    this.run.write(delta);
    this.ready.write(delta);
  }

  read(delta: DeltaReader): void {
    const resolution = delta.number();
    while (this.resolution < resolution) this.coarsen();
    this.runTotal = delta.number();
    this.readyTotal = delta.number();
    this.end = delta.number();
    this.run.read(delta);
    this.ready.read(delta);
  }

  /** The sums at all borders up to `end`; the lane waited until `readySince`, then was ready until `start`, then ran. */
  private fill(readySince: Nanoseconds, start: Nanoseconds, end: Nanoseconds): void {
    const { runTotal, readyTotal } = this;
    while (this.border <= readySince) this.push(runTotal, readyTotal);
    while (this.border <= start) this.push(runTotal, readyTotal + (this.border - readySince));
    const ready = readyTotal + (start - readySince);
    while (this.border <= end) this.push(runTotal + (this.border - start), ready);
  }

  private push(run: Nanoseconds, ready: Nanoseconds): void {
    this.run.push(run);
    if (this.keepReady) this.ready.push(ready);
    this.border += this.resolution;
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

  /** The longest time the steps so far have buckets for. */
  private most(): Nanoseconds {
    return this.resolution * Math.max(FEW, this.steps / 2);
  }

  private makeRoom(end: Nanoseconds): void {
    while (end - this.origin > this.most()) this.coarsen();
    this.border = this.origin + this.run.length * this.resolution;
  }

  private coarsen(): void {
    this.resolution *= 2;
    this.run.halve();
    if (this.keepReady) this.ready.halve();
  }
}
