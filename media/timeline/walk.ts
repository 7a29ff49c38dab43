/** From step to step: along a lane, and along the chain of who woke whom. */
import { firstWoken, originalWakerStep, type StepIndex, type TaskId, type Trace } from "../../extension/trace";
import { lowerBound, type Lane } from "./lane";
import type { Slice } from "./slices";
import type { Target } from "./targets";

interface Facts {
  readonly trace: Trace;
  readonly laneOf: (task: TaskId) => Lane;
}

/** The step as a slice of its task; undefined for a callback. */
export function stepTarget({ trace }: Facts, step: StepIndex): Target | undefined {
  const task = trace.steps.task(step);
  if (task === 0) return undefined;
  const slice: Slice = {
    task,
    state: "running",
    from: trace.steps.start(step),
    to: trace.steps.end(step),
    step,
  };
  return { kind: "slice", slice };
}

/** The step of the task before or after the slice; from a wait, the one it follows or leads to. */
export function stepBeside(facts: Facts, slice: Slice, direction: -1 | 1): Target | undefined {
  const lane = facts.laneOf(slice.task);
  const after = lowerBound(0, lane.length, (i) => lane.start(i) > slice.from);
  let i = direction === 1 ? after : after - 1;
  if (direction === -1 && i >= 0 && lane.start(i) >= slice.from) i -= 1;
  return i >= 0 && i < lane.length ? stepTarget(facts, lane.steps.at(i)) : undefined;
}

/** The step that the slice is, leads to, or is followed by: what the task was woken for. */
export function wokenStep(facts: Facts, slice: Slice): StepIndex | undefined {
  return slice.state === "waiting" ? nextStep(facts, slice) : slice.step;
}

/** The step that woke the task for that step. */
export function wakerOf(facts: Facts, slice: Slice): Target | undefined {
  const step = wokenStep(facts, slice);
  if (step === undefined) return undefined;
  const waker = originalWakerStep(facts.trace, step);
  return waker === undefined ? undefined : stepTarget(facts, waker);
}

/** The first step this one woke. */
export function wokenBy(facts: Facts, slice: Slice): Target | undefined {
  const woken = slice.step === undefined ? undefined : firstWoken(facts.trace, slice.step);
  return woken === undefined ? undefined : stepTarget(facts, woken);
}

function nextStep({ laneOf }: Facts, slice: Slice): StepIndex | undefined {
  const lane = laneOf(slice.task);
  const i = lowerBound(0, lane.length, (k) => lane.start(k) > slice.from);
  return i < lane.length ? lane.steps.at(i) : undefined;
}
