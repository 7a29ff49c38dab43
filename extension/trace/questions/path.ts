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
 * this one, the path goes on in that one: the time before was its doing. A wait that something outside ended is its own.
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
    const before = t;
    const list = trace.stepsOf(task);
    const i = firstIndex(list.length, (n) => steps.start(list.at(n)) >= t) - 1;
    const created = trace.task(task)?.created ?? begin;
    if (i < 0) {
      take("ready", created, list.length > 0 ? list.at(0) : undefined);
    } else {
      const step = list.at(i);
      // Still open, or asked about a time in between.
      if (steps.end(step) < t) take("waiting", steps.end(step), step);
      take("running", steps.start(step), step);
      take("ready", steps.readySince(step), step);
      if (i > 0) {
        const waker = originalWakerStep(trace, step);
        const other = waker === undefined ? 0 : steps.task(waker);
        if (waker !== undefined && other !== 0 && other !== task && steps.start(waker) < t) {
          // Woken at the end of that step, or within it; what lies between is the loop passing it on.
          if (steps.end(waker) < t) take("waiting", steps.end(waker), list.at(i - 1));
          task = other;
        } else take("waiting", steps.end(list.at(i - 1)), list.at(i - 1));
      }
    }
    if (t <= created && t > begin) {
      const parent = trace.task(task)?.parent;
      if (parent === undefined) break;
      task = parent;
    } else if (t >= before && i < 0) break;
  }
  return parts.reverse();
}
