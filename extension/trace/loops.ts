/** One event loop while its steps are read: its clock, and which step had which sequence number. */
import { Durations, firstIndex, integers, times } from "./columns";
import { StepList } from "./lane";
import { Pressure } from "./pressure";
import type { StepColumns } from "./steps";
import type { IdleList } from "./trace";
import type { LoopId, Nanoseconds, NodeId, StepIndex } from "./types";

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

/** A loop's steps by number: they come in long runs of neighbours, so only where these begin is kept. */
class Runs {
  length = 0;
  private readonly positions = integers(4);
  private readonly steps = integers(4);
  private nextStep = -1;
  /** Where the last run begins. */
  private position = 0;
  private step = 0;
  /** The run last asked for: questions come in order. */
  private recent = 0;

  push(step: StepIndex): void {
    if (step !== this.nextStep) {
      this.position = this.length;
      this.step = step;
      this.positions.push(this.position);
      this.steps.push(step);
    }
    this.nextStep = step + 1;
    this.length += 1;
  }

  at(i: number): StepIndex {
    if (i >= this.position && i < this.length) return this.step + (i - this.position);
    if (i < 0 || i >= this.length) return 0;
    const { positions } = this;
    let run = this.recent;
    if (i < positions.at(run) || i >= positions.at(run + 1)) {
      run = firstIndex(positions.length, (k) => positions.at(k) > i) - 1;
      this.recent = run;
    }
    return this.steps.at(run) + (i - positions.at(run));
  }
}

/** Samples of steps whose row has not come; more than a few at once only in a broken file. */
const MAX_SAMPLES = 64;

export class LoopLane {
  readonly steps: StepList;
  readonly idles = new Idles();
  readonly pressure = new Pressure();
  /** The running clock. It never goes back, so every lane is in time order whatever the file says. */
  clock: Nanoseconds = 0;
  lastStep: StepIndex | undefined;
  /** Where steps that blocked the loop stood, innermost first. */
  readonly stacks = new Map<StepIndex, readonly NodeId[]>();
  private readonly sampled = new Map<number, readonly NodeId[]>();
  private nextSequence = 1;
  /** Where the sequence numbers jump, because blocks were lost; numbers and positions both ascend. */
  private runs: { readonly sequence: number; readonly position: number }[] = [{ sequence: 1, position: 0 }];

  constructor(
    readonly id: LoopId,
    columns: StepColumns,
  ) {
    this.steps = new StepList(columns, new Runs(), false);
  }

  advanceTo(time: Nanoseconds): void {
    if (time > this.clock) this.clock = time;
  }

  /** The next step read has this number. */
  startAt(sequence: number): void {
    if (sequence === this.nextSequence) return;
    // Numbers that go back cannot be told apart from earlier ones: forget those.
    if (sequence < this.nextSequence) this.runs = [];
    this.runs.push({ sequence, position: this.steps.length });
    this.nextSequence = sequence;
  }

  add(step: StepIndex, start: Nanoseconds, end: Nanoseconds): void {
    this.steps.add(step, start, start, end);
    this.lastStep = step;
    if (this.sampled.size > 0) this.takeSample(step);
    this.nextSequence += 1;
  }

  /** The step with this number, whose row is still to come, stood here while it blocked the loop. */
  sample(sequence: number, stack: readonly NodeId[]): void {
    if (this.sampled.size < MAX_SAMPLES || this.sampled.has(sequence)) this.sampled.set(sequence, stack);
  }

  private takeSample(step: StepIndex): void {
    const stack = this.sampled.get(this.nextSequence);
    if (stack === undefined) return;
    this.stacks.set(step, stack);
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
