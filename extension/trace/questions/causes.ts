/** Who or what made a task ready, as words with the tasks and places in them kept apart, so that a view can link them. */
import { firstIndex } from "../columns";
import { formatDuration } from "../durations";
import { signalName } from "../signals";
import type { Trace } from "../trace";
import type { Cancel, Nanoseconds, Site, SourceId, StepIndex, TaskId, TaskInfo } from "../types";
import { describeJob } from "./jobs";

/** With a `step`, what the task ran then is meant, and not the task alone. */
export type Part = string | { readonly task: TaskId; readonly step?: StepIndex } | { readonly site: Site };
export type Words = readonly Part[];

/** Wakes and cancels are handed on; hostile files could make that endless. */
const MAX_HOPS = 32;

/** Who made the task ready for this step; undefined where nothing is known. */
export function causeOf(trace: Trace, step: StepIndex): Words | undefined {
  const { steps } = trace;
  const task = trace.task(steps.task(step));
  if (task !== undefined) {
    const list = trace.stepsOf(task.id);
    const i = firstIndex(list.length, (n) => list.at(n) >= step);
    // The first step there is may follow others that are missing.
    if (i === 0 && steps.readySince(step) > task.created) return wakerWords(trace, step);
    if (i === 0) {
      const by = creatorOf(trace, task);
      return by === undefined ? ["just created"] : ["created by ", ...by];
    }
    const previous = list.at(i - 1);
    const cancel = cancelBetween(trace, task.id, steps.end(previous), steps.start(step));
    if (cancel !== undefined) return cancelWords(trace, cancel);
    const awaited = steps.awaits(previous);
    const job = awaited !== undefined && "job" in awaited ? trace.job(awaited.job) : undefined;
    if (job?.ended !== undefined && job.ended <= steps.start(step))
      return [`${describeJob(job)} ${job.outcome === "returned" ? "done" : job.outcome}`];
  }
  return wakerWords(trace, step);
}

/** A task, a thread, or a callback of asyncio's; undefined where none of them made it. */
export function creatorOf(trace: Trace, task: TaskInfo): Words | undefined {
  const { steps } = trace;
  const name = task.fromThread === undefined ? undefined : trace.threadName(task.fromThread);
  const thread = task.fromThread === undefined ? undefined : name === undefined ? "another thread" : `thread ${name}`;
  if (task.parent !== undefined) return [{ task: task.parent }, ...(thread === undefined ? [] : [` in ${thread}`])];
  if (thread !== undefined) return [thread];
  const list = trace.stepsOf(task.id);
  const callback = list.length === 0 ? undefined : steps.wakerStep(list.at(0));
  // Its first steps may be lost, and others made it ready again.
  if (callback === undefined || steps.task(callback) !== 0 || steps.end(callback) < task.created) return undefined;
  if (steps.start(callback) > task.created) return undefined;
  const cause = wakerWords(trace, callback);
  const what = functionOf(trace, callback);
  return [what === undefined ? "a callback" : `callback ${what}`, ...(cause === undefined ? [] : [", ", ...cause])];
}

function wakerWords(trace: Trace, step: StepIndex): Words | undefined {
  const { steps } = trace;
  let waker = steps.waker(step);
  let callback: StepIndex | undefined;
  for (let i = 0; waker.kind === "step" && steps.task(waker.step) === 0 && i < MAX_HOPS; i++) {
    const before = steps.waker(waker.step);
    if (before.kind === "unknown") break;
    callback = waker.step;
    waker = before;
  }
  switch (waker.kind) {
    case "io":
      return ["woken by ", waker.source === undefined ? "I/O" : sourceWords(trace, waker.source, callback)];
    case "timer":
      return ["woken by a timer"];
    case "signal":
      return [`woken by signal ${signalName(waker.signal, trace.header?.platform ?? "")}`];
    case "thread": {
      const name = waker.thread === undefined ? undefined : trace.threadName(waker.thread);
      return [name === undefined ? "woken by another thread" : `woken by thread ${name}`];
    }
    case "unknown":
      return undefined;
    case "step": {
      const other = steps.task(waker.step);
      if (other !== 0) return ["woken by ", { task: other, step: waker.step }];
      const name = functionOf(trace, waker.step);
      return [name === undefined ? "woken by a callback" : `woken by callback ${name}`];
    }
  }
}

function functionOf(trace: Trace, callback: StepIndex): string | undefined {
  return trace.chain(trace.steps.node(callback)).at(-1)?.code.name;
}

/** `callback`: the step of the loop that was told; asyncio's names say which way the data went. */
function sourceWords(trace: Trace, id: SourceId, callback: StepIndex | undefined): string {
  const source = trace.source(id);
  if (source === undefined) return "I/O";
  const { kind, peer, local, pid, command } = source;
  const fd = source.fd === undefined ? "" : ` (fd ${source.fd})`;
  const process = `process ${pid ?? "unknown"}${command === undefined ? "" : ` (${command})`}`;
  const name = callback === undefined ? "" : (functionOf(trace, callback) ?? "");
  const writes = /write|send|connect/.test(name);
  switch (kind) {
    case "process":
      return `the exit of ${process}`;
    case "listener":
      return `a connection${local === undefined ? "" : ` to ${local}`}${fd}`;
    case "pipe": {
      const other = pid === undefined ? "a pipe" : process;
      return writes ? `room in the pipe to ${other}${fd}` : `data from ${other}${fd}`;
    }
    case "socket": {
      const other = peer ?? "a socket";
      if (/connect/.test(name)) return `the connection to ${other}${fd}`;
      return writes ? `room to send to ${other}${fd}` : `data from ${other}${fd}`;
    }
    case "fd":
      return `I/O${fd}`;
  }
}

/** The last time the task was asked to cancel while it waited. */
function cancelBetween(trace: Trace, task: TaskId, from: Nanoseconds, to: Nanoseconds): Cancel | undefined {
  const cancels = trace.cancelsOf(task);
  const last = cancels[firstIndex(cancels.length, (i) => (cancels[i]?.at ?? 0) > to) - 1];
  return last !== undefined && last.at >= from ? last : undefined;
}

/** "cancelled by main at app.py:12", "timeout after 2.0 s". */
export function cancelWords(trace: Trace, cancel: Cancel): Words {
  const root = rootOf(trace, cancel);
  if (root === cancel || cancel.by === undefined) return ownWords(trace, cancel);
  return ["cancelled with ", { task: cancel.by }, ": ", ...ownWords(trace, root)];
}

function ownWords(trace: Trace, { task, by, site, wasReady, group: id }: Cancel): Words {
  const group = id === undefined ? undefined : trace.group(id);
  if (group === undefined) {
    if (by === undefined && site === undefined) return ["cancelled from outside of the tasks"];
    if (wasReady && by !== undefined && by !== task) return ["cancelled by ", { task: by }];
    if (by === task) return site === undefined ? ["cancelled by itself"] : ["cancelled by itself at ", { site }];
    if (site === undefined) return by === undefined ? ["cancelled"] : ["cancelled with ", { task: by }];
    return by === undefined ? ["cancelled from ", { site }] : ["cancelled by ", { task: by }, " at ", { site }];
  }
  const { kind, timeout, deadline, started, firstFailed } = group;
  if (kind === "timeout" || kind === "wait_for") {
    const long = timeout ?? (deadline === undefined ? undefined : deadline - started);
    return [long === undefined || long < 0 ? "timeout" : `timeout after ${formatDuration(long, 2)}`];
  }
  if (kind !== "taskgroup") return [`cancelled with its ${kind}`];
  return firstFailed === undefined || firstFailed === task
    ? ["cancelled by its TaskGroup"]
    : ["cancelled by its TaskGroup, because ", { task: firstFailed }, " raised"];
}

/** The call that began it: who is passed a cancel on from a task is cancelled by whoever cancelled that. */
function rootOf(trace: Trace, cancel: Cancel): Cancel {
  let root = cancel;
  for (let hops = 0; root.site === undefined && root.group === undefined && !root.wasReady && hops < MAX_HOPS; hops++) {
    const before = root.by === undefined ? undefined : trace.task(root.by)?.cancelledBy;
    if (before === undefined || before === root) return root;
    root = before;
  }
  return root;
}
