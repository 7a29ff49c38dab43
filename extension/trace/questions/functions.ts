/** What the functions of one file did: those that tasks were made of, and those that were awaited. */
import type { Trace } from "../trace";
import type { Code, Nanoseconds, TaskId } from "../types";
import { awaitedStats, type AwaitedStat } from "./outer";
import { coroutineStats, livesOver, type Lives } from "./times";

export interface FunctionStat {
  readonly code: Code;
  /** Made of it. */
  readonly tasks: number;
  readonly first: TaskId | undefined;
  /** Of these tasks' lives. */
  readonly total: Nanoseconds;
  readonly waiting: Nanoseconds;
  /** Of those that have ended. */
  readonly over: Lives;
  /** Where it was awaited and not made a task: how often, in how many tasks, and for how long they were suspended in it. */
  readonly awaited: Omit<AwaitedStat, "code"> | undefined;
}

const NONE: Lives = { tasks: 0, total: 0, waiting: 0, typical: undefined };

export function functionStats(trace: Trace, path: string): readonly FunctionStat[] {
  const stats = new Map<Code, FunctionStat>();
  for (const { code, tasks, first, run, ready, wait } of coroutineStats(trace)) {
    if (code.file?.path !== path) continue;
    const over = livesOver(trace, code) ?? NONE;
    stats.set(code, { code, tasks, first, total: run + ready + wait, waiting: wait, over, awaited: undefined });
  }
  for (const { code, ...awaited } of awaitedStats(trace, path)) {
    const known = stats.get(code) ?? { code, tasks: 0, first: undefined, total: 0, waiting: 0, over: NONE };
    stats.set(code, { ...known, awaited });
  }
  return [...stats.values()];
}
