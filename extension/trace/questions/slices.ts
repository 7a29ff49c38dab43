/** What a task did when. Times are half open: a slice holds its first nanosecond and not its last. */
import { firstIndex } from "../columns";
import type { Trace } from "../trace";
import type { Nanoseconds, StepIndex, TaskId, TaskState } from "../types";
import { blocking } from "./ongoing";

/** The step of a slice that is, or leads to, a step not yet read. */
export const NO_STEP: StepIndex = -1;

export type SliceVisitor = (state: TaskState, from: Nanoseconds, to: Nanoseconds, step: StepIndex) => void;

/**
 * The running, ready and waiting slices that overlap the window, in order and uncut. `step` is the step the slice is
 * (running), leads to (ready) or follows (waiting).
 */
export function forEachSlice(
  trace: Trace,
  task: TaskId,
  from: Nanoseconds,
  to: Nanoseconds,
  visit: SliceVisitor,
): void {
  const info = trace.task(task);
  if (info === undefined) return;
  const { steps } = trace;
  const list = trace.stepsOf(task);
  const emit: SliceVisitor = (state, start, end, step) => {
    if (start < end && start < to && end > from) visit(state, start, end, step);
  };
  let i = firstIndex(list.length, (n) => steps.end(list.at(n)) > from);
  for (; i < list.length; i++) {
    const step = list.at(i);
    const readySince = steps.readySince(step);
    if (i > 0) {
      const previous = list.at(i - 1);
      if (steps.end(previous) >= to) return;
      emit("waiting", steps.end(previous), readySince, previous);
    }
    emit("ready", readySince, steps.start(step), step);
    emit("running", steps.start(step), steps.end(step), step);
  }
  const run = blocking(trace, task)?.since;
  const end = info.ended ?? run ?? trace.end;
  // One that ended without a step had some that are missing: what it did nobody knows.
  if (list.length > 0) emit("waiting", steps.end(list.at(list.length - 1)), end, list.at(list.length - 1));
  else if (info.ended === undefined) emit("ready", info.created, end, NO_STEP);
  if (run !== undefined) emit("running", run, trace.end, NO_STEP);
}

export interface StateAt {
  readonly state: TaskState;
  readonly since: Nanoseconds;
  /** As in {@link forEachSlice}; undefined where there is no such step. For a task that is done, its last step. */
  readonly step: StepIndex | undefined;
}

/** What the task is at `t`; undefined before it was created. */
export function stateAt(trace: Trace, task: TaskId, t: Nanoseconds): StateAt | undefined {
  const info = trace.task(task);
  if (info === undefined || t < info.created) return undefined;
  const { steps } = trace;
  const list = trace.stepsOf(task);
  const next = firstIndex(list.length, (n) => steps.end(list.at(n)) > t);
  const previous = next === 0 ? undefined : list.at(next - 1);
  if (info.ended !== undefined && t >= info.ended) return { state: "done", since: info.ended, step: previous };
  if (next < list.length) {
    const step = list.at(next);
    if (t >= steps.start(step)) return { state: "running", since: steps.start(step), step };
    if (t >= steps.readySince(step)) return { state: "ready", since: steps.readySince(step), step };
  }
  const run = next < list.length ? undefined : blocking(trace, task)?.since;
  if (run !== undefined && t >= run) return { state: "running", since: run, step: undefined };
  if (previous !== undefined) return { state: "waiting", since: steps.end(previous), step: previous };
  return { state: "ready", since: info.created, step: next < list.length ? list.at(next) : undefined };
}
