/**
 * What was read, on its way to whoever holds the trace: steps, idle times, ends. Kept is only what was not written yet, and
 * of all other steps what is needed to read on. The columns are those of `StepColumns`, which only copies them.
 */
import { LONG, times } from "./columns";
import { DeltaWriter } from "./delta";
import type { LoopReading } from "./loops";
import { Chunk, CONTINUES, type StepSink } from "./steps";
import type { LoopId, Nanoseconds, NodeId, Outcome, StepIndex, TaskId } from "./types";

/** What a delta says one after another, before the steps. */
export const NO_MORE = 0;
export const BLOCK = 1;
export const ENDED = 2;
export const IDLE = 3;
export const STACK = 4;
export const OUTCOMES: readonly Outcome[] = ["returned", "raised", "cancelled", "pending"];

const FIRST_ROWS = 1024;
/** Steps told of at once: few enough that whoever holds the trace takes them in within a part of a frame. */
const AT_ONCE = 1024;

export class Outgoing implements StepSink {
  length = 0;
  /** Loops of which more was read since. */
  readonly touched = new Set<LoopReading>();
  private readonly delta = new DeltaWriter();
  /** Steps before this one were written. */
  private base = 0;
  private chunk = new Chunk(FIRST_ROWS);
  /** When what a step woke became ready; for a callback, which only passes a wake on, -1 less that. */
  private readonly woke = times();
  /** Loops of the steps from `base` on, each with how many steps come after one another. */
  private loops: number[] = [];
  /** Steps from `base` on whose durations are too long for their column. */
  private longRuns: number[] = [];
  private longReadies: number[] = [];
  /** Steps before `base` about which something was learnt since, with what they await. */
  private late: number[] = [];

  add(
    task: TaskId,
    loop: LoopId,
    start: Nanoseconds,
    run: Nanoseconds,
    ready: Nanoseconds,
    waker: number,
    node: NodeId,
    flags: number,
  ): StepIndex {
    const step = this.length;
    const at = step - this.base;
    if (at === this.chunk.rows) this.chunk = this.chunk.grown(2 * at);
    const { chunk } = this;
    if (run >= LONG) this.longRuns.push(at, run);
    if (ready >= LONG) this.longReadies.push(at, ready);
    chunk.tasks[at] = task;
    chunk.starts[at] = start;
    chunk.runs[at] = run < LONG ? run : LONG;
    chunk.readies[at] = ready < LONG ? ready : LONG;
    chunk.wakers[at] = waker;
    chunk.nodes[at] = node;
    chunk.awaited[at] = 0;
    chunk.flags[at] = flags;
    const last = this.loops.length - 1;
    if (last > 0 && this.loops[last - 1] === loop) this.loops[last]! += 1;
    else this.loops.push(loop, 1);
    this.woke.push(task === 0 ? ready - start - 1 : start + run);
    this.length = step + 1;
    return step;
  }

  setAwaits(step: StepIndex, id: number, flag: number): void {
    const at = step - this.base;
    if (at < 0) this.late.push(step, id, flag);
    else {
      this.chunk.awaited[at] = id;
      this.chunk.flags[at] = ((this.chunk.flags[at] ?? 0) & CONTINUES) | flag;
    }
  }

  isCallback(step: StepIndex): boolean {
    return this.woke.at(step) < 0;
  }

  /** When what this step woke became ready: at its end, or when the callback was itself woken. */
  wakeTime(step: StepIndex): Nanoseconds {
    const woke = this.woke.at(step);
    return woke < 0 ? -1 - woke : woke;
  }

  /** With this many steps in all, it is time to tell of those that were not written yet. */
  get due(): number {
    return this.base + AT_ONCE;
  }

  block(block: Uint8Array): void {
    this.delta.number(BLOCK);
    this.delta.rows(block);
  }

  ended(task: TaskId, outcome: Outcome, time: Nanoseconds): void {
    this.delta.number(ENDED);
    this.delta.number(task);
    this.delta.number(OUTCOMES.indexOf(outcome));
    this.delta.number(time);
  }

  idle(loop: LoopId, start: Nanoseconds, end: Nanoseconds): void {
    this.delta.number(IDLE);
    this.delta.number(loop);
    this.delta.number(start);
    this.delta.number(end);
  }

  stack(loop: LoopId, step: StepIndex, stack: readonly NodeId[]): void {
    this.delta.number(STACK);
    this.delta.number(loop);
    this.delta.number(step);
    this.delta.rows(Uint32Array.from(stack));
  }

  /** All that is new; `end` is the latest time known. */
  take(end: Nanoseconds): ArrayBuffer {
    const { delta } = this;
    delta.number(NO_MORE);
    delta.number(end);
    const rows = this.length - this.base;
    delta.number(rows);
    this.chunk.write(delta, rows);
    delta.rows(Uint32Array.from(this.loops));
    for (const some of [this.longRuns, this.longReadies, this.late]) delta.rows(Float64Array.from(some));
    delta.number(this.touched.size);
    for (const reading of this.touched) reading.write(delta);
    this.touched.clear();
    this.loops = [];
    this.longRuns = [];
    this.longReadies = [];
    this.late = [];
    this.base = this.length;
    return delta.take();
  }
}
