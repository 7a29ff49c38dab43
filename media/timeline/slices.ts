/** The stretches of a task's life that can be pointed at: each running, ready or waiting. */
import {
  blocking,
  type Nanoseconds,
  type StepIndex,
  type TaskId,
  type TaskInfo,
  type Trace,
} from "../../extension/trace";
import { lowerBound, type Lane } from "./lane";

export interface Slice {
  readonly task: TaskId;
  readonly state: "running" | "ready" | "waiting";
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
  /** The step that runs, that a ready slice leads to, or that a waiting slice follows; undefined of one not yet read. */
  readonly step: StepIndex | undefined;
}

/** Searching further among steps under one pixel would not be noticed and could take long. */
const MAX_NEAR = 64;

/** The slice of `task` at `t`; undefined before its creation and after its end. */
export function sliceAt(trace: Trace, lane: Lane, task: TaskInfo, t: Nanoseconds): Slice | undefined {
  if (t < task.created || t > lifeEnd(trace, task)) return undefined;
  const i = lane.firstEndingAfter(t);
  if (i === lane.length) return blockingSlice(trace, task, t) ?? tail(trace, lane, task);
  if (t >= lane.start(i)) return running(lane, task, i);
  if (i === 0 || t >= lane.readySince(i)) return ready(lane, task, i);
  return waitingBefore(lane, task, i);
}

/** The same, but a running step within `reach` of `t` comes first: steps are often thinner than a pointer. */
export function sliceNear(
  trace: Trace,
  lane: Lane,
  task: TaskInfo,
  t: Nanoseconds,
  reach: Nanoseconds,
): Slice | undefined {
  const exact = sliceAt(trace, lane, task, t);
  // A slice that is wide under the pointer is meant, except where a thin step is next to it.
  let best: number | undefined;
  let bestRun = -1;
  const first = lane.firstEndingAfter(t - reach - 1);
  for (let i = first; i < Math.min(lane.length, first + MAX_NEAR) && lane.start(i) <= t + reach; i++) {
    const run = lane.end(i) - lane.start(i);
    if (run > bestRun) {
      best = i;
      bestRun = run;
    }
  }
  if (exact?.state === "running" || best === undefined || bestRun > 2 * reach) return exact;
  return running(lane, task, best);
}

/** The slice again, as the trace knows it now: a wait that was open may have ended. */
export function refresh(trace: Trace, lane: Lane, task: TaskInfo, slice: Slice): Slice {
  if (slice.step === undefined) return sliceAt(trace, lane, task, slice.from) ?? slice;
  const i = indexOf(lane, slice.step, trace);
  switch (slice.state) {
    case "running":
      return running(lane, task, i);
    case "ready":
      return ready(lane, task, i);
    case "waiting":
      if (i + 1 < lane.length) return waitingBefore(lane, task, i + 1);
      return tail(trace, lane, task) ?? slice;
  }
}

/** The slice before (`-1`) or after (`1`) this one in its lane; empty ones are stepped over. */
export function neighbour(
  trace: Trace,
  lane: Lane,
  task: TaskInfo,
  slice: Slice,
  direction: -1 | 1,
): Slice | undefined {
  let current: Slice | undefined = slice;
  do {
    current = direction === 1 ? following(trace, lane, task, current) : preceding(trace, lane, task, current);
  } while (current !== undefined && current.to <= current.from);
  return current;
}

function following(trace: Trace, lane: Lane, task: TaskInfo, slice: Slice): Slice | undefined {
  const i = slice.step === undefined ? -1 : indexOf(lane, slice.step, trace);
  switch (slice.state) {
    case "ready":
      return i === -1 ? blockingSlice(trace, task) : running(lane, task, i);
    case "running":
      if (slice.step === undefined) return undefined;
      return i + 1 < lane.length ? waitingBefore(lane, task, i + 1) : tail(trace, lane, task);
    case "waiting":
      return i + 1 < lane.length ? ready(lane, task, i + 1) : blockingSlice(trace, task);
  }
}

function preceding(trace: Trace, lane: Lane, task: TaskInfo, slice: Slice): Slice | undefined {
  const i = slice.step === undefined ? -1 : indexOf(lane, slice.step, trace);
  switch (slice.state) {
    case "running":
      return slice.step === undefined ? tail(trace, lane, task) : ready(lane, task, i);
    case "waiting":
      return i === -1 ? undefined : running(lane, task, i);
    case "ready":
      return i <= 0 ? undefined : waitingBefore(lane, task, i);
  }
}

function running(lane: Lane, task: TaskInfo, i: number): Slice {
  return { task: task.id, state: "running", from: lane.start(i), to: lane.end(i), step: lane.steps.at(i) };
}

function ready(lane: Lane, task: TaskInfo, i: number): Slice {
  const to = lane.start(i);
  // A task is ready from its creation on.
  const from = Math.min(i === 0 ? task.created : lane.readySince(i), to);
  return { task: task.id, state: "ready", from, to, step: lane.steps.at(i) };
}

function waitingBefore(lane: Lane, task: TaskInfo, i: number): Slice {
  const from = lane.end(i - 1);
  const to = Math.max(Math.min(lane.readySince(i), lane.start(i)), from);
  return { task: task.id, state: "waiting", from, to, step: lane.steps.at(i - 1) };
}

/** The step that goes on and blocks the loop, if it does at `t`. */
function blockingSlice(trace: Trace, task: TaskInfo, t: Nanoseconds = trace.end): Slice | undefined {
  const since = blocking(trace, task.id)?.since;
  if (since === undefined || t < since) return undefined;
  return { task: task.id, state: "running", from: since, to: trace.end, step: undefined };
}

/** What comes after the last step of a task that has not ended: never run yet, or still waiting. */
function tail(trace: Trace, lane: Lane, task: TaskInfo): Slice | undefined {
  if (task.ended !== undefined) return undefined;
  const last = lane.length - 1;
  const from = last < 0 ? task.created : lane.end(last);
  const state = last < 0 ? "ready" : "waiting";
  return {
    task: task.id,
    state,
    from,
    to: Math.max(blocking(trace, task.id)?.since ?? trace.end, from),
    step: last < 0 ? undefined : lane.steps.at(last),
  };
}

export function lifeEnd(trace: Trace, task: TaskInfo): Nanoseconds {
  return task.ended ?? Math.max(trace.end, task.created);
}

/** The place of `step` in its lane. */
export function indexOf(lane: Lane, step: StepIndex, trace: Trace): number {
  const start = trace.steps.start(step);
  const end = trace.steps.end(step);
  // Several steps may start at one instant (a step shorter than the clock's tick).
  let i = lowerBound(0, lane.length, (k) => lane.end(k) >= end && lane.start(k) >= start);
  while (i < lane.length - 1 && lane.steps.at(i) !== step && lane.start(i) <= start) i++;
  return i;
}
