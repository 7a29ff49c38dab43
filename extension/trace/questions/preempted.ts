/** How much of a time the system kept a loop from running, because the machine was busy with something else. */
import { firstIndex } from "../columns";
import type { Trace } from "../trace";
import type { LoopId, Nanoseconds } from "../types";

/** What is waited for is told at most so much later. */
const LATE: Nanoseconds = 1e9;

/**
 * The trace says it of stretches of some 50 ms. Of one that lies within the time only in part, the part that it has of it
 * is likely; at most it was all there.
 */
export function preemptedWithin(
  trace: Trace,
  loop: LoopId,
  from: Nanoseconds,
  to: Nanoseconds,
  estimate: "likely" | "at most",
): Nanoseconds {
  const all = trace.preemptionsOf(loop);
  let sum = 0;
  for (let i = firstIndex(all.length, (at) => (all[at]?.to ?? 0) > from); i < all.length; i++) {
    const one = all[i];
    if (one === undefined || one.to > to + LATE) break;
    if (one.from >= to) continue;
    const common = Math.min(to, one.to) - Math.max(from, one.from);
    sum += Math.min(common, estimate === "likely" ? (common / (one.to - one.from)) * one.length : one.length);
  }
  return Math.min(sum, to - from);
}
