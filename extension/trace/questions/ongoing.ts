/** A step whose row is still to come, because it blocks its loop: its task has left the await it stood in. */
import type { Blocked, ChainFrame, Trace } from "../trace";
import type { LoopId, Nanoseconds, TaskId } from "../types";

/** The task's own step that blocks its loop at the end of the trace. */
export function blocking(trace: Trace, id: TaskId): Blocked | undefined {
  const task = trace.task(id);
  if (task === undefined || task.ended !== undefined) return undefined;
  const blocked = blockedSince(trace, task.loop);
  return blocked?.task === id ? blocked : undefined;
}

/** What blocks the loop at the end of the trace; it began before that. */
export function blockedSince(trace: Trace, loop: LoopId): Blocked | undefined {
  const blocked = trace.blockedNow(loop);
  return blocked !== undefined && blocked.since < trace.end ? blocked : undefined;
}

/** Until when a task has waited that stands in an await by the steps read so far: up to its end or the trace's. */
export function waitedUntil(trace: Trace, id: TaskId): Nanoseconds {
  return trace.task(id)?.ended ?? blocking(trace, id)?.since ?? trace.end;
}

/** The line of the program, from the inside. */
export function innermostUser(stack: readonly ChainFrame[]): ChainFrame | undefined {
  return stack.find(({ code, site }) => code.file?.user === true && site !== undefined);
}
