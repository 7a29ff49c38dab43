/** What a trace answers by itself; everything else is a pure function over this (see questions/). */
import type {
  AwaitKind,
  Cancel,
  Child,
  Code,
  GroupId,
  GroupInfo,
  Header,
  Job,
  JobId,
  LoopId,
  LoopInfo,
  Loss,
  Memory,
  Nanoseconds,
  NeverAwaited,
  NodeId,
  Partiality,
  Preemption,
  Site,
  Source,
  SourceFile,
  SourceId,
  Standing,
  StepIndex,
  TaskId,
  TaskInfo,
  ThreadId,
} from "./types";

export interface ChainFrame {
  readonly code: Code;
  readonly site: Site | undefined;
}

/** One of a suspended task's. */
export interface PlacedFrame extends ChainFrame {
  readonly node: NodeId;
  /** A call comes here once at most: there is no loop around it. False where that is not known. */
  readonly once: boolean;
  /** Of any kind: it may be left and come back to. */
  readonly generator: boolean;
}

/** A step that has lasted longer than the loop's `slow_callback_duration`, and goes on. */
export interface Blocked {
  /** When it began. */
  readonly since: Nanoseconds;
  /** undefined: a callback, or not known. */
  readonly task: TaskId | undefined;
  /** Where it stood when it was last looked at, innermost first. */
  readonly stack: () => readonly ChainFrame[];
}

/** Where a task stands in user code, and what it awaits there. */
export interface AwaitPoint extends AwaitMeaning {
  readonly site: Site;
  /** The user function that awaits. */
  readonly function: Code;
}

export interface AwaitMeaning {
  readonly kind: AwaitKind;
  /** What it calls in an installed package, and the innermost function of the package: "aiohttp DataQueue.read". */
  readonly library: string | undefined;
}

export type Waker =
  | { readonly kind: "step"; readonly step: StepIndex }
  | { readonly kind: "io"; readonly source?: SourceId }
  | { readonly kind: "timer" }
  | { readonly kind: "thread"; readonly thread?: ThreadId }
  | { readonly kind: "signal"; readonly signal: number }
  | { readonly kind: "unknown" };

export type Awaited = { readonly task: TaskId } | { readonly group: GroupId } | { readonly job: JobId };

/** All steps and callbacks, in the order read; a column an attribute. */
export interface Steps {
  readonly length: number;
  /** 0: a callback that is not a task's step. */
  task(step: StepIndex): TaskId;
  loop(step: StepIndex): LoopId;
  start(step: StepIndex): Nanoseconds;
  end(step: StepIndex): Nanoseconds;
  /** When it was woken; its start if unknown. Never before the task's previous step ended. */
  readySince(step: StepIndex): Nanoseconds;
  waker(step: StepIndex): Waker;
  /** The same without an object: undefined if it was not a step. */
  wakerStep(step: StepIndex): StepIndex | undefined;
  /** Where the task then stands; for a callback, its function. */
  node(step: StepIndex): NodeId;
  /** After it the task is still in the await of user code it was in before. */
  continues(step: StepIndex): boolean;
  awaits(step: StepIndex): Awaited | undefined;
  /** The columns in which this step has the row `step & CHUNK_MASK`; for those that walk over very many steps. */
  chunkOf(step: StepIndex): StepRows | undefined;
}

/** Steps as they are kept. */
export interface StepRows {
  readonly tasks: Uint32Array;
  readonly starts: Float64Array;
  /** `LONG` if longer than that, like `readies`. */
  readonly runs: Uint32Array;
  /** Time before the start. */
  readonly readies: Uint32Array;
  /** 0 unknown; up to `NO_STEP_WAKER` the waking step + 1; from there on what the file says. */
  readonly wakers: Uint32Array;
  readonly nodes: Uint32Array;
  readonly flags: Uint8Array;
}

/** Steps in time order. */
export interface StepList {
  readonly length: number;
  at(i: number): StepIndex;
}

/** The steps of one task or loop, with what is asked of many of them at once. */
export interface StepLane extends StepList {
  /** Time spent running in the steps at positions `from` to `to` (exclusive). */
  running(from: number, to: number): Nanoseconds;
  /** Time they had been ready before; 0 in a loop's lane. */
  ready(from: number, to: number): Nanoseconds;
  /** Positions of the steps that blocked their loop. */
  readonly slow: readonly number[];
  /** Sums over time; only of lanes with many steps. */
  readonly density: LaneDensity | undefined;
}

export interface LoopPressure {
  /** Steps in the ready queue, on average over the time. */
  depth(from: Nanoseconds, to: Nanoseconds): number;
  /** The longest that a step that started in this time had been ready. */
  lag(from: Nanoseconds, to: Nanoseconds): Nanoseconds;
}

export interface LaneDensity {
  readonly resolution: Nanoseconds;
  runningBefore(t: Nanoseconds): Nanoseconds;
  readyBefore(t: Nanoseconds): Nanoseconds;
  /** Both, in this order, without a number as an object. */
  before(t: Nanoseconds, into: Float64Array): void;
}

export interface IdleList {
  readonly length: number;
  start(i: number): Nanoseconds;
  end(i: number): Nanoseconds;
}

export interface Trace {
  readonly header: Header | undefined;
  /** Changes whenever anything changed. */
  readonly revision: number;
  /** The latest time known. */
  readonly end: Nanoseconds;
  /** The program ended in an orderly way. */
  readonly complete: boolean;
  /** No more bytes will come, and the end of the program was never written: it was killed. */
  readonly truncated: boolean;
  readonly exitCode: number | undefined;
  readonly lostEvents: number;
  /** The same by what was lost: `"steps"`, `"bytes"` (which are no events), … */
  readonly lost: ReadonlyMap<string, number>;
  /** The same again, each with when it was said: what was lost was before that. */
  readonly losses: readonly Loss[];
  /** In order of time, where it changed by more than a little; empty where it is not known. */
  readonly memory: readonly Memory[];
  /** The recorder's own failure; the program went on without it. */
  readonly failure: string | undefined;
  readonly loops: readonly LoopInfo[];
  /** In order of creation. */
  readonly tasks: readonly TaskInfo[];
  task(id: TaskId): TaskInfo | undefined;
  readonly groups: readonly GroupInfo[];
  group(id: GroupId): GroupInfo | undefined;
  /** `timeout` and `timeout_at`, in the order that the task began them. */
  timeoutsOf(task: TaskId): readonly GroupInfo[];
  /** Everybody who asked the task to cancel, in the order it happened; also where it did not let itself be cancelled. */
  cancelsOf(task: TaskId): readonly Cancel[];
  /** Calls handed to executors. */
  readonly jobs: readonly Job[];
  job(id: JobId): Job | undefined;
  source(id: SourceId): Source | undefined;
  /** In the order first seen. */
  sources(): Iterable<Source>;
  /** The other end of this connection is in the same program. */
  isInside(source: SourceId): boolean;
  threadName(id: ThreadId): string | undefined;
  readonly neverAwaited: readonly NeverAwaited[];
  /** The latest known. */
  standingOf(loop: LoopId): Standing | undefined;
  readonly partial: readonly Partiality[];
  readonly children: readonly Child[];
  /** Source files, in the order first seen. */
  files(): Iterable<SourceFile>;
  readonly steps: Steps;
  stepsOf(task: TaskId): StepLane;
  /** Task steps and callbacks. */
  stepsOfLoop(loop: LoopId): StepLane;
  idlesOf(loop: LoopId): IdleList;
  pressureOf(loop: LoopId): LoopPressure | undefined;
  /** The await chain, outermost first. */
  chain(node: NodeId): readonly PlacedFrame[];
  /** Where a step stood while it blocked its loop, innermost first; empty where nobody looked. */
  blockedAt(step: StepIndex): readonly ChainFrame[];
  /** The step that blocks the loop at the end of the trace, so that its row is still to come. */
  blockedNow(loop: LoopId): Blocked | undefined;
  /** In order of time. Empty also where the system does not tell, as others than Linux. */
  preemptionsOf(loop: LoopId): readonly Preemption[];
  /** The innermost user frame of the chain. */
  awaitSite(node: NodeId): AwaitPoint | undefined;
  /** The same of what a task awaits that runs no user code: `create_task(event.wait())`. */
  awaitMeaning(node: NodeId): AwaitMeaning | undefined;
}
