/** What happened, in plain sentences: for the details pane, the tooltip and the screen reader alike. */
import {
  blockedSince,
  blocking,
  formatDuration,
  isLost,
  innermostUser,
  membersOneAfterAnother,
  atOnce,
  cancelWords,
  causeOf,
  creatorOf,
  describeGroup,
  describeJobPlace,
  describeStep,
  raisedAt,
  type GroupInfo,
  type Job,
  type Nanoseconds,
  type Site,
  type StepIndex,
  type TaskInfo,
  type Trace,
  type Words,
} from "../../extension/trace";
import type { Lane } from "./lane";
import { shortName } from "./names";
import { blockedMeanwhile, culpritOf, resumedAt, runStory, wasIdle, WORTH_EXPLAINING } from "./runStory";
import { codeSite, sitePart, taskPart, type Part, type Sentence } from "./sentence";
import type { Slice } from "./slices";

/** The place in the source a slice belongs to. */
export function sliceSite(trace: Trace, lane: Lane, task: TaskInfo, slice: Slice): Site | undefined {
  if (slice.state === "running") return blockedSite(trace, slice) ?? resumedAt(trace, lane, task, slice.step);
  if (slice.step === undefined) return task.createSite ?? (task.code && codeSite(task.code));
  if (slice.state === "waiting") return trace.awaitSite(trace.steps.node(slice.step))?.site;
  return resumedAt(trace, lane, task, slice.step);
}

export function sliceStory(trace: Trace, lane: Lane, task: TaskInfo, slice: Slice): Sentence {
  const long = formatDuration(slice.to - slice.from);
  switch (slice.state) {
    case "running":
      return [...runStory(trace, lane, task, slice), ...afterwards(trace, lane, task, slice)];
    case "ready":
      return readyStory(trace, task, slice, long);
    case "waiting":
      return waitingStory(trace, task, slice, long);
  }
}

/** Of a step that goes on: the line that was seen to block the loop. */
function blockedSite(trace: Trace, { task, step }: Slice): Site | undefined {
  return step === undefined ? innermostUser(blocking(trace, task)?.stack() ?? [])?.site : undefined;
}

/** What came after a step. */
function afterwards(trace: Trace, lane: Lane, task: TaskInfo, { step }: Slice): Sentence {
  if (step === undefined) return [];
  if (task.ended !== undefined && step === lane.steps.at(lane.length - 1)) return ["; then it ", outcomeWords(task)];
  const next = trace.awaitSite(trace.steps.node(step));
  return next === undefined ? [] : [`; then waited ${forWhat(trace, step)} at `, sitePart(next.site)];
}

function readyStory(trace: Trace, task: TaskInfo, slice: Slice, long: string): Sentence {
  const parts: Part[] = [];
  if (slice.step === undefined) {
    const blocked = blockedMeanwhile(trace, task.loop);
    return [`Ready for ${long}, but the loop has not come to it yet`, ...(blocked ? [": ", ...blocked] : [])];
  }
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
  const since = open ? blockedSince(trace, task.loop)?.since : undefined;
  if (since !== undefined) {
    const stuck = formatDuration(trace.end - Math.max(since, slice.from));
    parts.push(`; for the last ${stuck} it could not go on: `, ...(blockedMeanwhile(trace, task.loop) ?? []));
  }
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
  if (first === undefined) return group.outcome === "raised" ? ["; it raised, though none of its tasks did"] : [];
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

/** So many renames of a task are told one by one. */
const MAX_RENAMES = 5;

/** What the program never learns of a task by itself: nothing, mostly. */
export function lossStory(trace: Trace, task: TaskInfo): Sentence {
  if (isLost(trace, task))
    return [
      task.unretrieved === undefined ? "Nobody has asked for its exception yet" : "Nobody ever asked for its exception",
    ];
  if (task.destroyed !== undefined) return ["It was destroyed while it was pending: nothing held on to it"];
  return [];
}

/** How it ended, and of a cancelled one by whom. */
export function endStory(trace: Trace, task: TaskInfo): Sentence {
  const by = task.cancelledBy && cancelWords(trace, task.cancelledBy);
  const raised = task.outcome === "raised" ? raisedAt(trace, task) : undefined;
  if (raised !== undefined) return [outcomeWords(task), " at ", sitePart(raised)];
  if (by === undefined) return [outcomeWords(task)];
  const [first = ""] = by;
  const saysSo = typeof first === "string" && first.startsWith("cancelled") && !task.exception?.message;
  if (saysSo) return ["was ", ...sentenceOf(trace, by)];
  return [outcomeWords(task), ": ", ...sentenceOf(trace, by)];
}

export function createdStory(trace: Trace, task: TaskInfo): Sentence {
  const by = creatorOf(trace, task);
  if (by === undefined && task.createSite === undefined) return ["Started from outside of any task"];
  const parts: Part[] = [task.closesDropped ? "Created to close an async generator that was dropped" : "Created"];
  if (by !== undefined) parts.push(" by ", ...sentenceOf(trace, by));
  if (task.createSite !== undefined) parts.push(" at ", sitePart(task.createSite));
  if (task.givenContext) parts.push(", with a context of the caller's");
  return parts;
}

/** The names it had before: renames are noticed some time later. */
export function namesStory(task: TaskInfo): Sentence {
  const shown = task.formerNames.slice(0, MAX_RENAMES).map(({ name, until }, i) => {
    const next = task.formerNames[i + 1]?.name ?? task.name;
    return `“${name}” to “${next}” within ${formatDuration(Math.max(0, until - task.created))} of its creation`;
  });
  if (shown.length === 0) return [];
  const more = task.formerNames.length - shown.length;
  return [`Renamed from ${shown.join(", then from ")}${more > 0 ? `, then ${more} times more` : ""}`];
}
