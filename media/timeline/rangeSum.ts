/** What was awaited in the chosen range, added up a few milliseconds a frame, however many steps that takes. */
import { awaitsWithin, type Trace, type Within } from "../../extension/trace";
import type { Span } from "./viewport";

/** Longest of a frame, in milliseconds. */
const BUDGET = 4;
/** Between two sums of the same range while the trace grows, in milliseconds. */
const REST = 500;

export class RangeSum {
  /** Of the range last asked for, or undefined until it is added up. */
  latest: Within | undefined;
  #trace: Trace | undefined;
  #range: Span | undefined;
  #revision = -1;
  #turns: Iterator<undefined, Within> | undefined;
  #restsUntil = 0;

  /** Once a frame, that began at `now` milliseconds. Whether there is more to do. */
  advance(trace: Trace, range: Span | undefined, now: number): boolean {
    const { revision } = trace;
    const isOther = range !== this.#range || trace !== this.#trace;
    const isOld = revision !== this.#revision && this.#turns === undefined && now >= this.#restsUntil;
    if (isOther || isOld) {
      if (isOther) this.latest = undefined;
      this.#trace = trace;
      this.#range = range;
      this.#revision = revision;
      this.#turns = range && awaitsWithin(trace, range.from, range.to);
    }
    if (range === undefined) return false;
    while (this.#turns !== undefined && performance.now() < now + BUDGET) {
      const { done, value } = this.#turns.next();
      if (done !== true) continue;
      this.latest = value;
      this.#turns = undefined;
      this.#restsUntil = now + REST;
    }
    return this.#turns !== undefined || revision !== this.#revision;
  }
}
