/** Sums over all steps, taken in as they are read: per task, and what concurrency bought for the whole run. */
import type { AwaitKind, Nanoseconds, StepIndex, TaskId, Trace, Waker } from "../../extension/trace";

export interface TaskTotals {
  readonly steps: number;
  readonly run: Nanoseconds;
  readonly ready: Nanoseconds;
  readonly wait: Nanoseconds;
}

interface Sums {
  steps: number;
  run: Nanoseconds;
  ready: Nanoseconds;
  wait: Nanoseconds;
  lastEnd: Nanoseconds;
  lastStep: StepIndex | undefined;
}

/** Waits for the world outside of the program's own tasks, when nothing has ended them yet. */
const OUTSIDE: ReadonlySet<AwaitKind> = new Set<AwaitKind>([
  "sleep",
  "stream.read",
  "stream.write",
  "socket",
  "subprocess",
  "executor",
]);

/** A chain of callbacks longer than this is not followed: hostile files could make it endless. */
const MAX_HOPS = 16;

export class Totals {
  readonly #trace: Trace;
  readonly #tasks = new Map<TaskId, Sums>();
  #known = 0;
  #run: Nanoseconds = 0;
  #outside: Nanoseconds = 0;

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  update(): void {
    const { steps } = this.#trace;
    for (let step = this.#known; step < steps.length; step++) {
      const id = steps.task(step);
      const start = steps.start(step);
      const end = steps.end(step);
      this.#run += end - start;
      if (id === 0) continue;
      const sums = this.#sums(id);
      const ready = Math.max(Math.min(steps.readySince(step), start), sums.lastEnd);
      sums.wait += ready - sums.lastEnd;
      sums.ready += start - ready;
      sums.run += end - start;
      sums.steps++;
      // A wait that another task ended would not exist if all ran one after another; one that the clock or the
      // outside world ended would.
      if (!isWokenByTask(this.#trace, step)) this.#outside += ready - sums.lastEnd;
      sums.lastEnd = end;
      sums.lastStep = step;
    }
    this.#known = steps.length;
  }

  /** Up to now: an open wait counts until the trace's end. */
  of(id: TaskId): TaskTotals {
    const sums = this.#tasks.get(id);
    const task = this.#trace.task(id);
    const open =
      task === undefined || task.ended !== undefined
        ? 0
        : Math.max(this.#trace.end - (sums?.lastEnd ?? task.created), 0);
    if (sums === undefined) return { steps: 0, run: 0, ready: open, wait: 0 };
    return { steps: sums.steps, run: sums.run, ready: sums.ready, wait: sums.wait + open };
  }

  /** How long all runs and all waits for the outside world would take one after another. */
  oneAfterAnother(): Nanoseconds {
    let open = 0;
    for (const [id, sums] of this.#tasks) {
      const task = this.#trace.task(id);
      if (task === undefined || task.ended !== undefined || sums.lastStep === undefined) continue;
      const kind = this.#trace.awaitSite(this.#trace.steps.node(sums.lastStep))?.kind;
      if (kind !== undefined && OUTSIDE.has(kind)) open += Math.max(this.#trace.end - sums.lastEnd, 0);
    }
    return this.#run + this.#outside + open;
  }

  #sums(id: TaskId): Sums {
    let sums = this.#tasks.get(id);
    if (sums === undefined) {
      const created = this.#trace.task(id)?.created ?? this.#trace.end;
      sums = { steps: 0, run: 0, ready: 0, wait: 0, lastEnd: created, lastStep: undefined };
      this.#tasks.set(id, sums);
    }
    return sums;
  }
}

/** What really woke a step: callbacks only pass a wake on. */
export function originalWaker(trace: Trace, step: StepIndex): Waker {
  let waker = trace.steps.waker(step);
  for (let hops = 0; hops < MAX_HOPS && waker.kind === "step" && trace.steps.task(waker.step) === 0; hops++) {
    waker = trace.steps.waker(waker.step);
  }
  return waker;
}

function isWokenByTask(trace: Trace, step: StepIndex): boolean {
  return originalWaker(trace, step).kind === "step";
}
