/** From a trace to the schedule it is a record of: what each row really waited for. */
import { firstIndex, type LoopId, type Nanoseconds, type TaskId, type Trace } from "../trace";
import { joinGroups } from "./groups";
import { NONE, ROWS_A_SLICE, Schedule, type Outside, type Row } from "./schedule";

/** Loops before one among which the one is looked for that it followed. */
const LOOPS_BACK = 8;

/** Pauses where others may go on. */
export function* record(trace: Trace): Generator<undefined, Schedule> {
  const recorder = new Recorder(trace);
  for (let row = 0; row < trace.steps.length; row++) {
    recorder.take(row);
    if (row % ROWS_A_SLICE === 0) yield;
  }
  yield;
  recorder.interrupt();
  yield;
  yield* joinGroups(recorder.schedule);
  return recorder.schedule;
}

class Recorder {
  readonly schedule: Schedule;
  /** End of the row before, on each loop. */
  readonly #lastEnd = new Map<LoopId, Nanoseconds>();
  /** Since when it has not been idle. */
  readonly #woke = new Map<LoopId, Nanoseconds>();
  readonly #lastRow = new Map<LoopId, Row>();

  constructor(readonly trace: Trace) {
    this.schedule = new Schedule(trace);
  }

  take(row: Row): void {
    const { schedule, trace } = this;
    const { steps } = trace;
    const task = steps.task(row);
    const loop = steps.loop(row);
    const [start, end] = [steps.start(row), steps.end(row)];
    const rows = task === 0 ? undefined : this.#rowsOf(task);
    const before = rows?.at(-1) ?? NONE;
    const waker = steps.waker(row);
    // Whatever was ready before its loop woke was ready for nothing: that was the machine's doing, and part of the wait.
    if (start > (this.#lastEnd.get(loop) ?? 0)) this.#woke.set(loop, start);
    const readySince = Math.max(steps.readySince(row), this.#woke.get(loop) ?? 0);
    let cause = before;
    let wake = readySince;
    let outside: Outside = "";
    if (rows !== undefined && before === NONE) {
      const created = Math.min(trace.task(task)?.created ?? start, start);
      if (waker.kind === "step") wake = Math.max(created, this.#woke.get(loop) ?? 0);
      cause = waker.kind === "step" ? waker.step : this.#around(loop, created);
    } else if (waker.kind === "step") {
      cause = waker.step;
      wake = steps.task(cause) === 0 ? Math.max(readySince, steps.end(cause)) : readySince;
    } else {
      outside = waker.kind === "signal" ? "unknown" : waker.kind;
      // What the program sends to itself comes when it was sent, not so long after somebody began to wait for it.
      const isOwn = waker.kind === "io" && (waker.source === undefined || trace.isInside(waker.source));
      if (rows === undefined) cause = isOwn ? (this.#lastRow.get(loop) ?? NONE) : NONE;
      else if (isOwn) cause = Math.max(this.#lastRow.get(loop) ?? NONE, before);
    }
    const since = cause === NONE ? 0 : steps.end(cause);
    const least = cause === NONE || outside !== "" ? 0 : steps.start(cause) - since;
    schedule.add(
      task,
      loop,
      end - start,
      before,
      cause,
      Math.max(least, wake - since),
      outside,
      steps.node(row),
      steps.continues(row),
    );
    if (before !== NONE) this.#anchor(row, before);
    rows?.push(row);
    this.#lastEnd.set(loop, end);
    this.#lastRow.set(loop, row);
    const info = task === 0 ? undefined : trace.task(task);
    if (info?.ended !== undefined && info.ended <= end) schedule.ends.set(row, info.outcome);
  }

  /** A callback from outside came as long after the task it woke had begun to wait for it. */
  #anchor(row: Row, before: Row): void {
    const { schedule, trace } = this;
    const first = schedule.wakePath(row).at(-1);
    if (first === undefined || schedule.outside[first] === "" || first < before) return;
    const known = schedule.cause[first]!;
    // Of several it woke, the one that began to wait last; what the program sent to itself is anchored already.
    if (known >= before) return;
    const wake = schedule.delay[first]! + (known === NONE ? 0 : trace.steps.end(known));
    schedule.cause[first] = before;
    schedule.delay[first] = Math.max(0, wake - trace.steps.end(before));
  }

  /** Tasks that were cancelled stop there, whatever they would have done else. */
  interrupt(): void {
    const { schedule, trace } = this;
    const { steps } = trace;
    for (const { id, loop } of trace.tasks) {
      const rows = schedule.rowsOf.get(id) ?? [];
      for (const { at } of trace.cancelsOf(id)) {
        const i = firstIndex(rows.length, (n) => steps.start(rows[n]!) >= at);
        const row = rows[i];
        if (row === undefined || i === 0) continue;
        const canceller = this.#around(loop, at);
        const waker = steps.wakerStep(row);
        if (canceller === NONE || canceller >= row || schedule.task[canceller] === id) continue;
        if (waker !== undefined ? waker !== canceller : schedule.outside[row] !== "unknown") continue;
        schedule.interrupts.add(row);
        schedule.cause[row] = canceller;
        schedule.delay[row] = Math.max(steps.start(canceller), at) - steps.end(canceller);
        schedule.outside[row] = "";
      }
    }
  }

  /** The row that ran then, or had last run, on the loop; before its first one, on the loop before. */
  #around(loop: LoopId, at: Nanoseconds): Row {
    const here = this.#lastStarted(loop, at);
    if (here !== NONE) return here;
    const { loops, steps } = this.trace;
    const mine = loops.findIndex(({ id }) => id === loop);
    let latest = NONE;
    for (const { id } of loops.slice(Math.max(0, mine - LOOPS_BACK), Math.max(0, mine))) {
      const row = this.#lastStarted(id, at);
      if (row === NONE || steps.end(row) > at) continue;
      if (latest === NONE || steps.end(row) > steps.end(latest)) latest = row;
    }
    return latest;
  }

  #rowsOf(task: TaskId): Row[] {
    const known = this.schedule.rowsOf.get(task);
    if (known !== undefined) return known;
    const rows: Row[] = [];
    this.schedule.rowsOf.set(task, rows);
    return rows;
  }

  /** Of the rows taken so far. */
  #lastStarted(loop: LoopId, at: Nanoseconds): Row {
    const { trace, schedule } = this;
    const lane = trace.stepsOfLoop(loop);
    const started = firstIndex(lane.length, (n) => lane.at(n) >= schedule.length || trace.steps.start(lane.at(n)) > at);
    return started === 0 ? NONE : lane.at(started - 1);
  }
}
