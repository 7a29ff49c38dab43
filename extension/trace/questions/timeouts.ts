/** The timeout that would end a wait. It is no part of what is awaited: it lies around whatever its owner does. */
import { firstIndex } from "../columns";
import { formatDuration } from "../durations";
import type { Trace } from "../trace";
import type { GroupInfo, Nanoseconds, StepIndex } from "../types";

/** So many timeouts are looked at that a task began before it waited; of more, the earliest are left out. */
const MOST_AROUND = 32;

/** Of the timeouts around the wait that begins after this step, the one that falls due first. */
export function timeoutAround(trace: Trace, step: StepIndex): GroupInfo | undefined {
  const { steps } = trace;
  const task = steps.task(step);
  const all = trace.timeoutsOf(task);
  if (all.length === 0) return undefined;
  const waits = steps.end(step);
  const list = trace.stepsOf(task);
  const next = firstIndex(list.length, (i) => list.at(i) > step);
  const goesOn = next < list.length ? steps.start(list.at(next)) : Infinity;
  // One is said to begin when the step that made it has ended, so a moment after that.
  const after = firstIndex(all.length, (i) => all[i]!.started >= goesOn);
  let first: GroupInfo | undefined;
  for (const group of all.slice(Math.max(0, after - MOST_AROUND), after)) {
    const isOpen = group.ended === undefined || group.ended > waits;
    if (isOpen && dueOf(group) < (first === undefined ? Infinity : dueOf(first))) first = group;
  }
  return first;
}

/** "within a timeout of 2.0 s". */
export function timeoutWords({ timeout, started, deadline }: GroupInfo): string {
  const long = timeout ?? (deadline === undefined ? 0 : deadline - started);
  return long > 0 ? `within a timeout of ${formatDuration(long, 2)}` : "within a timeout";
}

function dueOf({ deadline }: GroupInfo): Nanoseconds {
  return deadline ?? Infinity;
}
