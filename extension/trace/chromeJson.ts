/**
 * The trace as Chrome JSON, which Perfetto and chrome://tracing open. A process a loop, a track a task (slices of two
 * tasks may overlap in time, and slices of one track must not), a flow from whoever woke a task to the step it ran then.
 */
import { cancelWords } from "./questions/causes";
import { describeJobPlace } from "./questions/jobs";
import { forEachSlice } from "./questions/slices";
import { describeStep, describeWaker, plainWords } from "./questions/words";
import type { Trace } from "./trace";
import type { Job, LoopId, Nanoseconds, Site, StepIndex, TaskId, TaskInfo } from "./types";

type Json = Readonly<Record<string, unknown>>;

/** The track of what a loop ran that was no task's step. */
const CALLBACKS: TaskId = 0;

/** The document in pieces, so that no string has to hold all of it. */
export function* chromeJson(trace: Trace): Generator<string, void, undefined> {
  const { header } = trace;
  yield `{"displayTimeUnit":"ns","otherData":${JSON.stringify({
    program: header?.argv.join(" ") ?? "",
    python: header?.python ?? "",
    startedAt: header?.startedAt ?? "",
    lostEvents: trace.lostEvents,
    complete: trace.complete,
  })},"traceEvents":[\n`;
  let separator = "";
  let piece = "";
  for (const event of events(trace)) {
    piece += separator + JSON.stringify(event);
    separator = ",\n";
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  yield `${piece}\n]}\n`;
}

/** Characters in a piece: few enough to hold, enough to write at once. */
const PIECE = 1 << 16;

function* events(trace: Trace): Generator<Json, void, undefined> {
  for (const loop of trace.loops) {
    yield named("process_name", loop.id, CALLBACKS, `Event loop ${loop.id}, ${loop.thread} (${loop.className})`);
    yield named("thread_name", loop.id, CALLBACKS, "callbacks");
    yield* callbacks(trace, loop.id);
    yield* idles(trace, loop.id);
  }
  for (const task of trace.tasks) {
    yield named("thread_name", task.loop, task.id, task.name === task.coro ? task.name : `${task.name} (${task.coro})`);
    yield* slices(trace, task);
    yield* wakes(trace, task);
  }
  for (const group of trace.groups) {
    const common = { cat: "group", id: group.id, pid: trace.task(group.owner ?? 0)?.loop ?? 0, tid: group.owner ?? 0 };
    const { members, outcome, criticalMember, firstFailed } = group;
    const args = { members, outcome, criticalMember, firstFailed, site: siteText(group.site) };
    yield { name: group.kind, ph: "b", ts: micros(group.started), ...common, args };
    yield { name: group.kind, ph: "e", ts: micros(group.ended ?? trace.end), ...common };
  }
  for (const one of trace.jobs) yield* job(trace, one);
}

/** Beside the task that asked for it; jobs overlap, so each is a track of its own. */
function* job(trace: Trace, job: Job): Generator<Json, void, undefined> {
  const common = { cat: "job", id: job.id, pid: job.loop, tid: job.task ?? CALLBACKS };
  const name = describeJobPlace(trace, job);
  const args = { outcome: job.outcome, queued: micros((job.started ?? job.created) - job.created) };
  yield { name, ph: "b", ts: micros(job.created), ...common, args: { ...args, site: siteText(job.site) } };
  yield { name, ph: "e", ts: micros(job.ended ?? trace.end), ...common };
}

function named(what: string, pid: LoopId, tid: TaskId, name: string): Json {
  return { name: what, ph: "M", pid, tid, args: { name } };
}

function* callbacks(trace: Trace, loop: LoopId): Generator<Json, void, undefined> {
  const { steps } = trace;
  const list = trace.stepsOfLoop(loop);
  for (let i = 0; i < list.length; i++) {
    const step = list.at(i);
    if (steps.task(step) !== 0) continue;
    const args = { wokenBy: describeWaker(trace, step) };
    yield slice(describeStep(trace, step), "callback", loop, CALLBACKS, steps.start(step), steps.end(step), args);
  }
}

function* idles(trace: Trace, loop: LoopId): Generator<Json, void, undefined> {
  const list = trace.idlesOf(loop);
  for (let i = 0; i < list.length; i++)
    yield slice("idle", "idle", loop, CALLBACKS, list.start(i), list.end(i), undefined);
}

/** Everything the task did, its end included. */
function slices(trace: Trace, task: TaskInfo): readonly Json[] {
  const found: Json[] = [];
  const { steps } = trace;
  forEachSlice(trace, task.id, -Infinity, Infinity, (state, from, to, step) => {
    const at = (name: string, args: Json | undefined): void => {
      found.push(slice(name, state, task.loop, task.id, from, to, args));
    };
    switch (state) {
      case "running": {
        at("running", undefined);
        return;
      }
      case "ready": {
        at("ready", step < 0 ? undefined : { wokenBy: describeWaker(trace, step) });
        return;
      }
      case "waiting": {
        const node = steps.node(step);
        const chain = trace.chain(node).map((frame) => `${frame.code.name} ${siteText(frame.site) ?? ""}`.trimEnd());
        at(describeStep(trace, step), { site: siteText(trace.awaitSite(node)?.site), chain });
        return;
      }
      case "done":
        return;
    }
  });
  if (task.ended !== undefined) {
    const { exception, cancelledBy } = task;
    const args = {
      exception: exception && `${exception.type}: ${exception.message ?? ""}`,
      cancelled: cancelledBy && plainWords(trace, cancelWords(trace, cancelledBy)),
    };
    found.push({ name: task.outcome, ph: "i", s: "t", ts: micros(task.ended), pid: task.loop, tid: task.id, args });
  }
  return found;
}

function* wakes(trace: Trace, task: TaskInfo): Generator<Json, void, undefined> {
  const { steps } = trace;
  const list = trace.stepsOf(task.id);
  for (let i = 0; i < list.length; i++) {
    const step = list.at(i);
    const waker = steps.waker(step);
    if (waker.kind !== "step") continue;
    const from = { pid: steps.loop(waker.step), tid: steps.task(waker.step) };
    const flow = { name: "wakes", cat: "wake", id: step };
    yield { ...flow, ph: "s", ts: micros(lastInstant(trace, waker.step)), ...from };
    yield { ...flow, ph: "f", bp: "e", ts: micros(steps.start(step)), pid: task.loop, tid: task.id };
  }
}

/** A flow begins inside of a slice; at its very end the slice is over already. */
function lastInstant(trace: Trace, step: StepIndex): Nanoseconds {
  return Math.max(trace.steps.start(step), trace.steps.end(step) - 1);
}

function slice(
  name: string,
  cat: string,
  pid: LoopId,
  tid: TaskId,
  from: Nanoseconds,
  to: Nanoseconds,
  args: Json | undefined,
): Json {
  return { name, cat, ph: "X", ts: micros(from), dur: micros(to - from), pid, tid, args };
}

/** Chrome counts microseconds; the thousandths keep our nanoseconds. */
function micros(time: Nanoseconds): number {
  return time / 1000;
}

function siteText(site: Site | undefined): string | undefined {
  return site && `${site.file}:${site.line}`;
}
