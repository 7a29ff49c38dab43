/** The facts of a trace as the views see them. Times are nanoseconds since the trace's start. */

/** Nanoseconds since the trace's start; exact in a double up to 104 days. */
export type Nanoseconds = number;
/** A task's number in the trace, from 1. */
export type TaskId = number;
export type GroupId = number;
export type LoopId = number;
/** Index of a position in the trace's node table; 0 is "unknown". */
export type NodeId = number;
/** Index of a step in the trace's step columns, in the order read. */
export type StepIndex = number;

/** A range in a source file. `line` is 1-based, columns are 0-based UTF-16 units, undefined on Python 3.10. */
export interface Site {
  readonly file: string;
  readonly line: number;
  readonly column: number | undefined;
  readonly endLine: number | undefined;
  readonly endColumn: number | undefined;
}

export const AWAIT_KINDS = [
  "sleep",
  "task",
  "future",
  "gather",
  "taskgroup",
  "wait",
  "wait_for",
  "as_completed",
  "shield",
  "timeout",
  "lock",
  "event",
  "condition",
  "semaphore",
  "barrier",
  "queue.get",
  "queue.put",
  "queue.join",
  "stream.read",
  "stream.write",
  "socket",
  "subprocess",
  "executor",
  "asyncgen",
  "other",
] as const;
/** What a waiting task waits for. */
export type AwaitKind = (typeof AWAIT_KINDS)[number];

export type Outcome = "returned" | "raised" | "cancelled" | "pending";
export type GroupKind = "gather" | "taskgroup" | "wait" | "as_completed" | "wait_for" | "timeout" | "shield";
export type TaskState = "running" | "ready" | "waiting" | "done";

export interface SourceFile {
  readonly path: string;
  /** False for the standard library and installed packages. */
  readonly user: boolean;
  readonly sha256: string | undefined;
}

export interface Code {
  readonly file: SourceFile | undefined;
  /** Qualified name. */
  readonly name: string;
  readonly line: number;
}

export interface TaskInfo {
  readonly id: TaskId;
  readonly name: string;
  /** Qualified name of its coroutine. */
  readonly coro: string;
  readonly code: Code | undefined;
  readonly parent: TaskId | undefined;
  readonly loop: LoopId;
  readonly group: GroupId | undefined;
  readonly createSite: Site | undefined;
  readonly created: Nanoseconds;
  readonly ended: Nanoseconds | undefined;
  readonly outcome: Outcome;
  readonly exception: { readonly type: string; readonly message: string | undefined } | undefined;
}

export interface GroupInfo {
  readonly id: GroupId;
  readonly kind: GroupKind;
  readonly owner: TaskId | undefined;
  readonly members: readonly TaskId[];
  readonly site: Site | undefined;
  readonly started: Nanoseconds;
  readonly ended: Nanoseconds | undefined;
  readonly outcome: Outcome;
  /** The member that ended last and so decided when the group ended. */
  readonly criticalMember: TaskId | undefined;
}

export interface LoopInfo {
  readonly id: LoopId;
  readonly thread: string;
  readonly className: string;
  readonly started: Nanoseconds;
  readonly closed: Nanoseconds | undefined;
}

export interface Header {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly python: string;
  readonly platform: string;
  /** ISO 8601. */
  readonly startedAt: string;
}
