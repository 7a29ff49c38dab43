/** The steps of one task or of one loop, in time order, with sums over them: no view has to walk a lane again. */
import { LONG, times } from "./columns";
import { Density } from "./density";
import { Moments } from "./moments";
import type { Chunk } from "./steps";
import type { StepLane } from "./trace";
import type { Nanoseconds, StepIndex } from "./types";

/** A step or callback longer than this blocks its loop: asyncio's own default for `slow_callback_duration`. */
export const SLOW_CALLBACK: Nanoseconds = 100e6;

/** Steps between two kept sums; a power of two. */
const BLOCK = 32;
/** A lane with fewer steps is drawn from them. */
const DENSE = 128;

/** No row. */
export const NONE = -1;

/** Of the lane that takes steps in. */
const moments = new Moments();

/** Which steps they are. */
interface Positions {
  readonly length: number;
  at(i: number): StepIndex;
  push(step: StepIndex): void;
}

interface StepTimes {
  start(step: StepIndex): Nanoseconds;
  end(step: StepIndex): Nanoseconds;
  readySince(step: StepIndex): Nanoseconds;
}

export class StepList implements StepLane {
  readonly slow: number[] = [];
  density: Density | undefined;
  /** When the first step became ready. */
  private origin: Nanoseconds = 0;
  private runTotal: Nanoseconds = 0;
  private readyTotal: Nanoseconds = 0;
  /** The first and the last row that is queued. */
  private head = NONE;
  private tail = NONE;
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

  /** Queues a row of a chunk that is about to be taken in; true for the first. `next` gets which row follows which. */
  enqueue(row: number, next: Int32Array): boolean {
    const isFirst = this.head === NONE;
    if (isFirst) this.head = row;
    else next[this.tail] = row;
    next[row] = NONE;
    this.tail = row;
    return isFirst;
  }

  /** Takes in the queued rows of the chunk that begins with the step `base`; none starts before the last one's end. */
  take({ starts, runs, readies }: Chunk, base: StepIndex, next: Int32Array): void {
    const { steps, list, ofTask } = this;
    let { runTotal, readyTotal } = this;
    let position = list.length;
    for (let row = this.head; row !== NONE; row = next[row]!) {
      const step = base + row;
      const start = starts[row]!;
      const run = runs[row]!;
      const ready = ofTask ? readies[row]! : 0;
      const end = run === LONG ? steps.end(step) : start + run;
      const since = ready === LONG ? steps.readySince(step) : start - ready;
      if ((position & (BLOCK - 1)) === 0) {
        this.runs.push(runTotal);
        if (ofTask) this.readies.push(readyTotal);
      }
      if (position === 0) this.origin = since;
      if (position === DENSE) this.startDensity();
      list.push(step);
      runTotal += end - start;
      readyTotal += start - since;
      if (end - start > SLOW_CALLBACK) this.slow.push(position);
      position += 1;
      if (this.density === undefined) continue;
      moments.push(since, start, end);
      if (moments.isFull) this.pass();
    }
    this.pass();
    this.runTotal = runTotal;
    this.readyTotal = readyTotal;
    this.head = NONE;
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

  /** With the first steps; from then on a lane counts as crowded. */
  private startDensity(): void {
    const { steps, ofTask } = this;
    this.density = new Density(this.origin, ofTask);
    for (let i = 0; i < DENSE; i++) {
      const step = this.at(i);
      moments.push(ofTask ? steps.readySince(step) : steps.start(step), steps.start(step), steps.end(step));
    }
    this.pass();
  }

  private pass(): void {
    this.density?.add(moments);
    moments.length = 0;
  }
}
