/** What of a run somebody should know, a line each. */
import {
  cancelWords,
  formatDuration,
  isLost,
  raisedAt,
  whereItStands,
  type Nanoseconds,
  type Site,
  type TaskInfo,
  type Trace,
} from "../trace";
import { count, place, printable, sentence, short, taskName } from "./text";

/** Of each kind; `--json` and the timeline have everything. */
const MOST = 5;
const MOST_BLOCKED = 3;

/** How the program ended, where that is known from elsewhere than the trace. */
export interface Ended {
  /** undefined: it exited. */
  readonly signal: string | undefined;
}

export function problems(trace: Trace, ended: Ended | undefined): string[] {
  return [
    ...recording(trace, ended),
    ...blocked(trace),
    ...lost(trace),
    ...failed(trace),
    ...cancelled(trace),
    ...neverAwaited(trace),
    ...pending(trace),
  ];
}

function recording(trace: Trace, ended: Ended | undefined): string[] {
  const lines: string[] = [];
  if (ended?.signal !== undefined) lines.push(`The program was killed by ${ended.signal}.`);
  if (trace.failure !== undefined) lines.push(`Recording stopped early: ${printable(trace.failure)}.`);
  else if (trace.truncated && ended === undefined)
    lines.push(`The program was killed, or is still running: this is what it did up to ${formatDuration(trace.end)}.`);
  else if (trace.truncated && ended?.signal === undefined)
    lines.push(`Recording stopped after ${formatDuration(trace.end)}, before the program ended.`);
  return lines;
}

/** The steps that held a loop longest, and where they stood. */
function blocked(trace: Trace): string[] {
  const { steps } = trace;
  const long = (step: number): Nanoseconds => steps.end(step) - steps.start(step);
  const slow = trace.loops
    .flatMap((loop) => {
      const list = trace.stepsOfLoop(loop.id);
      return list.slow.map((position) => list.at(position));
    })
    .sort((a, b) => long(b) - long(a));
  const lines = slow.slice(0, MOST_BLOCKED).map((step) => {
    const task = trace.task(steps.task(step));
    const who = task === undefined ? "a callback" : taskName(task);
    const inner = trace.blockedAt(step).find((frame) => frame.code.file?.user === true && frame.site !== undefined);
    const where = inner?.site === undefined ? "" : `, at ${place(trace, inner.site)}`;
    return `The loop was blocked for ${formatDuration(long(step))} by ${who}${where}.`;
  });
  if (slow.length > MOST_BLOCKED) lines.push(`It was blocked ${slow.length - MOST_BLOCKED} more times.`);
  return lines;
}

function lost(trace: Trace): string[] {
  const lines = trace.partial.map(
    ({ what }) => `Not everything can be recorded of this loop: ${short(printable(what))}.`,
  );
  const kinds = [...trace.lost].map(([what, n]) => `${n} ${short(printable(what))}`);
  if (kinds.length > 0) lines.push(`Not in the trace: ${kinds.join(", ")}.`);
  return lines;
}

function failed(trace: Trace): string[] {
  return some(
    trace.tasks.filter((task) => task.outcome === "raised"),
    (task) => {
      const { type, message } = task.exception ?? { type: "an exception", message: undefined };
      const text = message === undefined || message === "" ? type : `${type}: ${message}`;
      const never = isLost(trace, task) ? " Nobody ever asked for that exception." : "";
      const site = raisedAt(trace, task);
      const where = site === undefined ? "" : `, at ${place(trace, site)}`;
      return `${taskName(task)} raised ${short(printable(text))}${where}.${never}`;
    },
    (n) => `${n} more tasks raised.`,
  );
}

/** By whom, where that is known. */
function cancelled(trace: Trace): string[] {
  const all = trace.tasks.filter((task) => task.outcome === "cancelled");
  const known = all.flatMap((task) => (task.cancelledBy === undefined ? [] : [[task, task.cancelledBy] as const]));
  const told = known.slice(0, MOST).map(([task, by]) => {
    const words = sentence(trace, cancelWords(trace, by));
    return words.startsWith("cancelled")
      ? `${taskName(task)} was ${words}.`
      : `${taskName(task)} was cancelled: ${words}.`;
  });
  const rest = all.length - told.length;
  if (rest > 0)
    told.push(`${count(rest, told.length > 0 ? "more task" : "task")} ${rest === 1 ? "was" : "were"} cancelled.`);
  return told;
}

/** A place that drops a coroutine does so again and again. */
function neverAwaited(trace: Trace): string[] {
  const places = new Map<string, { readonly name: string; readonly site: Site | undefined; times: number }>();
  for (const { code, site } of trace.neverAwaited) {
    const name = code?.name ?? "a coroutine";
    const key = `${name} ${site?.file ?? ""}:${site?.line ?? ""}`;
    const known = places.get(key);
    if (known === undefined) places.set(key, { name, site, times: 1 });
    else known.times += 1;
  }
  return some(
    [...places.values()],
    ({ name, site, times }) => {
      const where = site === undefined ? "" : `: dropped at ${place(trace, site)}`;
      return `${short(printable(name))} was never awaited${where}${times === 1 ? "" : `, ${times} times`}.`;
    },
    (n) => `${n} more coroutine functions were called and never awaited.`,
  );
}

/** Tasks that had not ended when the program, or its loop, had; of one that was killed or hangs, where it stands. */
function pending(trace: Trace): string[] {
  const open = trace.tasks.filter((task) => task.outcome === "pending");
  const destroyed = open.filter((task) => task.destroyed !== undefined);
  const others = open.filter((task) => task.destroyed === undefined);
  const lines = some(
    destroyed,
    (task) => `${taskName(task)} was destroyed while it was pending${stand(trace, task)}.`,
    (n) => `${n} more tasks were destroyed while they were pending.`,
  );
  if (others.length === 0 || (!trace.complete && !trace.truncated)) return lines;
  lines.push(`${count(others.length, "task")} ${trace.complete ? "never ended" : "had not ended"}.`);
  for (const task of others.slice(0, MOST)) lines.push(`  ${taskName(task)}${stand(trace, task)}`);
  if (others.length > MOST) lines.push(`  … and ${others.length - MOST} more`);
  return lines;
}

function stand(trace: Trace, task: TaskInfo): string {
  const words = whereItStands(trace, task.id);
  return words === undefined ? "" : `: ${sentence(trace, words)}`;
}

function some<T>(all: readonly T[], line: (one: T) => string, more: (n: number) => string): string[] {
  const lines = all.slice(0, MOST).map(line);
  if (all.length > MOST) lines.push(more(all.length - MOST));
  return lines;
}
