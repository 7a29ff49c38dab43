/** What concurrency bought: the same work one after another against what it really took. */
import { firstIndex } from "../columns";
import type { Trace } from "../trace";
import type { GroupInfo, Nanoseconds, StepIndex, TaskId, TaskInfo } from "../types";
import { foldOf, type TaskTotal } from "./fold";
import { waitedUntil } from "./ongoing";
import { forEachSlice } from "./slices";
import { OUTSIDE, wasOutside } from "./wakers";

/**
 * How long the tasks' runs and their waits for the outside world would take one after another, at least. A wait that
 * another task ended would not exist then, one that has not ended has no length yet, and a task that was cancelled only
 * went on for as long as it was let.
 */
export function oneAfterAnother(trace: Trace): Nanoseconds {
  let sum = 0;
  for (const [id, totals] of foldOf(trace).tasks) sum += alone(trace, id, totals);
  return sum;
}

/** The same for the members of a group, for as long as it went on. */
export function membersOneAfterAnother(trace: Trace, group: GroupInfo): Nanoseconds {
  let sum = 0;
  for (const { task, worked } of works(trace, group)) if (task.outcome !== "cancelled") sum += worked;
  return sum;
}

function alone(trace: Trace, id: TaskId, totals: TaskTotal): Nanoseconds {
  return trace.task(id)?.outcome === "cancelled" ? 0 : totals.run + totals.outside;
}

/**
 * How many members of a group did something at once, on average: running, or waiting for the world outside. One that
 * waits for another task (for a semaphore, say) does nothing meanwhile.
 */
export function atOnce(trace: Trace, group: GroupInfo): number {
  let from = group.started;
  let sum = 0;
  for (const { task, worked } of works(trace, group)) {
    from = Math.min(from, task.created);
    sum += worked;
  }
  return sum / Math.max((group.ended ?? trace.end) - from, 1);
}

interface Work {
  readonly task: TaskInfo;
  readonly worked: Nanoseconds;
}

/** Of groups that are over with members that are not; what they did then no longer changes. */
const settled = new WeakMap<GroupInfo, readonly Work[]>();

function works(trace: Trace, group: GroupInfo): readonly Work[] {
  const known = settled.get(group);
  if (known !== undefined) return known;
  const fold = foldOf(trace);
  const until = group.ended ?? trace.end;
  let outlived = false;
  const result: Work[] = [];
  for (const id of group.members) {
    const totals = fold.tasks.get(id);
    const task = trace.task(id);
    if (totals === undefined || task === undefined) continue;
    const goesOn = group.ended !== undefined && (task.ended ?? trace.end) > until;
    outlived ||= goesOn;
    const worked = goesOn
      ? workedUntil(trace, id, until)
      : totals.run + totals.outside + stillAtWork(trace, id, totals);
    result.push({ task, worked });
  }
  if (outlived && trace.end > until) settled.set(group, result);
  return result;
}

/** As a failed gather leaves its members: they go on, but no longer for it. */
function workedUntil(trace: Trace, id: TaskId, until: Nanoseconds): Nanoseconds {
  const { steps } = trace;
  const list = trace.stepsOf(id);
  let worked = 0;
  forEachSlice(trace, id, -Infinity, until, (state, begin, end, step) => {
    if (state === "ready") return;
    if (state === "waiting") {
      // Who ended it is known once the task has run again. Not the next slice: a step can be too short for the clock.
      const next = firstIndex(list.length, (i) => list.at(i) > step);
      const ranAgain = next < list.length && steps.start(list.at(next)) < until;
      if (ranAgain ? !wasOutside(trace, step, list.at(next)) : !isOutside(trace, step)) return;
    }
    worked += Math.min(end, until) - begin;
  });
  return worked;
}

/** In a wait that has not ended, or in a step that blocks the loop. */
function stillAtWork(trace: Trace, id: TaskId, totals: TaskTotal): Nanoseconds {
  const task = trace.task(id);
  if (task === undefined || task.ended !== undefined) return 0;
  const waited = Math.max(waitedUntil(trace, id), totals.lastEnd);
  const ran = Math.max(trace.end - waited, 0);
  return isOutside(trace, totals.lastStep) ? waited - totals.lastEnd + ran : ran;
}

/** Of a wait that nothing has ended. */
function isOutside(trace: Trace, step: StepIndex): boolean {
  const kind = trace.awaitSite(trace.steps.node(step))?.kind;
  return kind !== undefined && OUTSIDE.has(kind);
}
