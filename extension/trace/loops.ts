/** One event loop while its steps are read: its clock, and which step had which sequence number. */
import { Durations, firstIndex, Stretches, times } from "./columns";
import type { DeltaReader, DeltaWriter } from "./delta";
import { StepList } from "./lane";
import { Pressure } from "./pressure";
import type { StepColumns } from "./steps";
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

  write(delta: DeltaWriter): void {
    this.starts.write(delta);
    this.lengths.write(delta);
  }

  read(delta: DeltaReader): void {
    this.starts.read(delta);
    this.lengths.read(delta);
  }

  end(i: number): Nanoseconds {
    return this.starts.at(i) + this.lengths.at(i);
  }
}

/** Where a step stood, whose row is still to come. */
export interface Sample {
  readonly stack: readonly NodeId[];
  readonly task: TaskId | undefined;
}

/** Samples of steps whose row has not come; more than a few at once only in a broken file. */
const MAX_SAMPLES = 64;

export class LoopLane {
  readonly steps: StepList;
  readonly idles = new Idles();
  readonly pressure = new Pressure();
  /** The running clock. It never goes back, so every lane is in time order whatever the file says. */
  clock: Nanoseconds = 0;
  /** Since when no step is missing. */
  whole: Nanoseconds = 0;
  lastStep: StepIndex | undefined;
  /** Where steps that blocked the loop stood, innermost first. */
  readonly stacks = new Map<StepIndex, readonly NodeId[]>();
  /** Of `stacks`: those the last delta did not say. */
  private unsentStacks: StepIndex[] = [];
  /** Has changed since the last delta. */
  touched = false;
  private readonly sampled = new Map<number, Sample>();
  private nextSequence = 1;
  /** Where the sequence numbers jump, because blocks were lost; numbers and positions both ascend. */
  private runs: { readonly sequence: number; readonly position: number }[] = [{ sequence: 1, position: 0 }];

  constructor(
    readonly id: LoopId,
    columns: StepColumns,
  ) {
    this.steps = new StepList(columns, new Stretches(1), false);
  }

  advanceTo(time: Nanoseconds): void {
    if (time > this.clock) this.clock = time;
  }

  /** The next step read has this number. False: steps before it are missing. */
  startAt(sequence: number): boolean {
    if (sequence === this.nextSequence) return true;
    // Numbers that go back cannot be told apart from earlier ones: forget those.
    if (sequence < this.nextSequence) this.runs = [];
    this.runs.push({ sequence, position: this.steps.length });
    this.nextSequence = sequence;
    return false;
  }

  add(step: StepIndex, start: Nanoseconds, end: Nanoseconds): void {
    this.steps.add(step, start, start, end);
    this.lastStep = step;
    if (this.sampled.size > 0) this.takeSample(step);
    this.nextSequence += 1;
  }

  /** The step with this number, whose row is still to come, stood here while it blocked the loop. */
  sample(sequence: number, sample: Sample): void {
    if (this.sampled.size < MAX_SAMPLES || this.sampled.has(sequence)) this.sampled.set(sequence, sample);
  }

  /** Of the step in progress, which began at `clock`, if it blocks the loop. */
  get sampledNow(): Sample | undefined {
    return this.sampled.get(this.nextSequence);
  }

  write(delta: DeltaWriter): void {
    this.steps.write(delta);
    this.idles.write(delta);
    this.pressure.write(delta);
    delta.number(this.nextSequence);
    delta.number(this.clock);
    delta.number(this.unsentStacks.length);
    for (const step of this.unsentStacks) {
      delta.number(step);
      delta.rows(Uint32Array.from(this.stacks.get(step) ?? []));
    }
    this.unsentStacks = [];
  }

  read(delta: DeltaReader): void {
    this.steps.read(delta);
    this.idles.read(delta);
    this.pressure.read(delta);
    this.nextSequence = delta.number();
    this.clock = delta.number();
    for (const sequence of this.sampled.keys()) if (sequence < this.nextSequence) this.sampled.delete(sequence);
    for (let left = delta.number(); left > 0; left--) {
      const step = delta.number();
      this.stacks.set(step, [...delta.rows(Uint32Array)]);
    }
  }

  private takeSample(step: StepIndex): void {
    const stack = this.sampledNow?.stack;
    if (stack === undefined) return;
    this.stacks.set(step, stack);
    this.unsentStacks.push(step);
    this.sampled.clear();
  }

  /** The step that many step rows before the next one. */
  stepsAgo(count: number): StepIndex | undefined {
    const sequence = this.nextSequence - count;
    const last = this.runs[this.runs.length - 1];
    if (last !== undefined && sequence >= last.sequence)
      return this.steps.at(last.position + (sequence - last.sequence));
    const after = firstIndex(this.runs.length, (i) => (this.runs[i]?.sequence ?? 0) > sequence);
    const run = this.runs[after - 1];
    if (run === undefined) return undefined;
    const position = run.position + (sequence - run.sequence);
    const next = this.runs[after];
    return position < (next?.position ?? this.steps.length) ? this.steps.at(position) : undefined;
  }
}
