/**
 * A place in a trace: what a link leads to, and what the timeline remembers over a reload. Anyone can write a link, so
 * here one looks whether it is well-formed, and the timeline whether the trace has what it names.
 */
import type { GroupId, JobId, LoopId, Nanoseconds, Site, StepIndex, TaskId, TaskState } from "./trace/types";

export interface TraceView {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
  readonly cursor?: Nanoseconds;
  readonly range?: { readonly from: Nanoseconds; readonly to: Nanoseconds };
  readonly chosen?: Chosen;
}

/** What is chosen, by what the trace's own bytes say of it: they are the same wherever they are read. */
export type Chosen =
  | { readonly kind: "task"; readonly task: TaskId }
  | {
      readonly kind: "slice";
      readonly task: TaskId;
      readonly state: Exclude<TaskState, "done">;
      readonly at: Nanoseconds;
      /** Slices can be empty, so a moment does not tell one from the next. Undefined: of a step that is not read yet. */
      readonly step: StepIndex | undefined;
    }
  /** Without a step: the one that blocks the loop, and goes on. */
  | { readonly kind: "callback"; readonly loop: LoopId; readonly step: StepIndex | undefined }
  | { readonly kind: "group"; readonly group: GroupId }
  | { readonly kind: "job"; readonly job: JobId }
  | { readonly kind: "site"; readonly site: Site };

/** Undefined without a window of time; what else is not understood is left out. */
export function parseView(value: unknown): TraceView | undefined {
  const window = parseSpan(value);
  if (window === undefined || !isRecord(value)) return undefined;
  const { cursor } = value;
  const range = parseSpan(value["range"]);
  const chosen = parseChosen(value["chosen"]);
  return { ...window, ...(isTime(cursor) && { cursor }), ...(range && { range }), ...(chosen && { chosen }) };
}

function parseSpan(value: unknown): TraceView["range"] {
  if (!isRecord(value)) return undefined;
  const { from, to } = value;
  return isTime(from) && isTime(to) && from < to ? { from, to } : undefined;
}

function parseChosen(value: unknown): Chosen | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, task, state, at, step, loop, group, job, site } = value;
  const known = isCount(step) ? step : undefined;
  switch (kind) {
    case "task":
      return isCount(task) ? { kind, task } : undefined;
    case "slice":
      return isCount(task) && isState(state) && isTime(at) ? { kind, task, state, at, step: known } : undefined;
    case "callback":
      return isCount(loop) ? { kind, loop, step: known } : undefined;
    case "group":
      return isCount(group) ? { kind, group } : undefined;
    case "job":
      return isCount(job) ? { kind, job } : undefined;
    case "site": {
      const parsed = parseSite(site);
      return parsed && { kind, site: parsed };
    }
    default:
      return undefined;
  }
}

/** Also for the arguments of a command, which any link in any document could have made up. */
export function parseSite(value: unknown): Site | undefined {
  if (!isRecord(value)) return undefined;
  const { file, line, column, endLine, endColumn } = value;
  if (typeof file !== "string" || !isCount(line) || line < 1) return undefined;
  return {
    file,
    line,
    column: isCount(column) ? column : undefined,
    endLine: isCount(endLine) && endLine >= line ? endLine : undefined,
    endColumn: isCount(endColumn) ? endColumn : undefined,
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** A window may begin a little before the trace does. */
function isTime(value: unknown): value is Nanoseconds {
  return typeof value === "number" && Number.isFinite(value);
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isState(value: unknown): value is Exclude<TaskState, "done"> {
  return value === "running" || value === "ready" || value === "waiting";
}
