/** From wake to wake: what a step woke. The way back, to what woke it, is `originalWakerStep`. */
import { CHUNK_MASK, CHUNK_ROWS, NO_STEP_WAKER } from "../steps";
import type { Trace } from "../trace";
import type { StepIndex } from "../types";
import { MAX_HOPS } from "./wakers";

/**
 * The first step of a task that this task's step woke, itself or through callbacks that only passed the wake on. Looks
 * through all that came after it: some milliseconds for millions of steps, and only somebody who asks waits for them.
 */
export function firstWoken(trace: Trace, from: StepIndex): StepIndex | undefined {
  const { steps } = trace;
  const { length } = steps;
  if (steps.task(from) === 0) return undefined;
  /** Callbacks that passed it on, and how many there were up to each. */
  const relays = new Map<StepIndex, number>();
  for (let first = from + 1; first < length; first = (first & ~CHUNK_MASK) + CHUNK_ROWS) {
    const chunk = steps.chunkOf(first);
    if (chunk === undefined) return undefined;
    const { tasks, wakers } = chunk;
    const base = first & ~CHUNK_MASK;
    const to = Math.min(length - base, CHUNK_ROWS);
    for (let row = first - base; row < to; row++) {
      const waker = wakers[row]! - 1;
      // Most look no further back than that, and few are woken by what was passed on.
      if (waker < from || waker >= NO_STEP_WAKER) continue;
      const hops = waker === from ? 0 : relays.get(waker);
      if (hops === undefined) continue;
      if (tasks[row] !== 0) return base + row;
      if (hops < MAX_HOPS) relays.set(base + row, hops + 1);
    }
  }
  return undefined;
}
