/** What the rules' sentences are made of. */
import {
  firstIndex,
  formatDuration,
  preemptedWithin,
  type LoopId,
  type Nanoseconds,
  type Site,
  type TaskId,
  type Trace,
} from "../trace";
import { MOST_TASKS } from "./types";

export function duration(ns: Nanoseconds): string {
  return formatDuration(ns, 2);
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function plural(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

/** "app.py:12". */
export function place({ file, line }: Site): string {
  return `${file.split(/[\\/]/).at(-1) ?? file}:${line}`;
}

export function taskName(trace: Trace, id: TaskId): string {
  return trace.task(id)?.name ?? "an unknown task";
}

export function listed(tasks: Iterable<TaskId>): readonly TaskId[] {
  const list: TaskId[] = [];
  for (const task of tasks) {
    if (list.length === MOST_TASKS) break;
    list.push(task);
  }
  return list;
}

/** How long the loop has run. */
export function loopLength(trace: Trace, id: LoopId): Nanoseconds {
  const loop = trace.loops.find((one) => one.id === id);
  return loop === undefined ? trace.end : (loop.closed ?? trace.end) - loop.started;
}

/** The same without what the system took: of this, shares of what runs are taken. */
export function loopTime(trace: Trace, id: LoopId): Nanoseconds {
  return loopLength(trace, id) - preemptedWithin(trace, id, 0, Infinity, "at most");
}

/** Where the task stood before the step: the await of user code that the step went on from. */
export function stoodBefore(trace: Trace, task: TaskId, step: number): Site | undefined {
  const list = trace.stepsOf(task);
  const at = firstIndex(list.length, (i) => list.at(i) >= step);
  return at === 0 ? undefined : trace.awaitSite(trace.steps.node(list.at(at - 1)))?.site;
}
