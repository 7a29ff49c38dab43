/** Where the tasks that live at a moment stand in the program's source. */
import { firstIndex } from "../columns";
import type { ChainFrame, Trace } from "../trace";
import type { Code, Nanoseconds, Site, StepIndex, TaskId, TaskInfo, TaskState } from "../types";
import { foldOf } from "./fold";
import { blocking, innermostUser } from "./ongoing";
import { stateAt, type StateAt } from "./slices";

export interface Stand {
  readonly task: TaskId;
  readonly state: Exclude<TaskState, "done">;
  /**
   * Waiting: the await. Ready or running: the await it goes on from, or where it was seen to block the loop; before its
   * first step, where its coroutine is defined, without columns.
   */
  readonly site: Site;
}

/** Of the tasks `from` to `to` (exclusive) in the order of creation; those that stand in no user code are left out. */
export function standsAt(trace: Trace, t: Nanoseconds, from = 0, to = trace.tasks.length): readonly Stand[] {
  const stands: Stand[] = [];
  const end = Math.min(to, trace.tasks.length);
  for (let i = from; i < end; i++) {
    const task = trace.tasks[i]!;
    // Most tasks of a long run live at another time, and cost no search.
    if (task.created > t || (task.ended !== undefined && task.ended <= t)) continue;
    const stand = standAt(trace, task, t);
    if (stand !== undefined) stands.push(stand);
  }
  return stands;
}

/** A line that blocks its loop at the end of the trace. */
export interface Block {
  readonly site: Site;
  readonly function: Code;
  /** undefined: a callback, or not known. */
  readonly task: TaskId | undefined;
  readonly since: Nanoseconds;
}

/** At most one a loop; those that stand in no user code are left out. */
export function blocksNow(trace: Trace): readonly Block[] {
  return trace.loops.flatMap(({ id }) => {
    const blocked = trace.blockedNow(id);
    const frame = blocked && innermostUser(blocked.stack());
    return frame?.site === undefined
      ? []
      : [{ site: frame.site, function: frame.code, task: blocked!.task, since: blocked!.since }];
  });
}

/** Since when the task waits where it stands at the end of the trace; undefined where it stands in no await. */
export function waitsSince(trace: Trace, task: TaskId): Nanoseconds | undefined {
  const total = foldOf(trace).tasks.get(task);
  return total?.visit === undefined ? undefined : total.visitFrom;
}

/** The task that runs at `t`; else the one that ran last before, over all loops. */
export function lastToRun(trace: Trace, t: Nanoseconds): TaskId | undefined {
  const { steps } = trace;
  let latest: StepIndex | undefined;
  for (const { id } of trace.loops) {
    const list = trace.stepsOfLoop(id);
    const after = firstIndex(list.length, (i) => steps.start(list.at(i)) > t);
    for (let i = after - 1; i >= Math.max(0, after - MANY_CALLBACKS); i--) {
      const step = list.at(i);
      if (steps.task(step) === 0) continue;
      if (latest === undefined || steps.start(step) > steps.start(latest)) latest = step;
      break;
    }
  }
  return latest === undefined ? undefined : steps.task(latest);
}

/** Callbacks in a row that are looked past for a task's step. */
const MANY_CALLBACKS = 1_000;

/** Undefined where it stands in no user code, and when it does not live. */
export function standOf(trace: Trace, id: TaskId, t: Nanoseconds): Stand | undefined {
  const task = trace.task(id);
  return task && standAt(trace, task, t);
}

function standAt(trace: Trace, task: TaskInfo, t: Nanoseconds): Stand | undefined {
  const now = stateAt(trace, task.id, t);
  if (now === undefined || now.state === "done") return undefined;
  // Where a step stood that was looked at, because it blocked its loop.
  const seen = now.state === "running" ? innermostUser(stackOf(trace, task.id, now.step))?.site : undefined;
  if (seen !== undefined) return { task: task.id, state: now.state, site: seen };
  const step = now.state === "waiting" ? now.step : stepBefore(trace, task, now);
  const site = step === undefined ? definition(task) : trace.awaitSite(trace.steps.node(step))?.site;
  return site && { task: task.id, state: now.state, site };
}

function stackOf(trace: Trace, task: TaskId, step: StepIndex | undefined): readonly ChainFrame[] {
  return step === undefined ? (blocking(trace, task)?.stack() ?? []) : trace.blockedAt(step);
}

function stepBefore(trace: Trace, { id }: TaskInfo, { step }: StateAt): StepIndex | undefined {
  const list = trace.stepsOf(id);
  const position = step === undefined ? list.length : firstIndex(list.length, (i) => list.at(i) >= step);
  return position === 0 ? undefined : list.at(position - 1);
}

function definition({ code }: TaskInfo): Site | undefined {
  if (code?.file?.user !== true || code.line === 0) return undefined;
  return { file: code.file.path, line: code.line, column: undefined, endLine: undefined, endColumn: undefined };
}
