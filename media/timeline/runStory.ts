/** What ran, in plain sentences: the steps of tasks and loops, and what blocked a loop or kept a ready task from running. */
import {
  blockedSince,
  blocking,
  formatDuration,
  innermostUser,
  type Blocked,
  type ChainFrame,
  type LoopId,
  type Nanoseconds,
  type Site,
  type StepIndex,
  type TaskInfo,
  type Trace,
} from "../../extension/trace";
import { lowerBound, SLOW_CALLBACK, type Lane } from "./lane";
import { shortName } from "./names";
import { codeSite, sitePart, type Part, type Sentence } from "./sentence";
import { indexOf, type Slice } from "./slices";
import type { Span } from "./viewport";

/** Where a step of a task began to run: after the await it stood in, or at the head of its coroutine. */
export function resumedAt(trace: Trace, lane: Lane, task: TaskInfo, step: StepIndex | undefined): Site | undefined {
  const i = step === undefined ? lane.length : indexOf(lane, step, trace);
  const standing = i > 0 ? trace.awaitSite(trace.steps.node(lane.steps.at(i - 1)))?.site : undefined;
  return standing ?? (task.code === undefined ? undefined : codeSite(task.code));
}

/** How long it ran, from where, and whether that blocked the loop; not what came then. */
export function runStory(trace: Trace, lane: Lane, task: TaskInfo, slice: Slice): Sentence {
  const goesOn = slice.step === undefined && !isOver(trace);
  const parts: Part[] = [`${goesOn ? "Has run" : "Ran"} ${formatDuration(slice.to - slice.from)}`];
  const from = resumedAt(trace, lane, task, slice.step);
  if (from !== undefined) parts.push(" from ", sitePart(from));
  if (slice.step !== undefined && slice.to - slice.from <= SLOW_CALLBACK) return parts;
  parts.push(`, and ${goesOn ? "blocks the loop: nothing else can run" : "blocked the loop: nothing else could run"}`);
  const frame = innermostUser(stackOf(trace, slice));
  if (frame?.site !== undefined)
    parts.push(`. It ${goesOn ? "stands" : "stood"} at `, sitePart(frame.site), ` in ${shortName(frame.code.name)}`);
  return parts;
}

/** Where it stood when somebody looked, innermost first. */
function stackOf(trace: Trace, { task, step }: Pick<Slice, "task" | "step">): readonly ChainFrame[] {
  return step === undefined ? (blocking(trace, task)?.stack() ?? []) : trace.blockedAt(step);
}

/** "blocks the loop for 1.20 s in crunch()", and shorter; for a bar. */
export function blockLabels(trace: Trace, run: Pick<Slice, "task" | "step">, long: string): readonly string[] {
  const what = `${run.step === undefined && !isOver(trace) ? "blocks" : "blocked"} the loop for ${long}`;
  const name = innermostUser(stackOf(trace, run))?.code.name;
  return name === undefined || name.endsWith(">") ? [what] : [`${what} in ${shortName(name)}()`, what];
}

/** A program that has ended, or was killed, is in no step any more. */
function isOver(trace: Trace): boolean {
  return trace.complete || trace.truncated;
}

/** A callback that ran, or, without a step, the one that blocks the loop. */
export function callbackStory(trace: Trace, loop: LoopId, step: StepIndex | undefined): Sentence {
  const { from, to } = callbackSpan(trace, loop, step);
  const verb =
    step === undefined && !isOver(trace) ? "Has been blocked by" : step === undefined ? "Was blocked by" : "Ran";
  return [`${verb} `, ...callbackWords(trace, loop, step), ` for ${formatDuration(to - from)}`];
}

export function callbackSpan(trace: Trace, loop: LoopId, step: StepIndex | undefined): Span {
  if (step !== undefined) return { from: trace.steps.start(step), to: trace.steps.end(step) };
  return { from: blockedSince(trace, loop)?.since ?? trace.end, to: trace.end };
}

export function callbackWords(trace: Trace, loop: LoopId, step: StepIndex | undefined): Sentence {
  if (step !== undefined) return stepWords(trace, step);
  const blocked = blockedSince(trace, loop);
  return blocked === undefined ? ["a callback"] : blockedWords(trace, blocked);
}

/** What blocks a loop: "crunch, feeds.py:88". */
export function blockedWords(trace: Trace, { task, stack }: Blocked): Sentence {
  const info = task === undefined ? undefined : trace.task(task);
  return seenWords(innermostUser(stack()), info) ?? [info === undefined ? "a callback" : shortName(info.coro)];
}

/** What ran in a step: "parse_feed, feeds.py:88". */
export function stepWords(trace: Trace, step: StepIndex): Sentence {
  const id = trace.steps.task(step);
  const task = id === 0 ? undefined : trace.task(id);
  const seen = seenWords(innermostUser(trace.blockedAt(step)), task);
  if (seen !== undefined) return seen;
  if (task !== undefined) {
    const list = trace.stepsOf(task.id);
    const i = lowerBound(0, list.length, (k) => list.at(k) >= step);
    const before = i > 0 ? trace.awaitSite(trace.steps.node(list.at(i - 1))) : undefined;
    const site = before?.site ?? (task.code && codeSite(task.code));
    const name: Part = { task: task.id, text: shortName(before?.function.name ?? task.coro) };
    return site === undefined ? [name] : [name, ", ", sitePart(site)];
  }
  const frame = trace.chain(trace.steps.node(step)).at(-1);
  if (frame === undefined) return ["a callback"];
  const site = codeSite(frame.code);
  return site === undefined ? [`callback ${frame.code.name}`] : [`callback ${frame.code.name}, `, sitePart(site)];
}

function seenWords(frame: ChainFrame | undefined, task: TaskInfo | undefined): Sentence | undefined {
  if (frame?.site === undefined) return undefined;
  const text = shortName(frame.code.name);
  return [task === undefined ? text : { task: task.id, text }, ", ", sitePart(frame.site)];
}

/** A wait for the loop shorter than this needs no culprit: it is the loop's own turn-around. */
export const WORTH_EXPLAINING: Nanoseconds = 20e3;
/** Looking at more steps would cost more than the answer is worth. */
const MAX_STEPS = 5000;

/** What the loop ran longest while something was ready. */
export function culpritOf(trace: Trace, loop: LoopId, from: Nanoseconds, to: Nanoseconds): Sentence | undefined {
  if (to - from < WORTH_EXPLAINING) return undefined;
  const list = trace.stepsOfLoop(loop);
  const { steps } = trace;
  let longest: StepIndex | undefined;
  let most = 0;
  const low = lowerBound(0, list.length, (i) => steps.end(list.at(i)) > from);
  for (let i = low; i < Math.min(list.length, low + MAX_STEPS) && steps.start(list.at(i)) < to; i++) {
    const step = list.at(i);
    const overlap = Math.min(steps.end(step), to) - Math.max(steps.start(step), from);
    if (overlap > most) {
      most = overlap;
      longest = step;
    }
  }
  if (longest === undefined || most < (to - from) / 10) return undefined;
  return stepWords(trace, longest);
}

/** ": the loop is blocked by crunch, app.py:5", of a task that is ready, or may be. */
export function blockedMeanwhile(trace: Trace, loop: LoopId): Sentence | undefined {
  const blocked = blockedSince(trace, loop);
  return blocked && [`the loop ${isOver(trace) ? "was" : "is"} blocked by `, ...blockedWords(trace, blocked)];
}

/** Whether the loop slept most of the time: the system woke it later than it had asked for, as a busy machine does. */
export function wasIdle(trace: Trace, loop: LoopId, from: Nanoseconds, to: Nanoseconds): boolean {
  if (to - from < WORTH_EXPLAINING) return false;
  const idles = trace.idlesOf(loop);
  let idle = 0;
  let i = lowerBound(0, idles.length, (k) => idles.end(k) > from);
  for (const last = i + MAX_STEPS; i < Math.min(idles.length, last) && idles.start(i) < to; i++) {
    idle += Math.min(idles.end(i), to) - Math.max(idles.start(i), from);
  }
  return idle > (to - from) / 2;
}
