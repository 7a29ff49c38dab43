/**
 * The steps of one lane (a task's or a loop's) with running sums, so that "how much of this pixel was running" costs two
 * look-ups however many steps the pixel holds. Grows with the trace; never re-reads a step.
 */
import type { LoopId, Nanoseconds, StepList, TaskId, Trace } from "../../extension/trace";

/** A step or callback longer than this blocks its loop: asyncio's own default for `slow_callback_duration`. */
export const SLOW_CALLBACK: Nanoseconds = 100e6;

export class Lane {
  readonly #trace: Trace;
  readonly #list: () => StepList;
  #steps: StepList;
  /** Time spent running (ready) in all steps before the i-th. */
  #running = new Float64Array(16);
  #ready = new Float64Array(16);
  #known = 0;
  readonly #slow: number[] = [];

  private constructor(trace: Trace, list: () => StepList) {
    this.#trace = trace;
    this.#list = list;
    this.#steps = list();
  }

  static ofTask(trace: Trace, task: TaskId): Lane {
    return new Lane(trace, () => trace.stepsOf(task));
  }

  static ofLoop(trace: Trace, loop: LoopId): Lane {
    return new Lane(trace, () => trace.stepsOfLoop(loop));
  }

  get steps(): StepList {
    return this.#steps;
  }

  get length(): number {
    return this.#known;
  }

  /** Takes in the steps read since the last call. */
  update(): void {
    const { steps } = this.#trace;
    // A lane that had no steps yet gets its list with the first.
    this.#steps = this.#list();
    const length = this.#steps.length;
    if (length === this.#known) return;
    if (length + 1 > this.#running.length) {
      const capacity = Math.max(length + 1, this.#running.length * 2);
      this.#running = grown(this.#running, capacity);
      this.#ready = grown(this.#ready, capacity);
    }
    for (let i = this.#known; i < length; i++) {
      const step = this.#steps.at(i);
      const run = steps.end(step) - steps.start(step);
      this.#running[i + 1] = (this.#running[i] ?? 0) + run;
      this.#ready[i + 1] = (this.#ready[i] ?? 0) + steps.start(step) - this.readySince(i);
      if (run > SLOW_CALLBACK) this.#slow.push(i);
    }
    this.#known = length;
  }

  start(i: number): Nanoseconds {
    return this.#trace.steps.start(this.#steps.at(i));
  }

  end(i: number): Nanoseconds {
    return this.#trace.steps.end(this.#steps.at(i));
  }

  /** When the i-th step became ready; never before the step before it ended. */
  readySince(i: number): Nanoseconds {
    const since = this.#trace.steps.readySince(this.#steps.at(i));
    return i === 0 ? since : Math.max(since, this.end(i - 1));
  }

  running(from: number, to: number): Nanoseconds {
    return (this.#running[to] ?? 0) - (this.#running[from] ?? 0);
  }

  ready(from: number, to: number): Nanoseconds {
    return (this.#ready[to] ?? 0) - (this.#ready[from] ?? 0);
  }

  /** Steps longer than {@link SLOW_CALLBACK} among those that end after `from` and start before `to`. */
  forEachSlow(from: Nanoseconds, to: Nanoseconds, visit: (i: number) => void): void {
    const first = lowerBound(0, this.#slow.length, (k) => this.end(this.#slow[k] ?? 0) > from);
    for (let k = first; k < this.#slow.length; k++) {
      const i = this.#slow[k] ?? 0;
      if (this.start(i) >= to) return;
      visit(i);
    }
  }

  /** The first step that ends after `t`; `length` when none does. */
  firstEndingAfter(t: Nanoseconds): number {
    return lowerBound(0, this.#known, (i) => this.end(i) > t);
  }

  /** The first step from the `low`-th on that starts at or after `t`; `length` when none does. */
  firstStartingFrom(t: Nanoseconds, low: number): number {
    // Galloping: the answer is nearly always close to where the search starts.
    let high = low;
    for (let stride = 1; high < this.#known && this.start(high) < t; stride *= 2) {
      low = high + 1;
      high += stride;
    }
    return lowerBound(low, Math.min(high, this.#known), (i) => this.start(i) >= t);
  }
}

/** The first index in [low, high) for which `holds`, which must hold for all after it; `high` when for none. */
export function lowerBound(low: number, high: number, holds: (i: number) => boolean): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function grown(old: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
  const array = new Float64Array(capacity);
  array.set(old);
  return array;
}
