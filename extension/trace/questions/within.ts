/** What tasks did in a stretch of time: the same sums as for the whole run, of the parts that lie in it. */
import { firstIndex } from "../columns";
import type { Trace } from "../trace";
import type { AwaitKind, Nanoseconds, Site } from "../types";
import { siteKey } from "./fold";
import { forEachSlice } from "./slices";
import { wasOutside } from "./wakers";

export interface Within {
  readonly running: Nanoseconds;
  readonly ready: Nanoseconds;
  readonly waiting: Nanoseconds;
  /** Of `waiting`: what something outside of the program ended. */
  readonly outside: Nanoseconds;
  /** The most waited for first. */
  readonly sites: readonly { readonly site: Site; readonly kind: AwaitKind; readonly time: Nanoseconds }[];
}

/** More steps than this are not looked at while somebody drags. */
const MAX_STEPS = 100_000;

/** Undefined if the stretch holds more than can be summed up at once. */
export function awaitsWithin(trace: Trace, from: Nanoseconds, to: Nanoseconds): Within | undefined {
  let steps = 0;
  for (const loop of trace.loops) {
    const list = trace.stepsOfLoop(loop.id);
    const first = firstIndex(list.length, (i) => trace.steps.end(list.at(i)) > from);
    steps += firstIndex(list.length, (i) => trace.steps.start(list.at(i)) >= to) - first;
  }
  if (steps > MAX_STEPS) return undefined;
  const sum = { running: 0, ready: 0, waiting: 0, outside: 0 };
  const sites = new Map<string, { site: Site; kind: AwaitKind; time: Nanoseconds }>();
  for (const task of trace.tasks) {
    if (task.created >= to || (task.ended ?? trace.end) <= from) continue;
    let lastWait = 0;
    let waitStep = 0;
    forEachSlice(trace, task.id, from, to, (state, begin, end, step) => {
      const time = Math.min(end, to) - Math.max(begin, from);
      if (state === "running") sum.running += time;
      if (state === "ready") sum.ready += time;
      if (state === "running" && lastWait > 0 && !wasOutside(trace, waitStep, step)) sum.outside -= lastWait;
      if (state === "running") lastWait = 0;
      if (state !== "waiting") return;
      sum.waiting += time;
      sum.outside += time;
      lastWait = time;
      waitStep = step;
      const point = trace.awaitSite(trace.steps.node(step));
      if (point === undefined) return;
      const key = `${point.kind}:${siteKey(point.site)}`;
      const known = sites.get(key);
      if (known === undefined) sites.set(key, { site: point.site, kind: point.kind, time });
      else known.time += time;
    });
  }
  return { ...sum, sites: [...sites.values()].sort((a, b) => b.time - a.time) };
}
