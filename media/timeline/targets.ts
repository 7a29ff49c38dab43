/** What one can point at or choose, and where it is: in time and in the source. */
import { visitsOf, type Site, type TaskId, type Trace } from "../../extension/trace";
import type { Chosen } from "../../extension/traceView";
import type { Lane } from "./lane";
import { lifeEnd, neighbour, sliceAt, type Slice } from "./slices";
import { callbackSpan, callbackWords } from "./runStory";
import { sliceSite } from "./story";
import type { Span } from "./viewport";

export type Target = { readonly kind: "slice"; readonly slice: Slice } | Exclude<Chosen, { readonly kind: "slice" }>;

/** What these questions ask of the model. */
export interface Facts {
  readonly trace: Trace;
  readonly laneOf: (task: TaskId) => Lane;
}

/** Visits looked at from either end to find the span of them all. */
const MANY = 1000;

export function taskOf(trace: Trace, target: Target | undefined): TaskId | undefined {
  switch (target?.kind) {
    case "slice":
      return target.slice.task;
    case "task":
      return target.task;
    case "group":
      return trace.group(target.group)?.owner;
    case "job":
      return trace.job(target.job)?.task;
    case "callback":
    case "site":
    case undefined:
      return undefined;
  }
}

export function spanOf({ trace }: Facts, target: Target | undefined): Span | undefined {
  switch (target?.kind) {
    case "slice":
      return target.slice;
    case "task": {
      const task = trace.task(target.task);
      return task && { from: task.created, to: lifeEnd(trace, task) };
    }
    case "group": {
      const group = trace.group(target.group);
      return group && { from: group.started, to: group.ended ?? trace.end };
    }
    case "job": {
      const job = trace.job(target.job);
      return job && { from: job.created, to: job.ended ?? trace.end };
    }
    case "callback":
      return callbackSpan(trace, target.loop, target.step);
    case "site": {
      const visits = visitsOf(trace, target.site);
      const from = Math.min(...visits.list(0, MANY).map((visit) => visit.from));
      const to = Math.max(...visits.list(-MANY).map((visit) => visit.to));
      return from < to ? { from, to } : undefined;
    }
    case undefined:
      return undefined;
  }
}

export function siteOf({ trace, laneOf }: Facts, target: Target | undefined): Site | undefined {
  switch (target?.kind) {
    case "slice": {
      const task = trace.task(target.slice.task);
      return task && sliceSite(trace, laneOf(task.id), task, target.slice);
    }
    case "task": {
      const task = trace.task(target.task);
      if (task?.code?.file?.user !== true) return task?.createSite;
      const { file, line } = task.code;
      return { file: file.path, line, column: undefined, endLine: undefined, endColumn: undefined };
    }
    case "group":
      return trace.group(target.group)?.site;
    case "job":
      return trace.job(target.job)?.site;
    case "callback":
      for (const part of callbackWords(trace, target.loop, target.step))
        if (typeof part !== "string" && "site" in part) return part.site;
      return undefined;
    case "site":
      return target.site;
    case undefined:
      return undefined;
  }
}

/** The slice of a task at `t`; of one that was not alive then, its first or last. */
export function nearestSlice({ trace, laneOf }: Facts, id: TaskId | undefined, t: number): Target | undefined {
  const task = trace.task(id ?? 0);
  if (task === undefined) return undefined;
  const last = Math.max(lifeEnd(trace, task) - 1, task.created);
  const slice = sliceAt(trace, laneOf(task.id), task, Math.min(Math.max(t, task.created), last));
  return slice === undefined ? { kind: "task", task: task.id } : { kind: "slice", slice };
}

/** The slice before or after one in its lane. */
export function slideAlong({ trace, laneOf }: Facts, slice: Slice, direction: -1 | 1): Target | undefined {
  const task = trace.task(slice.task);
  const found = task && neighbour(trace, laneOf(task.id), task, slice, direction);
  return found && { kind: "slice", slice: found };
}
