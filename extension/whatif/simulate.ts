/**
 * Runs a schedule: every loop runs one row at a time, in the order they become ready; a row becomes ready when all that
 * it waits for has happened.
 */
import type { LoopId, Nanoseconds } from "../trace";
import { ReadyQueue } from "./heap";
import { NONE, ROWS_A_SLICE, type Limit, type Row, type Schedule } from "./schedule";

export interface Simulation {
  /** When each row started; -1: it never did, because its task was cancelled before. */
  readonly start: Float64Array;
  readonly readyAt: Float64Array;
  /** What came last of what it waited for. */
  readonly wokenBy: Int32Array;
  /** Those that ran, in the order they did. */
  readonly order: readonly Row[];
  /** End of the last step of a task. */
  readonly end: Nanoseconds;
}

export const NEVER = -1;

/** How a row waits for another. */
const BEFORE = 0;
const CAUSE = 1;
const JOIN = 2;
const WAYS = 4;

/** Pauses where others may go on. */
export function* simulate(schedule: Schedule): Generator<undefined, Simulation> {
  const run = new Run(schedule);
  yield* run.prepare();
  for (let left = ROWS_A_SLICE; run.next(); left--) {
    if (left > 0) continue;
    yield;
    left = ROWS_A_SLICE;
  }
  return run;
}

/** First come, first served; an array's own `shift` moves all that are behind. */
class Line {
  readonly #rows: Row[] = [];
  #first = 0;

  push(row: Row): void {
    this.#rows.push(row);
  }

  shift(): Row | undefined {
    return this.#first < this.#rows.length ? this.#rows[this.#first++] : undefined;
  }
}

interface Lane {
  readonly queue: ReadyQueue;
  freeAt: Nanoseconds;
}

class Run implements Simulation {
  readonly start: Float64Array;
  readonly readyAt: Float64Array;
  readonly wokenBy: Int32Array;
  readonly order: Row[] = [];
  end: Nanoseconds = 0;
  /** Of what it waits for, how much has not happened. */
  readonly #left: Int32Array;
  readonly #dropped: Uint8Array;
  /** Who waits for each row: `WAYS` times the row, plus how. */
  #waiters = new Int32Array();
  readonly #firstWaiter: Int32Array;
  readonly #lanes = new Map<LoopId, Lane>();
  /** Those with something to run. */
  readonly #active = new Set<Lane>();
  readonly #entering = new Map<Row, Limit>();
  readonly #leaving = new Map<Row, Limit>();
  readonly #outsideOf = new Map<Limit, Line>();
  readonly #let = new Set<Row>();

  constructor(private readonly schedule: Schedule) {
    const { length } = schedule;
    this.start = new Float64Array(length).fill(NEVER);
    this.readyAt = new Float64Array(length);
    this.wokenBy = new Int32Array(length).fill(NONE);
    this.#left = new Int32Array(length);
    this.#dropped = new Uint8Array(length);
    this.#firstWaiter = new Int32Array(length + 1);
  }

  /** Who waits for whom, and who need not. */
  *prepare(): Generator<undefined, void> {
    const { schedule } = this;
    const { length } = schedule;
    for (const limit of schedule.limits) {
      this.#outsideOf.set(limit, new Line());
      yield* put(limit, limit.enters, this.#entering);
      yield* put(limit, limit.leaves, this.#leaving);
    }
    yield* forEachWait(schedule, (row, on) => {
      this.#firstWaiter[on + 1]! += 1;
      this.#left[row]! += 1;
    });
    for (let row = 0; row < length; row++) this.#firstWaiter[row + 1]! += this.#firstWaiter[row]!;
    this.#waiters = new Int32Array(this.#firstWaiter[length]!);
    const filled = this.#firstWaiter.slice();
    yield* forEachWait(schedule, (row, on, way) => (this.#waiters[filled[on]!++] = WAYS * row + way));
    for (let row = 0; row < length; row++) {
      if (row % ROWS_A_SLICE === 0) yield;
      if (this.#left[row] !== 0) continue;
      this.readyAt[row] = Math.max(0, schedule.delay[row]!);
      this.#enqueue(row, 0);
    }
  }

  /** Runs one row; false: there is none left. */
  next(): boolean {
    let lane = this.#earliest();
    if (lane === undefined) {
      this.#openLimits();
      lane = this.#earliest();
      if (lane === undefined) return false;
    }
    const row = lane.queue.pop();
    if (lane.queue.length === 0) this.#active.delete(lane);
    if (this.#dropped[row] === 1 || this.start[row] !== NEVER) return true;
    const limit = this.#entering.get(row);
    if (limit !== undefined && !this.#let.has(row)) {
      if (limit.free === 0) {
        this.#outsideOf.get(limit)?.push(row);
        return true;
      }
      limit.free -= 1;
    }
    const start = Math.max(lane.freeAt, this.readyAt[row]!);
    this.start[row] = start;
    this.order.push(row);
    const end = start + this.schedule.run[row]!;
    lane.freeAt = end;
    if (this.schedule.task[row] !== 0) this.end = Math.max(this.end, end);
    this.#leave(row, end);
    for (let i = this.#firstWaiter[row]!; i < this.#firstWaiter[row + 1]!; i++) {
      const waiter = Math.floor(this.#waiters[i]! / WAYS);
      const isCaused = this.#waiters[i]! % WAYS === CAUSE;
      const delay = isCaused ? this.schedule.delay[waiter]! : 0;
      this.#happened(waiter, row, Math.max(start, end + delay), isCaused);
    }
    return true;
  }

  /** The lane that can run something first. */
  #earliest(): Lane | undefined {
    let best: Lane | undefined;
    let bestStart = Infinity;
    for (const lane of this.#active) {
      const start = Math.max(lane.freeAt, lane.queue.next);
      if (start >= bestStart) continue;
      best = lane;
      bestStart = start;
    }
    return best;
  }

  #happened(row: Row, by: Row, at: Nanoseconds, isCause: boolean): void {
    if (this.#dropped[row] === 1) return;
    const known = this.readyAt[row]!;
    if (this.wokenBy[row] === NONE || at > known || (at === known && isCause)) this.wokenBy[row] = by;
    this.readyAt[row] = Math.max(known, at);
    this.#left[row]! -= 1;
    if (this.#left[row] === 0) this.#enqueue(row, at);
  }

  #enqueue(row: Row, now: Nanoseconds): void {
    if (this.schedule.interrupts.has(row)) {
      let first = row;
      for (let at = this.schedule.before[row]!; at !== NONE; at = this.schedule.before[at]!) {
        if (this.start[at] !== NEVER || this.#dropped[at] === 1) break;
        first = at;
      }
      if (first !== row) this.#drop(first, now);
      // It had not even begun.
      if (this.schedule.before[first] === NONE) {
        this.#drop(row, now);
        return;
      }
    }
    const loop = this.schedule.loop[row]!;
    let lane = this.#lanes.get(loop);
    if (lane === undefined) this.#lanes.set(loop, (lane = { queue: new ReadyQueue(this.readyAt), freeAt: 0 }));
    lane.queue.push(row);
    this.#active.add(lane);
  }

  /** A row that is not run any more, and with it all that only it would have led to. */
  #drop(row: Row, now: Nanoseconds): void {
    const { schedule } = this;
    const todo = [row];
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      if (this.#dropped[at] === 1 || this.start[at] !== NEVER) continue;
      this.#dropped[at] = 1;
      this.#leave(at, now);
      for (let i = this.#firstWaiter[at]!; i < this.#firstWaiter[at + 1]!; i++) {
        const waiter = Math.floor(this.#waiters[i]! / WAYS);
        const way = this.#waiters[i]! % WAYS;
        const isAlone = schedule.before[waiter] === NONE;
        if (way === BEFORE || (way === CAUSE && isAlone)) todo.push(waiter);
        else this.#happened(waiter, at, now, false);
      }
    }
  }

  #leave(row: Row, now: Nanoseconds): void {
    const limit = this.#leaving.get(row);
    if (limit === undefined) return;
    const next = this.#outsideOf.get(limit)?.shift();
    if (next === undefined) {
      limit.free += 1;
      return;
    }
    this.#let.add(next);
    this.wokenBy[next] = row;
    this.readyAt[next] = Math.max(this.readyAt[next]!, now);
    this.#enqueue(next, now);
  }

  /** Whoever would wait for ever: the run did without them, so it did not go as the limit assumes. */
  #openLimits(): void {
    for (const [limit, line] of this.#outsideOf) {
      for (let row = line.shift(); row !== undefined; row = line.shift()) {
        this.#let.add(row);
        this.#enqueue(row, this.readyAt[row]!);
      }
      limit.free = Infinity;
    }
  }
}

function* forEachWait(schedule: Schedule, visit: (row: Row, on: Row, way: number) => void): Generator<undefined, void> {
  for (let row = 0; row < schedule.length; row++) {
    if (row % ROWS_A_SLICE === 0) yield;
    const before = schedule.before[row]!;
    const cause = schedule.cause[row]!;
    if (before !== NONE && !schedule.interrupts.has(row)) visit(row, before, BEFORE);
    if (cause !== NONE) visit(row, cause, CAUSE);
  }
  for (const [row, others] of schedule.joins) for (const other of others) visit(row, other, JOIN);
}

function* put(limit: Limit, rows: ReadonlySet<Row>, into: Map<Row, Limit>): Generator<undefined, void> {
  for (const row of rows) {
    into.set(row, limit);
    if (into.size % ROWS_A_SLICE === 0) yield;
  }
}
