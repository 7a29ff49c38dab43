import type { Trace } from "../trace";
import type { Code, LoopId, Nanoseconds, TaskId } from "../types";
import { foldOf } from "./fold";

export interface TaskTimes {
  readonly steps: number;
  readonly run: Nanoseconds;
  readonly ready: Nanoseconds;
  readonly wait: Nanoseconds;
}

/** How a task spent its life; a pending one up to the end of the trace. */
export function taskTimes(trace: Trace, id: TaskId): TaskTimes {
  const task = trace.task(id);
  const known = foldOf(trace).tasks.get(id);
  const end = task?.ended ?? trace.end;
  if (known === undefined) {
    const ready = task === undefined ? 0 : Math.max(0, end - task.created);
    return { steps: 0, run: 0, ready, wait: 0 };
  }
  const still = Math.max(0, end - known.lastEnd);
  return { steps: known.steps, run: known.run, ready: known.ready, wait: known.wait + still };
}

export interface CoroutineStat extends TaskTimes {
  readonly code: Code;
  readonly tasks: number;
}

const cache = new WeakMap<Trace, { readonly revision: number; readonly stats: readonly CoroutineStat[] }>();

/** Per coroutine function that tasks were made of, in the order first met. */
export function coroutineStats(trace: Trace): readonly CoroutineStat[] {
  const cached = cache.get(trace);
  if (cached?.revision === trace.revision) return cached.stats;
  const byCode = new Map<
    Code,
    { code: Code; tasks: number; steps: number; run: number; ready: number; wait: number }
  >();
  for (const task of trace.tasks) {
    if (task.code === undefined) continue;
    const times = taskTimes(trace, task.id);
    const sum = byCode.get(task.code) ?? { code: task.code, tasks: 0, steps: 0, run: 0, ready: 0, wait: 0 };
    sum.tasks += 1;
    sum.steps += times.steps;
    sum.run += times.run;
    sum.ready += times.ready;
    sum.wait += times.wait;
    byCode.set(task.code, sum);
  }
  const stats = [...byCode.values()];
  cache.set(trace, { revision: trace.revision, stats });
  return stats;
}

export interface LoopTimes {
  /** Of tasks; callbacks are not counted, but keep the loop busy. */
  readonly steps: number;
  readonly busy: Nanoseconds;
  readonly idle: Nanoseconds;
}

export function loopTimes(trace: Trace, loop: LoopId): LoopTimes {
  const list = trace.stepsOfLoop(loop);
  let steps = 0;
  let busy = 0;
  for (let i = 0; i < list.length; i++) {
    const step = list.at(i);
    if (trace.steps.task(step) !== 0) steps += 1;
    busy += trace.steps.end(step) - trace.steps.start(step);
  }
  const idles = trace.idlesOf(loop);
  let idle = 0;
  for (let i = 0; i < idles.length; i++) idle += idles.end(i) - idles.start(i);
  return { steps, busy, idle };
}
