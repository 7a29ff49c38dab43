/** The critical path: what would have had to be faster for a task to end sooner, from its end backwards. */
import { firstIndex } from "../columns";
import type { Trace } from "../trace";
import type { Nanoseconds, StepIndex, TaskId } from "../types";
import { blocking } from "./ongoing";
import { originalWakerStep } from "./wakers";

export interface PathPart {
  readonly task: TaskId;
  readonly state: "running" | "ready" | "waiting";
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
  /** As in `forEachSlice`: the step it is, leads to, or follows. */
  readonly step: StepIndex | undefined;
}

/** A path of more parts than this is cut at its beginning. */
const MAX_PARTS = 20_000;

/**
 * Parts that follow one another without a gap from the task's creation to its end, in order. Where another task woke
 * this one, the path goes on in that one: the time before was its doing. A wait that something outside ended is its own,
 * and so is the time before a wait that had no length: then it was woken before it waited, as by a callback in the queue.
 */
export function criticalPath(trace: Trace, root: TaskId): readonly PathPart[] {
  const begin = trace.task(root)?.created;
  if (begin === undefined) return [];
  const parts: PathPart[] = [];
  const { steps } = trace;
  let task = root;
  let t = trace.task(root)?.ended ?? trace.end;
  const take = (state: PathPart["state"], from: Nanoseconds, step: StepIndex | undefined): void => {
    const start = Math.max(from, begin);
    if (start < t) parts.push({ task, state, from: start, to: t, step });
    t = Math.min(t, start);
  };
  const run = blocking(trace, root)?.since;
  if (run !== undefined) take("running", run, undefined);
  while (t > begin && parts.length < MAX_PARTS) {
    const list = trace.stepsOf(task);
    const created = trace.task(task)?.created ?? begin;
    // Not the last that began before: a step can be too short for the clock, and began when it ended.
    const i = firstIndex(list.length, (n) => steps.end(list.at(n)) >= t);
    if (i === list.length && i > 0) {
      // Still open, or asked about a time after all of its steps.
      take("waiting", steps.end(list.at(i - 1)), list.at(i - 1));
      continue;
    }
    if (i === 0) {
      const first = list.length > 0 ? list.at(0) : undefined;
      if (first !== undefined) take("running", steps.start(first), first);
      take("ready", created, first);
    } else {
      const step = list.at(i);
      const previous = list.at(i - 1);
      take("running", steps.start(step), step);
      take("ready", steps.readySince(step), step);
      const waker = steps.readySince(step) > t ? undefined : originalWakerStep(trace, step);
      const other = waker === undefined ? 0 : steps.task(waker);
      const isAwaited = waker !== undefined && Math.min(steps.end(waker), t) > steps.end(previous);
      if (isAwaited && other !== 0 && other !== task && steps.start(waker) < t) {
        // Woken at the end of that step, or within it; what lies between is the loop passing it on.
        if (steps.end(waker) < t) take("waiting", steps.end(waker), previous);
        task = other;
      } else take("waiting", steps.end(previous), previous);
    }
    if (t <= created && t > begin) {
      const parent = trace.task(task)?.parent;
      if (parent === undefined) break;
      task = parent;
    }
  }
  return parts.reverse();
}
