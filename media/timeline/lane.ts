/** The steps of one lane (a task's or a loop's) by their place in it. */
import type { LaneDensity, LoopId, Nanoseconds, StepLane, TaskId, Trace } from "../../extension/trace";

export { SLOW_CALLBACK } from "../../extension/trace";

/** Where `Lane.read` puts what. */
export const SINCE = 0;
export const START = 1;
export const END = 2;

export class Lane {
  readonly #trace: Trace;
  readonly #list: () => StepLane;
  #steps: StepLane;

  private constructor(trace: Trace, list: () => StepLane) {
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

  get steps(): StepLane {
    return this.#steps;
  }

  get length(): number {
    return this.#steps.length;
  }

  get density(): LaneDensity | undefined {
    return this.#steps.density;
  }

  /** A lane that had no steps yet gets its list with the first. */
  update(): void {
    if (this.#steps.length === 0) this.#steps = this.#list();
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

  /** Since when the i-th step was ready, its start and its end at once, for those that walk along the lane. */
  read(i: number, times: Float64Array): void {
    const { steps } = this.#trace;
    const step = this.#steps.at(i);
    times[START] = steps.start(step);
    times[END] = steps.end(step);
    times[SINCE] = steps.readySince(step);
  }

  running(from: number, to: number): Nanoseconds {
    return this.#steps.running(from, to);
  }

  ready(from: number, to: number): Nanoseconds {
    return this.#steps.ready(from, to);
  }

  /** Steps that blocked their loop among those that end after `from` and start before `to`. */
  forEachSlow(from: Nanoseconds, to: Nanoseconds, visit: (i: number) => void): void {
    const { slow } = this.#steps;
    const first = lowerBound(0, slow.length, (k) => this.end(slow[k] ?? 0) > from);
    for (let k = first; k < slow.length; k++) {
      const i = slow[k] ?? 0;
      if (this.start(i) >= to) return;
      visit(i);
    }
  }

  /** The first step that ends after `t`; `length` when none does. */
  firstEndingAfter(t: Nanoseconds): number {
    return lowerBound(0, this.length, (i) => this.end(i) > t);
  }

  /** The first step from the `low`-th on that starts at or after `t`; `length` when none does. */
  firstStartingFrom(t: Nanoseconds, low: number): number {
    // Galloping: the answer is nearly always close to where the search starts.
    const { length } = this;
    let high = low;
    for (let stride = 1; high < length && this.start(high) < t; stride *= 2) {
      low = high + 1;
      high += stride;
    }
    return lowerBound(low, Math.min(high, length), (i) => this.start(i) >= t);
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
