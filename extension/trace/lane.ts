/** The steps of one task or of one loop, in time order, with sums over them: no view has to walk a lane again. */
import { times } from "./columns";
import type { DeltaReader, DeltaWriter } from "./delta";
import { Density } from "./density";
import type { StepLane } from "./trace";
import type { Nanoseconds, StepIndex } from "./types";

/** A step or callback longer than this blocks its loop: asyncio's own default for `slow_callback_duration`. */
export const SLOW_CALLBACK: Nanoseconds = 100e6;

/** Steps between two kept sums; a power of two. */
const BLOCK = 32;
/** A lane with fewer steps is drawn from them. */
const DENSE = 128;

/** Which steps they are. */
interface Positions {
  readonly length: number;
  at(i: number): StepIndex;
  push(step: StepIndex): void;
  write(delta: DeltaWriter): void;
  read(delta: DeltaReader): void;
}

interface StepTimes {
  /** What was written is gone. */
  readonly forgets?: boolean;
  start(step: StepIndex): Nanoseconds;
  end(step: StepIndex): Nanoseconds;
  readySince(step: StepIndex): Nanoseconds;
}

export class StepList implements StepLane {
  readonly slow: number[] = [];
  /** Has changed since the last delta. */
  touched = false;
  private slowSent = 0;
  density: Density | undefined;
  lastEnd: Nanoseconds = 0;
  /** When the first step became ready. */
  private origin: Nanoseconds = 0;
  private runTotal: Nanoseconds = 0;
  private readyTotal: Nanoseconds = 0;
  private readonly runs = times(1);
  private readonly readies = times(1);

  /** A loop's steps overlap the time before them in which they were ready; only a task's own do not. */
  constructor(
    private readonly steps: StepTimes,
    private readonly list: Positions,
    private readonly ofTask: boolean,
  ) {}

  get length(): number {
    return this.list.length;
  }

  at(i: number): StepIndex {
    return this.list.at(i);
  }

  /** In time order; never before the last one's end. */
  add(step: StepIndex, readySince: Nanoseconds, start: Nanoseconds, end: Nanoseconds): void {
    const since = this.ofTask ? readySince : start;
    const position = this.list.length;
    if ((position & (BLOCK - 1)) === 0) {
      this.runs.push(this.runTotal);
      if (this.ofTask) this.readies.push(this.readyTotal);
    }
    if (position === 0) this.origin = since;
    if (position === DENSE) this.density = this.replay();
    this.list.push(step);
    this.runTotal += end - start;
    this.readyTotal += start - since;
    this.lastEnd = end;
    if (end - start > SLOW_CALLBACK) this.slow.push(position);
    this.density?.add(since, start, end);
  }

  write(delta: DeltaWriter): void {
    this.list.write(delta);
    this.runs.write(delta);
    this.readies.write(delta);
    delta.number(this.origin);
    delta.number(this.runTotal);
    delta.number(this.readyTotal);
    delta.rows(Float64Array.from(this.slow.slice(this.slowSent)));
    this.slowSent = this.slow.length;
    delta.number(this.density === undefined ? 0 : 1);
    this.density?.write(delta);
  }

  read(delta: DeltaReader): void {
    this.list.read(delta);
    this.runs.read(delta);
    this.readies.read(delta);
    this.origin = delta.number();
    this.runTotal = delta.number();
    this.readyTotal = delta.number();
    for (const position of delta.rows(Float64Array)) this.slow.push(position);
    if (delta.number() === 0) return;
    this.density ??= this.replay();
    this.density.read(delta);
  }

  running(from: number, to: number): Nanoseconds {
    if (to - from > BLOCK) return this.runningTo(to) - this.runningTo(from);
    let sum = 0;
    for (let i = Math.max(0, from); i < to && i < this.length; i++)
      sum += this.steps.end(this.at(i)) - this.steps.start(this.at(i));
    return sum;
  }

  ready(from: number, to: number): Nanoseconds {
    if (!this.ofTask) return 0;
    if (to - from > BLOCK) return this.readyTo(to) - this.readyTo(from);
    let sum = 0;
    for (let i = Math.max(0, from); i < to && i < this.length; i++)
      sum += this.steps.start(this.at(i)) - this.steps.readySince(this.at(i));
    return sum;
  }

  private runningTo(position: number): Nanoseconds {
    if (position >= this.length) return this.runTotal;
    const block = Math.floor(position / BLOCK);
    let sum = this.runs.at(block);
    for (let i = block * BLOCK; i < position; i++) sum += this.steps.end(this.at(i)) - this.steps.start(this.at(i));
    return sum;
  }

  private readyTo(position: number): Nanoseconds {
    if (position >= this.length) return this.readyTotal;
    const block = Math.floor(position / BLOCK);
    let sum = this.readies.at(block);
    for (let i = block * BLOCK; i < position; i++)
      sum += this.steps.start(this.at(i)) - this.steps.readySince(this.at(i));
    return sum;
  }

  /** Of the first steps, from when on a lane counts as crowded. */
  private replay(): Density {
    const { steps, ofTask } = this;
    if (steps.forgets === true)
      return Density.after(DENSE, this.origin, this.lastEnd, this.runTotal, this.readyTotal, ofTask);
    const density = new Density(this.origin, ofTask);
    for (let i = 0; i < DENSE; i++) {
      const step = this.at(i);
      density.add(ofTask ? steps.readySince(step) : steps.start(step), steps.start(step), steps.end(step));
    }
    return density;
  }
}
