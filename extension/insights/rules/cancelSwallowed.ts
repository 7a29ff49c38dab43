import { cancelWords, plainWords, siteKey, type Trace } from "../../trace";
import type { Evidence, Finding, Rule } from "../types";
import { duration, listed, place, plural, taskName } from "../words";
import { cancelledTasks, overAt, type Cancelled } from "./cancels";

/** Steps after the cancel that are looked at. */
const MOST_STEPS = 1000;
/** Whoever goes on for longer is not cleaning up. */
const LONG = 1e9;

export const cancelSwallowed: Rule = {
  id: "cancel-swallowed",
  explanation: {
    what: "A task was cancelled, caught the CancelledError, and went on with what it had done before.",
    why: "Whoever cancelled it believes that it ends: shutdowns hang, timeouts do not hold.",
    fix: "Catch Exception instead of BaseException, and after cleaning up in except asyncio.CancelledError, raise it again.",
  },
  find(trace) {
    const bySite = new Map<string, Cancelled[]>();
    for (const cancelled of cancelledTasks(trace)) {
      if (!wentOn(trace, cancelled)) continue;
      const key = cancelled.site === undefined ? cancelled.task.coro : siteKey(cancelled.site);
      const same = bySite.get(key);
      if (same === undefined) bySite.set(key, [cancelled]);
      else same.push(cancelled);
    }
    return [...bySite.values()].map((all) => tell(trace, all));
  },
};

/** It came back to an await where it had stood before it was cancelled, or awaited other things for long. */
function wentOn(trace: Trace, cancelled: Cancelled): boolean {
  const { task, position } = cancelled;
  if (task.outcome === "cancelled") return false;
  const list = trace.stepsOf(task.id);
  const siteAt = (i: number): string | undefined => {
    const point = trace.awaitSite(trace.steps.node(list.at(i)));
    return point === undefined ? undefined : siteKey(point.site);
  };
  const before = new Set<string | undefined>();
  for (let i = Math.max(0, position - MOST_STEPS); i < position; i++) before.add(siteAt(i));
  const told = trace.steps.start(list.at(position));
  let awaited = 0;
  for (let i = position; i < Math.min(list.length, position + MOST_STEPS); i++) {
    const site = siteAt(i);
    // A step that ends the task stands nowhere.
    if (site === undefined) continue;
    awaited += 1;
    if (before.has(site)) return true;
  }
  return awaited > 0 && overAt(trace, cancelled) - told > LONG && task.ended !== undefined;
}

function tell(trace: Trace, all: readonly Cancelled[]): Finding {
  const cancelled = all[0]!;
  const { task, cancel, site, step } = cancelled;
  const long = overAt(trace, cancelled) - trace.steps.start(step);
  const how =
    task.ended === undefined
      ? `has gone on for ${duration(long)}`
      : `went on for ${duration(long)} and ${task.outcome}`;
  const who =
    all.length === 1
      ? taskName(trace, task.id)
      : `${taskName(trace, task.id)} (and ${plural(all.length - 1, "other")})`;
  const evidence: Evidence[] = [
    {
      label: plainWords(trace, cancelWords(trace, cancel)),
      at: cancel.at,
      ...(cancel.by === undefined ? {} : { task: cancel.by }),
      ...(cancel.site === undefined ? {} : { site: cancel.site }),
    },
  ];
  if (site !== undefined)
    evidence.push({
      label: `CancelledError was raised at ${place(site)}, and caught`,
      site,
      task: task.id,
      at: trace.steps.start(step),
    });
  return {
    rule: "cancel-swallowed",
    severity: "warning",
    certainty: "Certain that it went on after it was told; what caught it is where it stood",
    message: `${who} was cancelled here and ${how}`,
    site: site ?? task.createSite,
    tasks: listed(all.map(({ task: { id } }) => id)),
    at: cancel.at,
    cost: long,
    evidence,
  };
}
