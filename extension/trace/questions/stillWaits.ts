import type { Trace } from "../trace";
import type { Nanoseconds, TaskId } from "../types";

/**
 * Until when a task has waited that stands in an await by the steps read so far: up to its end or the trace's. One that
 * blocks its loop has gone on, though the row of that step is still to come.
 */
export function waitedUntil(trace: Trace, id: TaskId): Nanoseconds {
  const task = trace.task(id);
  if (task === undefined) return trace.end;
  if (task.ended !== undefined) return task.ended;
  const blocked = trace.blockedNow(task.loop);
  return blocked?.task === id ? Math.min(blocked.since, trace.end) : trace.end;
}
