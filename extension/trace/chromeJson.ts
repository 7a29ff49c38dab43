/**
 * The trace as Chrome JSON, which Perfetto and chrome://tracing open. A process a loop, a track a task (slices of two
 * tasks may overlap in time, and slices of one track must not), a flow from whoever woke a task to the step it ran then.
 *
 * What Perfetto's importer asks for beyond the format: `traceEvents` comes first, because it may stop at a key that it does
 * not know; no `displayTimeUnit`, which it once took for the unit of `ts`; `ph` and `ts` come first in each event, because
 * it looks for them with a scanner that takes offence at escapes; a thread's number is its own in the whole trace, and 0 is
 * the kernel's.
 */
import { cancelWords } from "./questions/causes";
import { describeJobPlace } from "./questions/jobs";
import { forEachSlice, NO_STEP } from "./questions/slices";
import { describeStep, describeWaker, plainWords } from "./questions/words";
import type { Trace } from "./trace";
import type { Job, LoopId, Nanoseconds, Site, StepIndex, TaskId, TaskInfo } from "./types";

type Json = Readonly<Record<string, unknown>>;

/** The document in pieces, so that no string has to hold all of it. */
export function* chromeJson(trace: Trace): Generator<string, void, undefined> {
  const { header } = trace;
  yield '{"traceEvents":[\n';
  let separator = "";
  let piece = "";
  for (const event of events(trace)) {
    piece += separator + JSON.stringify(event);
    separator = ",\n";
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  yield `${piece}\n],"otherData":${JSON.stringify({
    program: header?.argv.join(" ") ?? "",
    python: header?.python ?? "",
    startedAt: header?.startedAt ?? "",
    lostEvents: trace.lostEvents,
    complete: trace.complete,
  })}}\n`;
}

/** Characters in a piece: few enough to hold, enough to write at once. */
const PIECE = 1 << 16;

interface Track {
  readonly pid: number;
  readonly tid: number;
}

/** Where a task's slices go. A task's thread has its number; a loop's process has one that no task has. */
type Tracks = (loop: LoopId, task: TaskId) => Track;

function tracksOf(trace: Trace): Tracks {
  const last = trace.tasks.reduce((most, { id }) => Math.max(most, id), 0);
  // What a loop ran that was no task's step is on its process's own thread. A task stays with its loop: a damaged trace
  // may say that another one ran it, or has its job.
  return (loop, task) => {
    const home = trace.task(task)?.loop;
    return home === undefined ? { pid: last + loop, tid: last + loop } : { pid: last + home, tid: task };
  };
}

function* events(trace: Trace): Generator<Json, void, undefined> {
  const tracks = tracksOf(trace);
  for (const loop of trace.loops) {
    const track = tracks(loop.id, 0);
    yield named("process_name", track, `Event loop ${loop.id}, ${loop.thread} (${loop.className})`);
    yield named("thread_name", track, "callbacks");
    yield* callbacks(trace, loop.id, track);
    yield* idles(trace, loop.id, track);
  }
  for (const task of trace.tasks) {
    const track = tracks(task.loop, task.id);
    yield named("thread_name", track, task.name === task.coro ? task.name : `${task.name} (${task.coro})`);
    yield* slices(trace, task, track);
  }
  // After all slices: of two events of one moment the first comes first, and a flow belongs to the slice that goes on.
  for (let step = 0; step < trace.steps.length; step++) yield* wake(trace, step, tracks);
  for (const group of trace.groups) {
    const loop = trace.task(group.owner ?? 0)?.loop ?? trace.loops[0]?.id ?? 0;
    const common = { ...tracks(loop, group.owner ?? 0), cat: "group", ...ofProcess(group.id), name: group.kind };
    const { members, outcome, criticalMember, firstFailed } = group;
    const args = { members, outcome, criticalMember, firstFailed, site: siteText(group.site) };
    yield { ph: "b", ts: micros(group.started), ...common, args };
    yield { ph: "e", ts: micros(group.ended ?? trace.end), ...common };
  }
  for (const one of trace.jobs) yield* job(trace, one, tracks);
}

/** Beside the task that asked for it; jobs overlap, so each is a track of its own. */
function* job(trace: Trace, job: Job, tracks: Tracks): Generator<Json, void, undefined> {
  const common = {
    ...tracks(job.loop, job.task ?? 0),
    cat: "job",
    ...ofProcess(job.id),
    name: describeJobPlace(trace, job),
  };
  const queued = job.started === undefined ? {} : { queued: micros(job.started - job.created) };
  const args = { outcome: job.outcome, ...queued };
  yield { ph: "b", ts: micros(job.created), ...common, args: { ...args, site: siteText(job.site) } };
  yield { ph: "e", ts: micros(job.ended ?? trace.end), ...common };
}

/** An id of its process, which the slices are shown in then; one of all processes is shown beside them. */
function ofProcess(id: number): Json {
  return { id2: { local: String(id) } };
}

function named(what: string, track: Track, name: string): Json {
  return { ph: "M", ...track, name: what, args: { name } };
}

function* callbacks(trace: Trace, loop: LoopId, track: Track): Generator<Json, void, undefined> {
  const { steps } = trace;
  const list = trace.stepsOfLoop(loop);
  for (let i = 0; i < list.length; i++) {
    const step = list.at(i);
    if (steps.task(step) !== 0) continue;
    const args = { wokenBy: describeWaker(trace, step) };
    yield slice(describeStep(trace, step), "callback", track, steps.start(step), steps.end(step), args);
  }
}

function* idles(trace: Trace, loop: LoopId, track: Track): Generator<Json, void, undefined> {
  const list = trace.idlesOf(loop);
  for (let i = 0; i < list.length; i++) yield slice("idle", "idle", track, list.start(i), list.end(i), undefined);
}

/** Everything the task did, its end included. */
function slices(trace: Trace, task: TaskInfo, track: Track): readonly Json[] {
  const found: Json[] = [];
  const { steps } = trace;
  const list = trace.stepsOf(task.id);
  // Also those that were shorter than the clock can tell.
  for (let i = 0; i < list.length; i++)
    found.push(slice("running", "running", track, steps.start(list.at(i)), steps.end(list.at(i)), undefined));
  forEachSlice(trace, task.id, -Infinity, Infinity, (state, from, to, step) => {
    const at = (name: string, args: Json | undefined): void => {
      found.push(slice(name, state, track, from, to, args));
    };
    switch (state) {
      case "running": {
        // One that goes on has no row yet.
        if (step === NO_STEP) at("running", undefined);
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
    found.push({ ph: "i", ts: micros(task.ended), s: "t", ...track, name: task.outcome, args });
  }
  return found;
}

function* wake(trace: Trace, step: StepIndex, tracks: Tracks): Generator<Json, void, undefined> {
  const { steps } = trace;
  const waker = steps.wakerStep(step);
  if (waker === undefined || steps.task(step) === 0) return;
  const flow = { cat: "wake", id: step, name: "wakes" };
  const trackOf = (of: StepIndex): Track => tracks(steps.loop(of), steps.task(of));
  yield { ph: "s", ts: micros(lastInstant(trace, waker)), ...trackOf(waker), ...flow };
  yield { ph: "f", ts: micros(steps.start(step)), bp: "e", ...trackOf(step), ...flow };
}

/** A flow begins inside of a slice; at its very end the slice is over already. */
function lastInstant(trace: Trace, step: StepIndex): Nanoseconds {
  return Math.max(trace.steps.start(step), trace.steps.end(step) - 1);
}

function slice(
  name: string,
  cat: string,
  track: Track,
  from: Nanoseconds,
  to: Nanoseconds,
  args: Json | undefined,
): Json {
  return { ph: "X", ts: micros(from), dur: micros(to - from), ...track, cat, name, args };
}

/**
 * Chrome counts microseconds; the thousandths keep our nanoseconds, also where what reads them multiplies and then cuts off
 * what is left: two slices that touch would overlap then, and the second be dropped.
 */
function micros(time: Nanoseconds): number {
  let value = time / 1000;
  while (Math.trunc(value * 1000) < time) value *= 1 + Number.EPSILON;
  return value;
}

function siteText(site: Site | undefined): string | undefined {
  return site && `${site.file}:${site.line}`;
}
