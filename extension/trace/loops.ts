/** One event loop: its steps, when it was idle, how long its queue was. */
import { Durations, firstIndex, LONG, Stretches, times } from "./columns";
import type { DeltaWriter } from "./delta";
import { NONE, StepList } from "./lane";
import { Moments } from "./moments";
import { Pressure } from "./pressure";
import type { Chunk, StepColumns } from "./steps";
import type { IdleList } from "./trace";
import type { LoopId, Nanoseconds, NodeId, StepIndex, TaskId } from "./types";

class Idles implements IdleList {
  private readonly starts = times(16);
  private readonly lengths = new Durations(16);

  get length(): number {
    return this.starts.length;
  }

  add(start: Nanoseconds, end: Nanoseconds): void {
    this.starts.push(start);
    this.lengths.push(end - start);
  }

  start(i: number): Nanoseconds {
    return this.starts.at(i);
  }

  end(i: number): Nanoseconds {
    return this.starts.at(i) + this.lengths.at(i);
  }
}

/** Of the loop that takes steps in. */
const moments = new Moments();

export class LoopLane {
  readonly steps: StepList;
  readonly idles = new Idles();
  readonly pressure = new Pressure();
  /** Where steps that blocked the loop stood, innermost first. */
  readonly stacks = new Map<StepIndex, readonly NodeId[]>();

  constructor(private readonly columns: StepColumns) {
    this.steps = new StepList(columns, new Stretches(1), false);
  }

  /** As `StepList.take`; `row` is the first that is queued. */
  take(chunk: Chunk, base: StepIndex, row: number, next: Int32Array): void {
    this.steps.take(chunk, base, next);
    for (let at = row; at !== NONE; at = next[at]!) {
      const start = chunk.starts[at]!;
      const ready = chunk.readies[at]!;
      moments.push(ready === LONG ? this.columns.readySince(base + at) : start - ready, start, start);
      if (moments.isFull) this.pass();
    }
    this.pass();
  }

  private pass(): void {
    this.pressure.add(moments);
    moments.length = 0;
  }
}

/** Where a step stood, whose row is still to come. */
export interface Sample {
  readonly stack: readonly NodeId[];
  readonly task: TaskId | undefined;
}

/** Samples of steps whose row has not come; more than a few at once only in a broken file. */
const MAX_SAMPLES = 64;

/** One event loop while its steps are read: its clock, and which step had which sequence number. */
export class LoopReading {
  /** The running clock. It never goes back, so every lane is in time order whatever the file says. */
  clock: Nanoseconds = 0;
  /** Since when no step is missing. */
  whole: Nanoseconds = 0;
  lastStep: StepIndex | undefined;
  private readonly positions = new Stretches(1);
  private readonly sampled = new Map<number, Sample>();
  private nextSequence = 1;
  /** Where the sequence numbers jump, because blocks were lost; numbers and positions both ascend. */
  private runs: { readonly sequence: number; readonly position: number }[] = [{ sequence: 1, position: 0 }];

  constructor(readonly id: LoopId) {}

  advanceTo(time: Nanoseconds): void {
    if (time > this.clock) this.clock = time;
  }

  /** The next step read has this number. False: steps before it are missing. */
  startAt(sequence: number): boolean {
    if (sequence === this.nextSequence) return true;
    // Numbers that go back cannot be told apart from earlier ones: forget those.
    if (sequence < this.nextSequence) this.runs = [];
    this.runs.push({ sequence, position: this.positions.length });
    this.nextSequence = sequence;
    return false;
  }

  /** Returns where it stood while it blocked the loop, if that was said. */
  add(step: StepIndex): readonly NodeId[] | undefined {
    this.positions.push(step);
    this.lastStep = step;
    this.nextSequence += 1;
    return this.sampled.size > 0 ? this.takeSample(this.nextSequence - 1) : undefined;
  }

  /** The step with this number, whose row is still to come, stood here while it blocked the loop. */
  sample(sequence: number, sample: Sample): void {
    if (this.sampled.size < MAX_SAMPLES || this.sampled.has(sequence)) this.sampled.set(sequence, sample);
  }

  /** Of the step in progress, which began at `clock`, if it blocks the loop. */
  get sampledNow(): Sample | undefined {
    return this.sampled.get(this.nextSequence);
  }

  /** How far it has got, where the steps are not read; in the order of `goOn`. */
  write(delta: DeltaWriter): void {
    delta.number(this.id);
    delta.number(this.nextSequence);
    delta.number(this.clock);
  }

  /** The steps before this one were read elsewhere. */
  goOn(nextSequence: number, clock: Nanoseconds): void {
    this.nextSequence = nextSequence;
    this.clock = clock;
    for (const sequence of this.sampled.keys()) if (sequence < nextSequence) this.sampled.delete(sequence);
  }

  private takeSample(sequence: number): readonly NodeId[] | undefined {
    const stack = this.sampled.get(sequence)?.stack;
    if (stack !== undefined) this.sampled.clear();
    return stack;
  }

  /** The step that many step rows before the next one. */
  stepsAgo(count: number): StepIndex | undefined {
    const sequence = this.nextSequence - count;
    const last = this.runs[this.runs.length - 1];
    if (last !== undefined && sequence >= last.sequence)
      return this.positions.at(last.position + (sequence - last.sequence));
    const after = firstIndex(this.runs.length, (i) => (this.runs[i]?.sequence ?? 0) > sequence);
    const run = this.runs[after - 1];
    if (run === undefined) return undefined;
    const position = run.position + (sequence - run.sequence);
    const next = this.runs[after];
    return position < (next?.position ?? this.positions.length) ? this.positions.at(position) : undefined;
  }
}
