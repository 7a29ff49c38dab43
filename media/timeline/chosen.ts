/** What is chosen, as a link and a reload keep it, and found again in the trace, which may not have been read so far. */
import { blockedSince, siteTotal } from "../../extension/trace";
import type { Chosen } from "../../extension/traceView";
import { indexOf, refresh, sliceAt, type Slice } from "./slices";
import type { Facts, Target } from "./targets";

export function packChosen(target: Target): Chosen {
  if (target.kind !== "slice") return target;
  const { task, state, from, step } = target.slice;
  return { kind: "slice", task, state, at: from, step };
}

/** `isWhole`: nothing more is read, so that of a slice that is not there the nearest is meant. */
export function findChosen(facts: Facts, chosen: Chosen, isWhole: boolean): Target | undefined {
  const { trace } = facts;
  switch (chosen.kind) {
    case "task":
      return trace.task(chosen.task) && chosen;
    case "slice":
      return findSlice(facts, chosen, isWhole);
    case "callback": {
      const { loop, step } = chosen;
      if (step === undefined) return blockedSince(trace, loop) && chosen;
      return step < trace.steps.length && trace.steps.loop(step) === loop ? chosen : undefined;
    }
    case "group":
      return trace.group(chosen.group) && chosen;
    case "job":
      return trace.job(chosen.job) && chosen;
    case "site":
      return siteTotal(trace, chosen.site) !== undefined ? chosen : undefined;
  }
}

function findSlice(
  facts: Facts,
  chosen: Extract<Chosen, { readonly kind: "slice" }>,
  isWhole: boolean,
): Target | undefined {
  const { state, at } = chosen;
  const task = facts.trace.task(chosen.task);
  if (task === undefined) return undefined;
  const slice = sliceOfStep(facts, chosen) ?? sliceAt(facts.trace, facts.laneOf(task.id), task, at);
  const isMeant = slice?.state === state && slice.from <= at && at <= slice.to;
  if (!isMeant && !isWhole) return undefined;
  return slice === undefined ? { kind: "task", task: task.id } : { kind: "slice", slice };
}

function sliceOfStep(
  { trace, laneOf }: Facts,
  { task: id, state, at, step }: Extract<Chosen, { readonly kind: "slice" }>,
): Slice | undefined {
  const task = trace.task(id);
  const lane = laneOf(id);
  if (task === undefined || step === undefined || step >= trace.steps.length || trace.steps.task(step) !== id)
    return undefined;
  const i = indexOf(lane, step, trace);
  if (i >= lane.length || lane.steps.at(i) !== step) return undefined;
  const asked: Slice = { task: id, state, from: at, to: at, step };
  const found = refresh(trace, lane, task, asked);
  // After its last step a task does not wait.
  return found === asked ? undefined : found;
}
