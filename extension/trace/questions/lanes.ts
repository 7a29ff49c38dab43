import type { Trace } from "../trace";
import type { TaskId } from "../types";

export interface TaskLane {
  readonly task: TaskId;
  readonly depth: number;
  /** Tasks it created itself. */
  readonly children: number;
}

/** All tasks in tree order: parents before children, siblings by creation. */
export function taskLanes(trace: Trace): readonly TaskLane[] {
  const children = new Map<TaskId | undefined, TaskId[]>();
  for (const task of trace.tasks) {
    const siblings = children.get(task.parent);
    if (siblings === undefined) children.set(task.parent, [task.id]);
    else siblings.push(task.id);
  }
  const lanes: TaskLane[] = [];
  // A stack and not recursion: a chain of tasks can be as long as the program likes.
  const stack: { readonly task: TaskId; readonly depth: number }[] = [];
  const descend = (parent: TaskId | undefined, depth: number): void => {
    const tasks = children.get(parent) ?? [];
    for (let i = tasks.length - 1; i >= 0; i--) {
      const task = tasks[i];
      if (task !== undefined) stack.push({ task, depth });
    }
  };
  descend(undefined, 0);
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    lanes.push({ ...next, children: children.get(next.task)?.length ?? 0 });
    descend(next.task, next.depth + 1);
  }
  return lanes;
}
