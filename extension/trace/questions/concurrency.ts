/** What concurrency bought: the same work one after another against what it really took. */
import type { Trace } from "../trace";
import type { AwaitKind, GroupInfo, Nanoseconds, TaskId } from "../types";
import { foldOf, type TaskTotal } from "./fold";

/** Waits for the world outside of the program's own tasks, when nothing has ended them yet. */
const OUTSIDE: ReadonlySet<AwaitKind> = new Set<AwaitKind>([
  "sleep",
  "stream.read",
  "stream.write",
  "socket",
  "subprocess",
  "executor",
]);

/**
 * How long all runs and all waits for the outside world would take one after another. A wait that another task ended
 * would not exist then.
 */
export function oneAfterAnother(trace: Trace): Nanoseconds {
  const fold = foldOf(trace);
  let open = 0;
  for (const [id, totals] of fold.tasks) open += stillOutside(trace, id, totals);
  return fold.run + fold.outside + open;
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
