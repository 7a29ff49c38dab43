/** The step columns: about 45 bytes a step, with its places in two lanes, however long the trace. */
import { bytes, Durations, integers, times } from "./columns";
import type { Awaited, StepLane, Steps, Waker } from "./trace";
import type { LoopId, Nanoseconds, NodeId, StepIndex, TaskId } from "./types";

const CONTINUES = 1;
const AWAITS_TASK = 2;
const AWAITS_GROUP = 4;

const UNKNOWN: Waker = { kind: "unknown" };
const OTHER_WAKERS: readonly Waker[] = [UNKNOWN, { kind: "io" }, { kind: "timer" }, { kind: "thread" }];

export interface NewStep {
  readonly task: TaskId;
  readonly loop: LoopId;
  readonly start: Nanoseconds;
  readonly end: Nanoseconds;
  readonly readySince: Nanoseconds;
  /** 0 unknown, 1 I/O, 2 timer, 3 thread; from 4 on: step + 4. */
  readonly waker: number;
  readonly node: NodeId;
  readonly continues: boolean;
}

export const WAKER_STEP = OTHER_WAKERS.length;

export class StepColumns implements Steps {
  private readonly tasks = integers();
  private readonly loops = integers();
  private readonly starts = times();
  private readonly runs = new Durations();
  /** Time before the start. */
  private readonly readies = new Durations();
  private readonly wakers = integers();
  private readonly nodes = integers();
  private readonly awaited = integers();
  private readonly flags = bytes();

  get length(): number {
    return this.tasks.length;
  }

  add(step: NewStep): StepIndex {
    this.loops.push(step.loop);
    this.starts.push(step.start);
    this.runs.push(step.end - step.start);
    this.readies.push(step.start - step.readySince);
    this.wakers.push(step.waker);
    this.nodes.push(step.node);
    this.awaited.push(0);
    this.flags.push(step.continues ? CONTINUES : 0);
    this.tasks.push(step.task);
    return this.tasks.length - 1;
  }

  setAwaits(step: StepIndex, awaited: Awaited): void {
    const isTask = "task" in awaited;
    this.awaited.set(step, isTask ? awaited.task : awaited.group);
    this.flags.set(step, (this.flags.at(step) & CONTINUES) | (isTask ? AWAITS_TASK : AWAITS_GROUP));
  }

  task(step: StepIndex): TaskId {
    return this.tasks.at(step);
  }

  loop(step: StepIndex): LoopId {
    return this.loops.at(step);
  }

  start(step: StepIndex): Nanoseconds {
    return this.starts.at(step);
  }

  end(step: StepIndex): Nanoseconds {
    return this.starts.at(step) + this.runs.at(step);
  }

  readySince(step: StepIndex): Nanoseconds {
    return this.starts.at(step) - this.readies.at(step);
  }

  waker(step: StepIndex): Waker {
    const waker = this.wakers.at(step);
    return waker >= WAKER_STEP ? { kind: "step", step: waker - WAKER_STEP } : (OTHER_WAKERS[waker] ?? UNKNOWN);
  }

  wakerStep(step: StepIndex): StepIndex | undefined {
    const waker = this.wakers.at(step);
    return waker >= WAKER_STEP ? waker - WAKER_STEP : undefined;
  }

  node(step: StepIndex): NodeId {
    return this.nodes.at(step);
  }

  continues(step: StepIndex): boolean {
    return (this.flags.at(step) & CONTINUES) !== 0;
  }

  awaits(step: StepIndex): Awaited | undefined {
    const flags = this.flags.at(step);
    if ((flags & AWAITS_TASK) !== 0) return { task: this.awaited.at(step) };
    if ((flags & AWAITS_GROUP) !== 0) return { group: this.awaited.at(step) };
    return undefined;
  }
}

export const NO_STEPS: StepLane = {
  length: 0,
  at: () => 0,
  running: () => 0,
  ready: () => 0,
  slow: [],
  density: undefined,
};
