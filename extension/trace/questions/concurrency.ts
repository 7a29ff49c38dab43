/** What concurrency bought: the same work one after another against what it really took. */
import type { Trace } from "../trace";
import type { AwaitKind, Nanoseconds } from "../types";
import { foldOf } from "./fold";

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
  for (const [id, totals] of fold.tasks) {
    const task = trace.task(id);
    if (task === undefined || task.ended !== undefined) continue;
    const kind = trace.awaitSite(trace.steps.node(totals.lastStep))?.kind;
    if (kind !== undefined && OUTSIDE.has(kind)) open += Math.max(trace.end - totals.lastEnd, 0);
  }
  return fold.run + fold.outside + open;
}
