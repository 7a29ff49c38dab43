/** Who really woke a step: callbacks only pass a wake on. */
import type { Trace, Waker } from "../trace";
import type { StepIndex } from "../types";

/** A chain of callbacks longer than this is not followed: hostile files could make it endless. */
const MAX_HOPS = 16;

export function originalWaker(trace: Trace, step: StepIndex): Waker {
  let waker = trace.steps.waker(step);
  for (let hops = 0; hops < MAX_HOPS && waker.kind === "step" && trace.steps.task(waker.step) === 0; hops++) {
    waker = trace.steps.waker(waker.step);
  }
  return waker;
}

/** The same without objects; undefined if it was no step. */
export function originalWakerStep(trace: Trace, step: StepIndex): StepIndex | undefined {
  const { steps } = trace;
  let waker = steps.wakerStep(step);
  for (let hops = 0; hops < MAX_HOPS && waker !== undefined && steps.task(waker) === 0; hops++) {
    waker = steps.wakerStep(waker);
  }
  return waker;
}
