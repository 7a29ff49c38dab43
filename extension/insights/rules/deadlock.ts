/** Tasks that wait for each other in a circle: through what they await, and through locks that the next one holds. */
import {
  describeStep,
  firstIndex,
  KIND_WORDS,
  type Nanoseconds,
  type Site,
  type Standing,
  type TaskId,
  type Trace,
} from "../../trace";
import type { Evidence, Found, Rule } from "../types";
import { duration, listed, place, taskName } from "../words";

export interface Stand {
  readonly task: TaskId;
  readonly site: Site | undefined;
  readonly since: Nanoseconds;
  readonly words: string;
  /** Any of these would have to go on first. */
  readonly on: readonly TaskId[];
}

export const deadlock: Rule = {
  id: "deadlock",
  explanation: {
    what: "Tasks wait for each other in a circle: each holds or is what the next one waits for.",
    why: "None of them can ever go on; only a cancel ends it.",
    fix: "Take locks in the same order everywhere, do not await a task while holding what it needs, or give the wait a timeout.",
  },
  find(trace) {
    return trace.loops.flatMap(({ id }) => {
      const standing = trace.standingOf(id);
      if (standing === undefined) return [];
      const stands = standsOf(trace, standing);
      return circles(stands).map((circle) => tell(trace, circle, standing.at));
    });
  },
};

/** Where each task stood then, if it went on standing there until now, or until it was cancelled. */
export function standsOf(trace: Trace, standing: Standing): ReadonlyMap<TaskId, Stand> {
  const holders = new Map<number, TaskId[]>();
  for (const [task, { holds }] of standing.waits)
    for (const thing of holds) holders.set(thing, [...(holders.get(thing) ?? []), task]);
  const stands = new Map<TaskId, Stand>();
  for (const [task, wait] of standing.waits) {
    const list = trace.stepsOf(task);
    const next = firstIndex(list.length, (i) => trace.steps.start(list.at(i)) > standing.at);
    // A timer will end it.
    if (next === 0 || wait.due !== undefined) continue;
    const last = list.at(next - 1);
    if (next < list.length && !wasCancelled(trace, task, standing.at, trace.steps.start(list.at(next)))) continue;
    const held = wait.thing === undefined ? undefined : holders.get(wait.thing);
    const awaited = trace.steps.awaits(last);
    const on: TaskId[] = [];
    // A lock is free when its only holder lets go; of a semaphore any of its holders will do.
    if (held?.length === 1 && wait.on !== "queue.get") on.push(...held);
    else if (awaited !== undefined && "task" in awaited) on.push(awaited.task);
    else if (awaited !== undefined && "group" in awaited) on.push(...membersAwaited(trace, awaited.group));
    const site = trace.awaitSite(trace.steps.node(last))?.site;
    // A coroutine of asyncio's own is a task's without any code of the program's.
    const words = site === undefined ? KIND_WORDS[wait.on] : describeStep(trace, last);
    const what =
      held?.length === 1 ? `${wait.on} #${wait.thing ?? 0}, held by ${taskName(trace, held[0] ?? 0)}` : undefined;
    stands.set(task, { task, site, since: trace.steps.end(last), words: what ?? words, on });
  }
  return stands;
}

function wasCancelled(trace: Trace, task: TaskId, from: Nanoseconds, to: Nanoseconds): boolean {
  if (trace.cancelsOf(task).some(({ at }) => at >= from && at <= to)) return true;
  const info = trace.task(task);
  return info?.outcome === "cancelled";
}

/** All of these have to end for it to go on. */
function membersAwaited(trace: Trace, id: number): readonly TaskId[] {
  const group = trace.group(id);
  if (group === undefined || (group.kind === "wait" && group.returnWhen !== "ALL_COMPLETED")) return [];
  return group.kind === "gather" || group.kind === "taskgroup" || group.kind === "wait" ? group.members : [];
}

/** Circles, each once. */
function circles(stands: ReadonlyMap<TaskId, Stand>): readonly (readonly Stand[])[] {
  const found: Stand[][] = [];
  const done = new Set<TaskId>();
  for (const start of stands.keys()) {
    const path: Stand[] = [];
    const index = new Map<TaskId, number>();
    // Depth first, without recursion: hostile files have long chains.
    const todo: { readonly task: TaskId; readonly depth: number }[] = [{ task: start, depth: 0 }];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      for (const left of path.splice(next.depth)) {
        index.delete(left.task);
        done.add(left.task);
      }
      const on = index.get(next.task);
      if (on !== undefined) found.push(path.slice(on));
      const stand = stands.get(next.task);
      if (on !== undefined || stand === undefined || done.has(next.task)) continue;
      index.set(next.task, path.length);
      path.push(stand);
      for (const task of stand.on) todo.push({ task, depth: path.length });
    }
    for (const { task } of path) done.add(task);
  }
  return found;
}

function tell(trace: Trace, circle: readonly Stand[], seen: Nanoseconds): Found {
  const names = circle.map(({ task }) => taskName(trace, task));
  const since = Math.max(...circle.map((stand) => stand.since));
  const cancelled = circle.map(({ task }) => trace.task(task)?.ended ?? trace.end);
  const until = Math.max(seen, Math.min(...cancelled));
  const drawn = circle.length === 1 ? `${names[0] ?? ""} → itself` : `${names.join(" → ")} → ${names[0] ?? ""}`;
  const ended = circle.some(({ task }) => trace.task(task)?.ended !== undefined);
  return {
    rule: "deadlock",
    severity: "error",
    certainty: "Certain: no timer, I/O or other task can end any of these waits; only a cancel can",
    message: `Deadlock: ${drawn}; ${ended ? "they stood" : "they have stood"} so for ${duration(until - since)}`,
    site: circle.find((stand) => stand.site !== undefined)?.site,
    tasks: listed(circle.map(({ task }) => task)),
    at: since,
    cost: until - since,
    ...(ended || trace.complete ? {} : { ongoing: `Deadlock: ${drawn}` }),
    evidence: circle.map((stand): Evidence => ({
      label: `${taskName(trace, stand.task)} waits for ${stand.words}${stand.site === undefined ? "" : ` at ${place(stand.site)}`}`,
      task: stand.task,
      at: stand.since,
      ...(stand.site === undefined ? {} : { site: stand.site }),
    })),
  };
}
