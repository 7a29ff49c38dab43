/** The facts of a trace as the views see them. Times are nanoseconds since the trace's start. */

/** Nanoseconds since the trace's start; exact in a double up to 104 days. */
export type Nanoseconds = number;
/** A task's number in the trace, from 1. */
export type TaskId = number;
export type GroupId = number;
export type LoopId = number;
export type JobId = number;
export type SourceId = number;
export type ThreadId = number;
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
export type GroupOutcome = Outcome | "timed_out";
export type GroupKind = "gather" | "taskgroup" | "wait" | "as_completed" | "wait_for" | "timeout" | "shield";
/** asyncio's own names, for `wait`. */
export const RETURN_WHEN = ["FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED"] as const;
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
  /** Those it had before, the first one first. */
  readonly formerNames: readonly FormerName[];
  /** Qualified name of its coroutine. */
  readonly coro: string;
  readonly code: Code | undefined;
  readonly parent: TaskId | undefined;
  /** The thread that had it made, where that is not the loop's own; `parent` then ran there, in another loop. */
  readonly fromThread: ThreadId | undefined;
  /** asyncio made it, to close an async generator that was dropped at `createSite`. */
  readonly closesDropped: boolean;
  readonly loop: LoopId;
  readonly group: GroupId | undefined;
  readonly createSite: Site | undefined;
  readonly created: Nanoseconds;
  readonly ended: Nanoseconds | undefined;
  readonly outcome: Outcome;
  readonly exception: Exception | undefined;
  /** Of a task that ended cancelled: the cancel that ended it, where that was seen. */
  readonly cancelledBy: Cancel | undefined;
  /** When it was gone, and nobody had asked for its exception. */
  readonly unretrieved: Nanoseconds | undefined;
  /** When it was still there, a second or more after it had raised, and nobody had asked for its exception by then. */
  readonly unasked: Nanoseconds | undefined;
  /** When it was collected while it was pending. */
  readonly destroyed: Nanoseconds | undefined;
  /** It runs in a context that it was given (`context=`), which others may share. */
  readonly givenContext: boolean;
}

export interface FormerName {
  readonly name: string;
  /** By then it had another: when that was noticed. */
  readonly until: Nanoseconds;
}

export interface Exception {
  /** Qualified. */
  readonly type: string;
  /** Undefined: only the program's own code could have told it. */
  readonly message: string | undefined;
  /** The frames it passed, innermost first. */
  readonly traceback: readonly NodeId[];
}

/** Somebody asked a task to cancel. */
export interface Cancel {
  readonly task: TaskId;
  /** Who ran then; without a site, and not `wasReady`: the awaited task that was itself cancelled. */
  readonly by: TaskId | undefined;
  /** Of the call. */
  readonly site: Site | undefined;
  /** The TaskGroup, timeout or gather that did it for the program. */
  readonly group: GroupId | undefined;
  /** The task had not started, or was ready: then the call was not seen, only that nobody but `by` ran meanwhile. */
  readonly wasReady: boolean;
  readonly at: Nanoseconds;
}

export interface GroupInfo {
  readonly id: GroupId;
  readonly kind: GroupKind;
  readonly owner: TaskId | undefined;
  readonly members: readonly TaskId[];
  readonly site: Site | undefined;
  readonly started: Nanoseconds;
  readonly ended: Nanoseconds | undefined;
  readonly outcome: GroupOutcome;
  /** The member whose end decided when the group ended; undefined also where that was a future, or a TaskGroup's body. */
  readonly criticalMember: TaskId | undefined;
  /** The member that raised first. */
  readonly firstFailed: TaskId | undefined;
  /** Of a `wait`. */
  readonly returnWhen: (typeof RETURN_WHEN)[number] | undefined;
  /** Members that are no tasks, or had ended before. */
  readonly futures: number;
  /** Members that are tasks, but too many to list. */
  readonly more: number;
  /** As the program gave it. */
  readonly timeout: Nanoseconds | undefined;
  /** When it falls due, or fell due. */
  readonly deadline: Nanoseconds | undefined;
}

export interface LoopInfo {
  readonly id: LoopId;
  readonly thread: string;
  readonly className: string;
  /** Class of the event loop policy. */
  readonly policy: string | undefined;
  readonly debug: boolean | undefined;
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
  /** The process that this is a child of, and the file of its trace. */
  readonly parent: { readonly pid: number; readonly path: string } | undefined;
  /** No program ran like this: it is what a model says of a change to a run. */
  readonly whatIf: WhatIfHeader | undefined;
}

export interface WhatIfHeader {
  readonly headline: string;
  readonly assumptions: readonly string[];
  /** How long the run took that it was made of. */
  readonly recorded: Nanoseconds;
}

/** What the recorder left out, said at a time after it. */
export interface Loss {
  readonly what: string;
  readonly count: number;
  readonly at: Nanoseconds;
}

/** A call handed to `run_in_executor` or `to_thread`. */
export interface Job {
  readonly id: JobId;
  readonly loop: LoopId;
  /** Who asked for it. */
  readonly task: TaskId | undefined;
  readonly site: Site | undefined;
  readonly function: Code | undefined;
  /** `"thread"`, `"process"`, or a class. */
  readonly executor: string;
  readonly created: Nanoseconds;
  readonly started: Nanoseconds | undefined;
  /** That ran it; processes have none. */
  readonly thread: ThreadId | undefined;
  readonly ended: Nanoseconds | undefined;
  readonly outcome: Outcome;
}

export const SOURCE_KINDS = ["socket", "listener", "pipe", "process", "fd"] as const;
/** Something outside of the loop that wakes tasks. */
export interface Source {
  readonly id: SourceId;
  readonly kind: (typeof SOURCE_KINDS)[number];
  readonly fd: number | undefined;
  /** Addresses as text: "127.0.0.1:80". */
  readonly peer: string | undefined;
  readonly local: string | undefined;
  readonly pid: number | undefined;
  readonly command: string | undefined;
}

/** A coroutine that was dropped without ever being awaited. */
export interface NeverAwaited {
  readonly code: Code | undefined;
  readonly site: Site | undefined;
  readonly at: Nanoseconds;
}

/** What a loop's waiting tasks wait for, when the loop had been quiet for a moment. */
export interface Standing {
  readonly at: Nanoseconds;
  readonly waits: ReadonlyMap<TaskId, StandingWait>;
}

export interface StandingWait {
  readonly on: AwaitKind;
  /** When the timer falls due. */
  readonly due: Nanoseconds | undefined;
  readonly source: SourceId | undefined;
  readonly job: JobId | undefined;
  /** Tells one lock, queue, event… from another. */
  readonly thing: number | undefined;
  /** Things the task has entered with `async with`. */
  readonly holds: readonly number[];
  /** Of a queue or semaphore. */
  readonly size: number | undefined;
  readonly limit: number | undefined;
}

/** The loop's thread could have run, but the system had no processor for it. In order of `to`; they may overlap. */
export interface Preemption {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
  /** For how long, somewhere in between. */
  readonly length: Nanoseconds;
}

/** What the process took of the machine's memory, from then on. */
export interface Memory {
  readonly at: Nanoseconds;
  /** Bytes. */
  readonly resident: number;
}

/** What cannot be recorded of a loop. */
export interface Partiality {
  readonly loop: LoopId;
  readonly what: string;
}

/** A child process with a trace of its own. */
export interface Child {
  readonly pid: number;
  readonly path: string;
  readonly at: Nanoseconds;
}
