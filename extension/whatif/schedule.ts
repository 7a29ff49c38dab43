/**
 * A run as what can be run again: each row (a step or a callback) with how long it ran, and what it waited for. Row i is
 * step i of the trace; rows that a change put in come after them.
 */
import type { ChainFrame, GroupKind, LoopId, Nanoseconds, NodeId, Outcome, TaskId, Trace } from "../trace";

export type Row = number;
/** Rows between two pauses: some milliseconds, also before the engine has made it fast. */
export const ROWS_A_SLICE = 2_000;
/** No row: the beginning of the run. */
export const NONE: Row = -1;

/** What ended a wait that no row of the loop ended; "": one did. */
export type Outside = "" | "io" | "timer" | "thread" | "unknown";

/** Where a task stands that stood elsewhere in the run: at this frame of the recorded chain, awaiting something else. */
export interface NewPlace {
  readonly node: NodeId;
  /** Frames of the chain of `node` that are kept. */
  readonly depth: number;
  /** Stands in place of them. */
  readonly at?: ChainFrame;
  readonly on: "gather" | "executor" | "semaphore";
}

/** A task that exists only since the change. */
export interface NewTask {
  readonly id: TaskId;
  readonly name: string;
  readonly owner: TaskId;
  /** Its coroutine is the function of the chain of `node` that comes after so many frames, which stay the owner's. */
  readonly node: NodeId;
  readonly without: number;
  readonly createdBy: Row;
}

export interface NewGroup {
  readonly kind: GroupKind;
  readonly owner: TaskId;
  readonly members: readonly TaskId[];
  readonly node: NodeId;
  readonly depth: number;
  readonly createdBy: Row;
}

/** Rows that hold one of so many places from the row that enters to the one that leaves. */
export interface Limit {
  free: number;
  readonly enters: ReadonlySet<Row>;
  readonly leaves: ReadonlySet<Row>;
}

export class Schedule {
  /** 0: a callback. */
  readonly task: TaskId[] = [];
  readonly loop: LoopId[] = [];
  readonly run: Nanoseconds[] = [];
  /** The task's row before, which must have ended. */
  readonly before: Row[] = [];
  /** What woke it. */
  readonly cause: Row[] = [];
  /** From the cause's end to the wake; less than 0 where the cause woke it and went on. */
  readonly delay: Nanoseconds[] = [];
  /** What passed in that time, where it was not the loop's own doing. */
  readonly outside: Outside[] = [];
  /** Where the task stands after it: a node of the trace, or -1 less the index in `newPlaces`. */
  readonly place: number[] = [];
  /** Still the same visit of the same await of user code. */
  readonly continues: boolean[] = [];
  /** Further rows that must have ended: what a group waits for. */
  readonly joins = new Map<Row, Row[]>();
  /** Rows that come as soon as their cause does: they cancel what the task had before it. */
  readonly interrupts = new Set<Row>();
  readonly ends = new Map<Row, Outcome>();
  readonly limits: Limit[] = [];

  readonly newPlaces: NewPlace[] = [];
  readonly newTasks: NewTask[] = [];
  readonly newGroups: NewGroup[] = [];
  /** The rows of each task. */
  readonly rowsOf = new Map<TaskId, Row[]>();
  #nextTask: TaskId;

  constructor(readonly trace: Trace) {
    this.#nextTask = trace.tasks.reduce((most, { id }) => Math.max(most, id), 0) + 1;
  }

  get length(): number {
    return this.task.length;
  }

  add(
    task: TaskId,
    loop: LoopId,
    run: Nanoseconds,
    before: Row,
    cause: Row,
    delay: Nanoseconds,
    outside: Outside,
    place: number,
    continues: boolean,
  ): Row {
    this.task.push(task);
    this.loop.push(loop);
    this.run.push(run);
    this.before.push(before);
    this.cause.push(cause);
    this.delay.push(delay);
    this.outside.push(outside);
    this.place.push(place);
    this.continues.push(continues);
    return this.length - 1;
  }

  /** One that takes no time, as soon as `cause` has ended. */
  insert(task: TaskId, before: Row, cause: Row, place: number): Row {
    return this.add(task, this.loop[cause]!, 0, before, cause, 0, "", place, false);
  }

  addPlace(place: NewPlace): number {
    this.newPlaces.push(place);
    return -this.newPlaces.length;
  }

  addTask(task: Omit<NewTask, "id">): TaskId {
    const id = this.#nextTask++;
    this.newTasks.push({ id, ...task });
    return id;
  }

  join(row: Row, others: readonly Row[]): void {
    const known = this.joins.get(row);
    if (known === undefined) this.joins.set(row, [...others]);
    // Not spread over a call: there may be more of them than a call takes.
    else for (const other of others) known.push(other);
  }

  /** The callbacks that passed the wake on to `row`, from the one that woke it back to the first. */
  wakePath(row: Row): readonly Row[] {
    const path: Row[] = [];
    for (let at = this.cause[row]!; at !== NONE && this.task[at] === 0 && path.length < MAX_HOPS; at = this.cause[at]!)
      path.push(at);
    return path;
  }

  /** The row whose `cause` and `delay` say what the wait before `row` was for: itself, or the first callback. */
  wakeRoot(row: Row): Row {
    if (this.outside[row] !== "") return row;
    let root = row;
    for (const callback of this.wakePath(row)) {
      root = callback;
      if (this.outside[callback] !== "") break;
    }
    return root;
  }
}

/** A longer chain of callbacks is not followed. */
const MAX_HOPS = 16;
