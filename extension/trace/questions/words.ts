/** Steps and groups in plain words. */
import { firstIndex } from "../columns";
import { formatDuration } from "../durations";
import type { Trace } from "../trace";
import type { AwaitKind, GroupId, Source, StandingWait, StepIndex, TaskId } from "../types";
import { causeOf, type Words } from "./causes";
import { describeJobPlace } from "./jobs";
import { originalWaker } from "./wakers";

export const KIND_WORDS: Readonly<Record<AwaitKind, string>> = {
  sleep: "sleep",
  task: "task",
  future: "future",
  gather: "gather",
  taskgroup: "TaskGroup",
  wait: "wait",
  wait_for: "wait_for",
  as_completed: "as_completed",
  shield: "shield",
  timeout: "timeout",
  lock: "lock",
  event: "event",
  condition: "condition",
  semaphore: "semaphore",
  barrier: "barrier",
  "queue.get": "Queue.get",
  "queue.put": "Queue.put",
  "queue.join": "Queue.join",
  "stream.read": "stream read",
  "stream.write": "stream write",
  socket: "socket",
  subprocess: "subprocess",
  executor: "executor job",
  asyncgen: "async generator",
  other: "something outside of asyncio",
};

/** What the step's task awaits after it, or how it ended. */
export function describeStep(trace: Trace, step: StepIndex): string {
  const { steps } = trace;
  const task = trace.task(steps.task(step));
  if (task === undefined) return `callback ${trace.chain(steps.node(step)).at(-1)?.code.name ?? ""}`.trimEnd();
  const list = trace.stepsOf(task.id);
  const next = firstIndex(list.length, (i) => list.at(i) > step);
  const isLast = next === list.length;
  if (task.ended !== undefined && isLast && list.length > 0)
    return task.outcome === "raised" && task.exception !== undefined ? `raised ${task.exception.type}` : task.outcome;
  const point = trace.awaitMeaning(steps.node(step));
  const kind = point?.kind;
  const awaited = awaitedWords(trace, step, kind, point?.library !== undefined);
  if (awaited !== undefined) return awaited;
  const wait = isLast ? standingWait(trace, step) : undefined;
  if (point?.library !== undefined) return point.library + (wait === undefined ? "" : heldBy(trace, task.id, wait));
  if (kind === undefined) return "something unknown";
  if (wait !== undefined) return KIND_WORDS[kind] + openDetails(trace, step, kind, wait);
  return KIND_WORDS[kind] + (isLast ? "" : sourceDetails(kind, wakingSource(trace, list.at(next))));
}

/** Named by what the user called; what that in turn awaits is said only where the user awaits it directly. */
function awaitedWords(
  trace: Trace,
  step: StepIndex,
  kind: AwaitKind | undefined,
  inLibrary: boolean,
): string | undefined {
  const awaited = trace.steps.awaits(step);
  if (awaited === undefined) return undefined;
  if (inLibrary && "group" in awaited && isOfFutures(trace, awaited.group)) return undefined;
  if ("job" in awaited) {
    const job = trace.job(awaited.job);
    const isDirect = kind === undefined || kind === "executor" || kind === "future";
    return job !== undefined && isDirect ? describeJobPlace(trace, job) : undefined;
  }
  if ("group" in awaited && trace.group(awaited.group)?.kind === kind) return describeGroup(trace, awaited.group);
  if (kind !== undefined && kind !== "task" && kind !== "gather" && kind !== "taskgroup") return undefined;
  return "task" in awaited ? describeTask(trace, awaited.task) : describeGroup(trace, awaited.group);
}

/** "wait of 2 futures" says nothing where a library waits for futures of its own. */
function isOfFutures(trace: Trace, id: GroupId): boolean {
  const group = trace.group(id);
  return group !== undefined && group.futures > 0 && group.members.length + group.more === 0;
}

function describeTask(trace: Trace, id: TaskId): string {
  const task = trace.task(id);
  return task === undefined ? "a task" : `task ${task.name}`;
}

/** What was seen of the wait the task is in since this step, when its loop had been quiet. */
export function standingWait(trace: Trace, step: StepIndex): StandingWait | undefined {
  const task = trace.steps.task(step);
  const standing = trace.standingOf(trace.steps.loop(step));
  return standing === undefined || standing.at < trace.steps.end(step) ? undefined : standing.waits.get(task);
}

function openDetails(trace: Trace, step: StepIndex, kind: AwaitKind, wait: StandingWait): string {
  const source = wait.source === undefined ? undefined : trace.source(wait.source);
  const inner = wait.on === kind || wait.on === "other" ? "" : `: ${KIND_WORDS[wait.on]}`;
  if (wait.on === "sleep") {
    const delay = wait.due === undefined ? 0 : wait.due - trace.steps.end(step);
    return delay <= 0 ? inner : `${inner} of ${formatDuration(delay, 2)}`;
  }
  const job = wait.job === undefined ? undefined : trace.job(wait.job);
  if (job !== undefined) return `: ${describeJobPlace(trace, job)}`;
  const { size, limit, due } = wait;
  const left = due === undefined ? 0 : due - trace.steps.end(step);
  const until = left > 0 ? `, for at most ${formatDuration(left, 2)}` : "";
  const room = size === undefined || limit === undefined ? "" : ` (${size} of ${limit})`;
  return inner + sourceDetails(wait.on, source) + heldBy(trace, trace.steps.task(step), wait) + room + until;
}

/** Names at most so many holders of a semaphore. */
const MAX_HOLDERS = 3;

/** " #3, held by Task-2": which one, and who has entered it. */
function heldBy(trace: Trace, id: TaskId, { thing }: StandingWait): string {
  if (thing === undefined) return "";
  const task = trace.task(id);
  const waits = task === undefined ? undefined : trace.standingOf(task.loop)?.waits;
  const holders: string[] = [];
  for (const [other, wait] of waits ?? [])
    if (wait.holds.includes(thing)) holders.push(trace.task(other)?.name ?? "an unknown task");
  const more = holders.length > MAX_HOLDERS ? ` and ${holders.length - MAX_HOLDERS} more` : "";
  return ` #${thing}` + (holders.length === 0 ? "" : `, held by ${holders.slice(0, MAX_HOLDERS).join(", ")}${more}`);
}

function wakingSource(trace: Trace, step: StepIndex): Source | undefined {
  const waker = originalWaker(trace, step);
  return waker.kind === "io" && waker.source !== undefined ? trace.source(waker.source) : undefined;
}

function sourceDetails(kind: AwaitKind, source: Source | undefined): string {
  if (source === undefined) return "";
  const { peer, pid, command } = source;
  if (kind === "subprocess" && pid !== undefined) return ` ${pid}${command === undefined ? "" : ` (${command})`}`;
  if (peer === undefined) return "";
  return kind === "stream.read" ? ` from ${peer}` : kind === "stream.write" || kind === "socket" ? ` to ${peer}` : "";
}

/** "gather of 2 tasks", "wait_for with a timeout of 2.0 s", "wait of 1 task and 2 others". */
export function describeGroup(trace: Trace, id: GroupId): string {
  const group = trace.group(id);
  if (group === undefined) return "a group of tasks";
  const { kind, futures, timeout } = group;
  const what: string[] = [];
  const tasks = group.members.length + group.more;
  if (tasks > 0 || (futures === 0 && kind !== "wait_for")) what.push(plural(tasks, "task"));
  // Some of these may be tasks that had ended.
  if (futures > 0) what.push(tasks === 0 ? plural(futures, "future") : plural(futures, "other"));
  const long = timeout === undefined ? "" : formatDuration(timeout, 2);
  if (kind === "timeout") return long === "" ? "timeout" : `timeout of ${long}`;
  const of = what.length === 0 ? "" : ` of ${what.join(" and ")}`;
  return KIND_WORDS[kind] + of + (long === "" ? "" : ` with a timeout of ${long}`);
}

function plural(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

/** Who made the task ready for this step. */
export function describeWaker(trace: Trace, step: StepIndex): string {
  return plainWords(trace, causeOf(trace, step) ?? ["woken by something unknown"]);
}

/** As text: tasks by their coroutine, with where they stood if a step of theirs is meant. */
export function plainWords(trace: Trace, words: Words): string {
  return words
    .map((part) => {
      if (typeof part === "string") return part;
      if ("site" in part) return placeText(part.site);
      return part.step === undefined ? taskText(trace, part.task) : describeRunner(trace, part.step);
    })
    .join("");
}

function taskText(trace: Trace, id: TaskId): string {
  return trace.task(id)?.coro ?? "an unknown task";
}

function placeText({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file.split(/[\\/]/).at(-1) ?? file}:${line}`;
}

/** The code that ran in a step, and where it came to stand; a task that ended there, where it had stood before. */
function describeRunner(trace: Trace, step: StepIndex): string {
  const { steps } = trace;
  const task = trace.task(steps.task(step));
  if (task === undefined) return "an unknown task";
  const list = trace.stepsOf(task.id);
  const before = firstIndex(list.length, (i) => list.at(i) >= step) - 1;
  const point =
    trace.awaitSite(steps.node(step)) ?? (before < 0 ? undefined : trace.awaitSite(steps.node(list.at(before))));
  const file = point?.site.file ?? task.code?.file?.path;
  const line = point?.site.line ?? task.code?.line;
  return task.coro + (file === undefined || line === undefined ? "" : ` (${placeText({ file, line })})`);
}
