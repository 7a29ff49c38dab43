/** Runs a recorded program again in the mind, with a change. */
import { formatDuration, type Nanoseconds, type Trace } from "../trace";
import { concurrent } from "./concurrent";
import { faster } from "./faster";
import { limit } from "./limits";
import { record } from "./record";
import type { Schedule } from "./schedule";
import { simulate, type Simulation } from "./simulate";
import { NoEffect, type Change, type Effect } from "./types";
import { unblock } from "./blocked";

export interface WhatIf {
  /** How long the run took, and would have taken. */
  readonly recorded: Nanoseconds;
  readonly projected: Nanoseconds;
  /** How long the model says the run took without the change: what it is worth. */
  readonly modelled: Nanoseconds;
  /** "1.20 s instead of 3.40 s, if the 3 awaits at feeds.py:12 began together". */
  readonly headline: string;
  /** What must be true for it; whole sentences. */
  readonly assumptions: readonly string[];
  readonly schedule: Schedule;
  readonly simulation: Simulation;
}

/** A longer run takes more memory than a view of it is worth. */
const MOST_STEPS = 1_000_000;
/** From here on it is said how far the model is off. */
const EXACT = 0.005;

const ALWAYS: readonly string[] = [
  "Every task does what it did, in the same order, and each of its steps runs as long as it did.",
  "What comes from outside (timers, network, processes, threads) takes as long as it did, however many wait for it at once.",
  "Locks and queues are not simulated: the same steps as in the run hand them on. Timeouts fire where they did.",
];

/** A change of what is awaited comes before one of the order, and that before who may run at once. */
const ORDER: readonly Change["kind"][] = ["faster", "unblock", "concurrent", "limit"];

/** Throws NoEffect. Pauses where others may go on. */
export function* whatIf(trace: Trace, changes: readonly Change[]): Generator<undefined, WhatIf> {
  if (trace.steps.length > MOST_STEPS)
    throw new NoEffect(`The run has too many steps to be run again: more than ${MOST_STEPS.toLocaleString("en-US")}.`);
  const schedule = yield* record(trace);
  const lastEnd = (yield* simulate(schedule)).end;
  yield;
  const effects: Effect[] = [];
  for (const kind of ORDER) {
    for (const change of changes) {
      if (change.kind !== kind) continue;
      effects.push(yield* apply(schedule, change));
      yield;
    }
  }
  const simulation = yield* simulate(schedule);
  const ended = trace.tasks.reduce((last, { id }) => {
    const steps = trace.stepsOf(id);
    return steps.length === 0 ? last : Math.max(last, trace.steps.end(steps.at(steps.length - 1)));
  }, 0);
  // What came after the last task is no loop's doing.
  const rest = trace.end - ended;
  const projected = simulation.end + rest;
  const modelled = lastEnd + rest;
  const conditions = effects.map(({ condition }) => condition).join(", and ");
  const isOff = Math.abs(modelled - trace.end) > EXACT * trace.end;
  return {
    recorded: trace.end,
    projected,
    modelled,
    headline: `${formatDuration(projected)} instead of ${formatDuration(trace.end)}, if ${conditions}`,
    assumptions: [
      ...effects.flatMap(({ assumptions }) => assumptions),
      ...ALWAYS,
      ...(isOff ? [`Without the change the model says ${formatDuration(modelled)}: so far it is off.`] : []),
    ],
    schedule,
    simulation,
  };
}

/** The same at once, where nobody waits. */
export function whatIfNow(trace: Trace, changes: readonly Change[]): WhatIf {
  return atOnce(whatIf(trace, changes));
}

export function atOnce<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}

function apply(schedule: Schedule, change: Change): Generator<undefined, Effect> {
  switch (change.kind) {
    case "faster":
      return faster(schedule, change.lines, change.percent);
    case "unblock":
      return unblock(schedule, change.lines);
    case "concurrent":
      return concurrent(schedule, change.lines);
    case "limit":
      return limit(schedule, change.lines, change.limit);
  }
}
