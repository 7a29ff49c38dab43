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
  const { tasks } = trace;
  // Linked lists by the tasks' numbers, 0 for none: at a hundred thousand tasks a list each would take too long.
  const firstChild: number[] = [0];
  const lastChild: number[] = [0];
  const nextSibling: number[] = [0];
  const children: number[] = [0];
  for (const { id, parent = 0 } of tasks) {
    // Written in ascending order, a parent's before its children's, so that the arrays stay dense.
    firstChild[id] = lastChild[id] = nextSibling[id] = children[id] = 0;
    const last = lastChild[parent] ?? 0;
    if (last === 0) firstChild[parent] = id;
    else nextSibling[last] = id;
    lastChild[parent] = id;
    children[parent] = (children[parent] ?? 0) + 1;
  }
  const lanes: TaskLane[] = [];
  // The way back up, and not recursion: a chain of tasks can be as long as the program likes.
  const path: TaskId[] = [];
  let task = firstChild[0] ?? 0;
  while (task !== 0) {
    lanes.push({ task, depth: path.length, children: children[task] ?? 0 });
    const child = firstChild[task] ?? 0;
    if (child !== 0) {
      path.push(task);
      task = child;
      continue;
    }
    let next = nextSibling[task] ?? 0;
    while (next === 0 && path.length > 0) next = nextSibling[path.pop() ?? 0] ?? 0;
    task = next;
  }
  return lanes;
}
