/**
 * What happened, in plain sentences: for the details pane, the tooltip and the screen reader alike. A sentence is a list
 * of words and of places in the source; nothing here knows how they are shown.
 */
import {
  formatDuration,
  membersOneAfterAnother,
  atOnce,
  cancelWords,
  causeOf,
  describeGroup,
  describeJobPlace,
  describeStep,
  type Code,
  type GroupInfo,
  type Job,
  type LoopId,
  type Nanoseconds,
  type Site,
  type StepIndex,
  type TaskId,
  type TaskInfo,
  type Trace,
  type Words,
} from "../../extension/trace";
import { lowerBound, SLOW_CALLBACK, type Lane } from "./lane";
import { fileName, fullName, shortName } from "./names";
import { indexOf, type Slice } from "./slices";

export type Part =
  string | { readonly site: Site; readonly text: string } | { readonly task: TaskId; readonly text: string };
export type Sentence = readonly Part[];

export function plain(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === "string" ? part : part.text)).join("");
}

export function sitePart(site: Site): Part {
  return { site, text: `${fileName(site.file)}:${site.line}` };
}

export function taskPart(trace: Trace, id: TaskId): Part {
  const task = trace.task(id);
  return task === undefined ? "an unknown task" : { task: id, text: fullName(task) };
}

function codeSite(code: Code): Site | undefined {
  if (code.file === undefined || !code.file.user) return undefined;
  return { file: code.file.path, line: code.line, column: undefined, endLine: undefined, endColumn: undefined };
}

/** Where a step of a task began to run: after the await it stood in, or at the head of its coroutine. */
export function resumedAt(trace: Trace, lane: Lane, task: TaskInfo, step: StepIndex): Site | undefined {
  const i = indexOf(lane, step, trace);
  const standing = i > 0 ? trace.awaitSite(trace.steps.node(lane.steps.at(i - 1)))?.site : undefined;
  return standing ?? (task.code === undefined ? undefined : codeSite(task.code));
}

/** The place in the source a slice belongs to. */
export function sliceSite(trace: Trace, lane: Lane, task: TaskInfo, slice: Slice): Site | undefined {
  if (slice.step === undefined) return task.createSite ?? (task.code && codeSite(task.code));
  if (slice.state === "waiting") return trace.awaitSite(trace.steps.node(slice.step))?.site;
  return resumedAt(trace, lane, task, slice.step);
}

export function sliceStory(trace: Trace, lane: Lane, task: TaskInfo, slice: Slice): Sentence {
  const long = formatDuration(slice.to - slice.from);
  switch (slice.state) {
    case "running":
      return runningStory(trace, lane, task, slice, long);
    case "ready":
      return readyStory(trace, task, slice, long);
    case "waiting":
      return waitingStory(trace, task, slice, long);
  }
}

function runningStory(trace: Trace, lane: Lane, task: TaskInfo, slice: Slice, long: string): Sentence {
  const parts: Part[] = [`Ran ${long}`];
  if (slice.step === undefined) return parts;
  const from = resumedAt(trace, lane, task, slice.step);
  if (from !== undefined) parts.push(" from ", sitePart(from));
  if (slice.to - slice.from > SLOW_CALLBACK) parts.push(...blockedStory(trace, slice.step));
  const last = task.ended !== undefined && slice.step === lane.steps.at(lane.length - 1);
  if (last) {
    parts.push("; then it ", outcomeWords(task));
    return parts;
  }
  const next = trace.awaitSite(trace.steps.node(slice.step));
  if (next !== undefined) {
    parts.push(`; then waited ${forWhat(trace, slice.step)} at `, sitePart(next.site));
  }
  return parts;
}

function blockedStory(trace: Trace, step: StepIndex): Part[] {
  const inner = trace.blockedAt(step).find((frame) => frame.code.file?.user === true && frame.site !== undefined);
  const parts: Part[] = [", and blocked the loop: nothing else could run"];
  if (inner?.site !== undefined)
    parts.push(". It stood at ", sitePart(inner.site), ` in ${shortName(inner.code.name)}`);
  return parts;
}

function readyStory(trace: Trace, task: TaskInfo, slice: Slice, long: string): Sentence {
  const parts: Part[] = [];
  if (slice.step === undefined) return [`Ready for ${long}, but the loop has not come to it yet`];
  parts.push(`Ready ${long}`);
  const culprit = culpritOf(trace, task.loop, slice.from, slice.to);
  const late = culprit === undefined && wasIdle(trace, task.loop, slice.from, slice.to);
  if (culprit !== undefined) parts.push(": the loop was running ", ...culprit);
  else if (late) parts.push(": nothing else ran, the loop woke late");
  const first = trace.stepsOf(task.id).at(0) === slice.step && slice.from <= task.created;
  const waker = first ? ["just created"] : wakerSentence(trace, slice.step);
  if (waker !== undefined) parts.push(culprit === undefined && !late ? ": " : "; ", ...waker);
  return parts;
}

function waitingStory(trace: Trace, task: TaskInfo, slice: Slice, long: string): Sentence {
  const open = task.ended === undefined && slice.to >= trace.end;
  const parts: Part[] = [open ? `Waiting ${long} so far` : `Waited ${long}`];
  if (slice.step === undefined) return parts;
  const point = trace.awaitSite(trace.steps.node(slice.step));
  parts.push(` ${forWhat(trace, slice.step)}`);
  if (point !== undefined) parts.push(" at ", sitePart(point.site));
  if (point !== undefined && point.function.name !== task.coro) parts.push(` in ${shortName(point.function.name)}`);
  return parts;
}

function forWhat(trace: Trace, step: StepIndex): string {
  const what = describeStep(trace, step);
  return what === "sleep" ? "in sleep" : `for ${what}`;
}

/** "woken by a timer", "woken by Task-2 (fetch)". */
export function wakerSentence(trace: Trace, step: StepIndex): Sentence | undefined {
  const words = causeOf(trace, step);
  return words && sentenceOf(trace, words);
}

function sentenceOf(trace: Trace, words: Words): Sentence {
  return words.map((part) => {
    if (typeof part === "string") return part;
    return "site" in part ? sitePart(part.site) : taskPart(trace, part.task);
  });
}

/** A wait for the loop shorter than this needs no culprit: it is the loop's own turn-around. */
const WORTH_EXPLAINING: Nanoseconds = 20e3;
/** Looking at more steps would cost more than the answer is worth. */
const MAX_STEPS = 5000;

/** What the loop ran longest while something was ready. */
function culpritOf(trace: Trace, loop: LoopId, from: Nanoseconds, to: Nanoseconds): Sentence | undefined {
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

/** Whether the loop slept most of the time: the system woke it later than it had asked for, as a busy machine does. */
function wasIdle(trace: Trace, loop: LoopId, from: Nanoseconds, to: Nanoseconds): boolean {
  if (to - from < WORTH_EXPLAINING) return false;
  const idles = trace.idlesOf(loop);
  let idle = 0;
  let i = lowerBound(0, idles.length, (k) => idles.end(k) > from);
  for (const last = i + MAX_STEPS; i < Math.min(idles.length, last) && idles.start(i) < to; i++) {
    idle += Math.min(idles.end(i), to) - Math.max(idles.start(i), from);
  }
  return idle > (to - from) / 2;
}

/** What ran in a step: "parse_feed, feeds.py:88". */
export function stepWords(trace: Trace, step: StepIndex): Sentence {
  const id = trace.steps.task(step);
  const task = id === 0 ? undefined : trace.task(id);
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

export function outcomeWords(task: TaskInfo): string {
  switch (task.outcome) {
    case "returned":
      return "returned";
    case "cancelled":
      return task.exception?.message ? `was cancelled (${task.exception.message})` : "was cancelled";
    case "raised": {
      const { exception } = task;
      if (exception === undefined) return "raised an exception";
      return exception.message ? `raised ${exception.type}: ${exception.message}` : `raised ${exception.type}`;
    }
    case "pending":
      return "had not ended";
  }
}

/** "2.3 of 10 at once": what running them together bought. */
export function atOnceWords(trace: Trace, group: GroupInfo): string {
  return `${atOnce(trace, group).toFixed(1)} of ${group.members.length} at once`;
}

/** Below this the difference to what it really took is bookkeeping, not concurrency. */
export function isWorthSaying(oneAfterAnother: Nanoseconds, wall: Nanoseconds): boolean {
  return oneAfterAnother >= wall * 1.05;
}

export function groupStory(trace: Trace, group: GroupInfo): Sentence {
  const parts: Part[] = [describeGroup(trace, group.id)];
  if (group.site !== undefined) parts.push(" at ", sitePart(group.site));
  if (group.owner !== undefined) parts.push(", awaited by ", taskPart(trace, group.owner));
  if (group.ended === undefined) parts.push(`; ${formatDuration(trace.end - group.started)} so far`);
  else parts.push(`; it took ${formatDuration(group.ended - group.started)}`);
  if (group.members.length > 1) parts.push(`, ${atOnceWords(trace, group)} on average`);
  const alone = membersOneAfterAnother(trace, group);
  if (group.members.length > 1 && isWorthSaying(alone, (group.ended ?? trace.end) - group.started))
    parts.push(`; one after another they would have taken ${formatDuration(alone)}`);
  if (group.criticalMember !== undefined && group.members.length > 1) {
    parts.push("; ", taskPart(trace, group.criticalMember), " ended last and so decided when it ended");
  }
  return [...parts, ...failureStory(trace, group)];
}

/** Links to this many of the members a group cancelled. */
const MAX_CANCELLED = 5;

/** Who failed first, and who was cancelled because of it. */
function failureStory(trace: Trace, group: GroupInfo): Sentence {
  if (group.outcome === "timed_out") return ["; its time was up before it was done"];
  const first = group.firstFailed === undefined ? undefined : trace.task(group.firstFailed);
  if (first === undefined) return [];
  const { type, message } = first.exception ?? { type: "an exception", message: undefined };
  const what = message ? `${type}: ${message}` : type;
  const parts: Part[] = ["; ", taskPart(trace, first.id)];
  parts.push(group.members.length > 1 ? ` failed first (${what})` : ` raised ${what}`);
  const cancelled = group.members.filter((id) => trace.cancelsOf(id).some((cancel) => cancel.group === group.id));
  if (cancelled.length === 0) return parts;
  parts.push(", so ");
  cancelled.slice(0, MAX_CANCELLED).forEach((id, i) => parts.push(i === 0 ? "" : ", ", taskPart(trace, id)));
  if (cancelled.length > MAX_CANCELLED) parts.push(` and ${cancelled.length - MAX_CANCELLED} more`);
  parts.push(cancelled.length === 1 ? " was cancelled" : " were cancelled");
  return parts;
}

/** "executor job read_file in thread pool_0 at app.py:12: took 2.00 s, after 1.00 ms in the queue". */
export function jobStory(trace: Trace, job: Job): Sentence {
  const parts: Part[] = [describeJobPlace(trace, job)];
  if (job.site !== undefined) parts.push(" at ", sitePart(job.site));
  if (job.started === undefined && job.ended === undefined) return parts;
  const ran = (job.ended ?? trace.end) - (job.started ?? job.created);
  parts.push(`: ${job.ended === undefined ? "has run" : "took"} ${formatDuration(ran)}`);
  const queued = job.started === undefined ? 0 : job.started - job.created;
  if (queued > WORTH_EXPLAINING) parts.push(`, after ${formatDuration(queued)} in the queue`);
  if (job.outcome === "raised" || job.outcome === "cancelled")
    parts.push(job.outcome === "raised" ? "; it raised" : "; it was cancelled");
  return parts;
}

/** What the program never learns of a task by itself: nothing, mostly. */
export function lossStory(task: TaskInfo): Sentence {
  if (task.unretrieved !== undefined) return ["Nobody ever asked for its exception"];
  if (task.destroyed !== undefined) return ["It was destroyed while it was pending: nothing held on to it"];
  return [];
}

/** How it ended, and of a cancelled one by whom. */
export function endStory(trace: Trace, task: TaskInfo): Sentence {
  const by = task.cancelledBy && cancelWords(trace, task.cancelledBy);
  if (by === undefined) return [outcomeWords(task)];
  const [first = ""] = by;
  const saysSo = typeof first === "string" && first.startsWith("cancelled") && !task.exception?.message;
  if (saysSo) return ["was ", ...sentenceOf(trace, by)];
  return [outcomeWords(task), ": ", ...sentenceOf(trace, by)];
}

export function createdStory(trace: Trace, task: TaskInfo): Sentence {
  if (task.parent === undefined && task.createSite === undefined) return ["Started from outside of any task"];
  const parts: Part[] = ["Created"];
  if (task.parent !== undefined) parts.push(" by ", taskPart(trace, task.parent));
  if (task.createSite !== undefined) parts.push(" at ", sitePart(task.createSite));
  if (task.givenContext) parts.push(", with a context of the caller's");
  return parts;
}
