/** Who really woke a step: callbacks only pass a wake on. */
import type { Trace, Waker } from "../trace";
import type { AwaitKind, StepIndex } from "../types";
import { NO_STEP } from "./slices";

/** A chain of callbacks longer than this is not followed: hostile files could make it endless. */
export const MAX_HOPS = 16;

export function originalWaker(trace: Trace, step: StepIndex): Waker {
  let waker = trace.steps.waker(step);
  for (let hops = 0; hops < MAX_HOPS && waker.kind === "step" && trace.steps.task(waker.step) === 0; hops++) {
    waker = trace.steps.waker(waker.step);
  }
  return waker;
}

/** The same without objects; undefined if it was no step. */
export function originalWakerStep(trace: Trace, step: StepIndex): StepIndex | undefined {
  const { steps } = trace;
  let waker = steps.wakerStep(step);
  for (let hops = 0; hops < MAX_HOPS && waker !== undefined && steps.task(waker) === 0; hops++) {
    waker = steps.wakerStep(waker);
  }
  return waker;
}

/** Waits for the world outside of the program's own tasks, where nothing says what ended them. */
export const OUTSIDE: ReadonlySet<AwaitKind> = new Set<AwaitKind>([
  "sleep",
  "stream.read",
  "stream.write",
  "socket",
  "subprocess",
  "executor",
]);
/** A timer ends these only where they were given up. */
const FOR_TASKS: ReadonlySet<AwaitKind> = new Set<AwaitKind>(["task", "gather", "taskgroup", "wait", "as_completed"]);

/**
 * Whether the wait from `previous` to `step` of a task was ended by something outside of the program: the clock, another
 * machine or process, an executor job. One that another task ended would not exist without tasks.
 */
export function wasOutside(trace: Trace, previous: StepIndex, step: StepIndex): boolean {
  const { steps } = trace;
  // Of a step that goes on, nobody has told yet who woke it.
  if (step === NO_STEP) return isAwaiting(trace, previous, OUTSIDE);
  let at = step;
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    const waker = steps.wakerStep(at);
    if (waker === undefined) break;
    if (steps.task(waker) !== 0) return false;
    at = waker;
  }
  const waker = steps.waker(at);
  switch (waker.kind) {
    case "io":
      return waker.source === undefined || !trace.isInside(waker.source);
    case "timer":
      return !isAwaiting(trace, previous, FOR_TASKS);
    case "thread":
    case "signal":
      return true;
    case "step":
    case "unknown":
      return isAwaiting(trace, previous, OUTSIDE);
  }
}

/** Whether the task then waited for one of these. */
function isAwaiting(trace: Trace, step: StepIndex, kinds: ReadonlySet<AwaitKind>): boolean {
  const kind = trace.awaitSite(trace.steps.node(step))?.kind;
  return kind !== undefined && kinds.has(kind);
}
