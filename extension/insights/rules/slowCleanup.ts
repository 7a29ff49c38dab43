import {
  cancelWords,
  describeStep,
  plainWords,
  siteKey,
  type AwaitKind,
  type Nanoseconds,
  type Site,
  type Trace,
} from "../../trace";
import type { Evidence, Found, Rule } from "../types";
import { duration, listed, place, taskName } from "../words";
import { cancelledTasks, overAt, type Cancelled } from "./cancels";

/** Who stands there waits for others that clean up. */
const FOR_OTHERS: ReadonlySet<AwaitKind> = new Set<AwaitKind>([
  "task",
  "gather",
  "taskgroup",
  "wait",
  "as_completed",
  "shield",
]);
const MOST_STEPS = 10_000;

interface Wait {
  readonly site: Site;
  readonly what: string;
  readonly from: Nanoseconds;
  readonly length: Nanoseconds;
}

export const slowCleanup: Rule = {
  id: "slow-cleanup",
  explanation: {
    what: "A cancelled task took long to end: it awaited something while it cleaned up.",
    why: "Whoever cancelled it waits for that; a shutdown or a timeout takes so much longer.",
    fix: "Give the clean-up a timeout of its own, or close without waiting for the other side.",
  },
  find(trace, _facts, thresholds) {
    const bySite = new Map<string, Found>();
    for (const cancelled of cancelledTasks(trace)) {
      const { task, step } = cancelled;
      const told = trace.steps.start(step);
      const long = overAt(trace, cancelled) - told;
      if (long < thresholds.cleanup || (task.outcome !== "cancelled" && task.outcome !== "pending")) continue;
      const waits = waitsAfter(trace, cancelled);
      const worst = waits.reduce<Wait | undefined>(
        (a, b) => (a !== undefined && a.length >= b.length ? a : b),
        undefined,
      );
      // What it stands at for most of this has to be its own.
      if (worst === undefined || worst.length < thresholds.cleanup / 2) continue;
      const key = siteKey(worst.site);
      const known = bySite.get(key);
      if (known === undefined || known.cost < long) bySite.set(key, tell(trace, cancelled, worst, long));
    }
    return [...bySite.values()];
  },
};

function waitsAfter(trace: Trace, { task, position }: Cancelled): readonly Wait[] {
  const { steps } = trace;
  const list = trace.stepsOf(task.id);
  const found: Wait[] = [];
  for (let i = position; i < Math.min(list.length, position + MOST_STEPS); i++) {
    const step = list.at(i);
    const point = trace.awaitSite(steps.node(step));
    if (point === undefined || FOR_OTHERS.has(point.kind)) continue;
    const to = i + 1 < list.length ? steps.readySince(list.at(i + 1)) : (task.ended ?? trace.end);
    found.push({
      site: point.site,
      what: describeStep(trace, step),
      from: steps.end(step),
      length: to - steps.end(step),
    });
  }
  return found;
}

function tell(trace: Trace, { task, cancel, step }: Cancelled, worst: Wait, long: Nanoseconds): Found {
  const name = taskName(trace, task.id);
  const ended = task.ended !== undefined;
  const evidence: Evidence[] = [
    {
      label: plainWords(trace, cancelWords(trace, cancel)),
      at: cancel.at,
      ...(cancel.by === undefined ? {} : { task: cancel.by }),
      ...(cancel.site === undefined ? {} : { site: cancel.site }),
    },
    {
      label: `awaited ${worst.what} at ${place(worst.site)} for ${duration(worst.length)}`,
      site: worst.site,
      at: worst.from,
      task: task.id,
    },
  ];
  return {
    rule: "slow-cleanup",
    severity: "warning",
    certainty: "Measured, from when the task was told to when it ended",
    message: `${name} ${ended ? "took" : "has taken"} ${duration(long)} to end after it was cancelled: ${worst.what} here for ${duration(worst.length)}`,
    site: worst.site,
    tasks: listed([task.id]),
    at: trace.steps.start(step),
    cost: long,
    evidence,
  };
}
