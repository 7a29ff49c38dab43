/** Exceptions that nobody asked for: at the end; or so far, while the program runs or when it was killed. */
import type { Trace } from "../trace";
import type { TaskId, TaskInfo } from "../types";

export function isLost(trace: Trace, task: TaskInfo): boolean {
  return task.unretrieved !== undefined || (isUnasked(trace, task) && !awaitedTogether(trace).has(task.id));
}

export function lostTasks(trace: Trace): readonly TaskInfo[] {
  const lost = trace.tasks.filter((task) => task.unretrieved !== undefined || isUnasked(trace, task));
  if (lost.every(({ unretrieved }) => unretrieved !== undefined)) return lost;
  const awaited = awaitedTogether(trace);
  return lost.filter(({ id, unretrieved }) => unretrieved !== undefined || !awaited.has(id));
}

function isUnasked({ complete }: Trace, { unasked }: TaskInfo): boolean {
  return unasked !== undefined && !complete;
}

/** Who waits for tasks together asks for their exceptions when all have ended. */
function awaitedTogether(trace: Trace): ReadonlySet<TaskId> {
  return new Set(trace.groups.flatMap(({ ended, members }) => (ended === undefined ? members : [])));
}
