/** What concurrency bought: the same work one after another against what it really took. */
import type { Trace } from "../trace";
import type { GroupInfo, Nanoseconds, TaskId } from "../types";
import { foldOf, type TaskTotal } from "./fold";
import { OUTSIDE } from "./wakers";

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

/** The same for the members of a group. */
export function membersOneAfterAnother(trace: Trace, group: GroupInfo): Nanoseconds {
  const { tasks } = foldOf(trace);
  let sum = 0;
  for (const id of group.members) {
    const totals = tasks.get(id);
    if (totals !== undefined) sum += alone(trace, id, totals);
  }
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
  const fold = foldOf(trace);
  let from = group.started;
  let worked = 0;
  for (const id of group.members) {
    const totals = fold.tasks.get(id);
    const task = trace.task(id);
    if (totals === undefined || task === undefined) continue;
    from = Math.min(from, task.created);
    worked += totals.run + totals.outside + stillOutside(trace, id, totals);
  }
  return worked / Math.max((group.ended ?? trace.end) - from, 1);
}

function stillOutside(trace: Trace, id: TaskId, totals: TaskTotal): Nanoseconds {
  const task = trace.task(id);
  if (task === undefined || task.ended !== undefined) return 0;
  const kind = trace.awaitSite(trace.steps.node(totals.lastStep))?.kind;
  return kind !== undefined && OUTSIDE.has(kind) ? Math.max(trace.end - totals.lastEnd, 0) : 0;
}
