/** Where the trace has holes: stretches of which events were left out. */
import type { Nanoseconds, Trace } from "../../extension/trace";
import { lowerBound } from "./lane";
import type { Span } from "./viewport";

export interface Gap extends Span {
  readonly count: number;
}

/** From the last step before each loss that was told to when it was told; `begin` is where the trace begins. */
export function gapsOf(trace: Trace, begin: Nanoseconds): readonly Gap[] {
  const gaps = new Map<Nanoseconds, { from: Nanoseconds; to: Nanoseconds; count: number }>();
  for (const { what, count, at } of trace.losses) {
    // Bytes are the same loss once more.
    if (what === "bytes") continue;
    const from = lastStepBefore(trace, at) ?? begin;
    const gap = gaps.get(from);
    if (gap === undefined) gaps.set(from, { from, to: Math.max(at, from), count });
    else {
      gap.to = Math.max(gap.to, at);
      gap.count += count;
    }
  }
  return [...gaps.values()];
}

function lastStepBefore(trace: Trace, at: Nanoseconds): Nanoseconds | undefined {
  let last: Nanoseconds | undefined;
  for (const { id } of trace.loops) {
    const list = trace.stepsOfLoop(id);
    const after = lowerBound(0, list.length, (i) => trace.steps.end(list.at(i)) > at);
    if (after > 0) last = Math.max(last ?? 0, trace.steps.end(list.at(after - 1)));
  }
  return last;
}
