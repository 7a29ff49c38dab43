/** What tasks did in a stretch of time: the same sums as for the whole run, of the parts that lie in it. */
import { firstIndex } from "../columns";
import type { Trace } from "../trace";
import type { AwaitKind, Nanoseconds, NodeId, Site, TaskId } from "../types";
import { siteKey } from "./fold";
import { blocking } from "./ongoing";
import { forEachSlice, NO_STEP } from "./slices";
import type { TaskTimes } from "./times";
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

/** Steps looked at before somebody else may have a turn: about a millisecond's work. */
const AT_ONCE = 2048;

/** The whole answer in turns: the caller decides how many it takes at once. Each looks at `atOnce` steps or a few more. */
export function* awaitsWithin(
  trace: Trace,
  from: Nanoseconds,
  to: Nanoseconds,
  atOnce = AT_ONCE,
): Generator<undefined, Within> {
  const sums = new Sums(trace);
  let looked = 0;
  for (const task of trace.tasks) {
    if (task.created < to && (task.ended ?? trace.end) > from) {
      const list = trace.stepsOf(task.id);
      let i = firstIndex(list.length, (n) => trace.steps.end(list.at(n)) > from);
      // Parts that end where a step begins: no wait is in two of them.
      for (let begin = from, end = from; end < to; begin = end) {
        i += atOnce;
        end = i < list.length ? Math.max(Math.min(trace.steps.start(list.at(i)), to), begin) : to;
        sums.addPart(task.id, begin, end);
        if (end < to) yield;
      }
      looked += Math.min(atOnce, list.length);
    }
    looked += 1;
    if (looked < atOnce) continue;
    looked = 0;
    yield;
  }
  return sums.result;
}

class Sums {
  private readonly sum = { running: 0, ready: 0, waiting: 0, outside: 0 };
  private readonly sites = new Map<string, { site: Site; kind: AwaitKind; time: Nanoseconds }>();
  /** Of nodes that were met: an await of user code or none. */
  private readonly byNode = new Map<NodeId, { time: Nanoseconds } | undefined>();
  constructor(private readonly trace: Trace) {}

  get result(): Within {
    return { ...this.sum, sites: [...this.sites.values()].sort((a, b) => b.time - a.time) };
  }

  addPart(task: TaskId, from: Nanoseconds, to: Nanoseconds): void {
    const { sum, trace } = this;
    const list = trace.stepsOf(task);
    /** Of the step that ended the wait at hand; -1: not looked for yet. */
    let next = -1;
    forEachSlice(trace, task, from, to, (state, begin, end, step) => {
      const time = Math.min(end, to) - Math.max(begin, from);
      if (state === "running") sum.running += time;
      if (state === "ready") sum.ready += time;
      if (state !== "waiting") return;
      sum.waiting += time;
      // By position, and not the next slice that runs: a step can be too short for the clock, and is no slice then. A wait
      // that goes on beyond the stretch has one too, or nothing has ended it yet.
      if (next < 0) next = firstIndex(list.length, (i) => list.at(i) > step);
      while (next < list.length && list.at(next) <= step) next++;
      if (wasOutside(trace, step, next < list.length ? list.at(next) : NO_STEP)) sum.outside += time;
      const site = this.siteAt(trace.steps.node(step));
      if (site !== undefined) site.time += time;
    });
  }

  private siteAt(node: NodeId): { time: Nanoseconds } | undefined {
    if (this.byNode.has(node)) return this.byNode.get(node);
    const point = this.trace.awaitSite(node);
    const key = point && `${point.kind}:${siteKey(point.site)}`;
    let known = key === undefined ? undefined : this.sites.get(key);
    if (point !== undefined && key !== undefined && known === undefined) {
      known = { site: point.site, kind: point.kind, time: 0 };
      this.sites.set(key, known);
    }
    this.byNode.set(node, known);
    return known;
  }
}

/** How a task spent the part of its life between two moments; from the lane's own sums, however many steps that were. */
export function taskTimesWithin(trace: Trace, id: TaskId, from: Nanoseconds, to: Nanoseconds): TaskTimes {
  const { steps } = trace;
  const task = trace.task(id);
  if (task === undefined) return { steps: 0, run: 0, ready: 0, wait: 0 };
  const list = trace.stepsOf(id);
  const overlap = (start: Nanoseconds, end: Nanoseconds): Nanoseconds =>
    Math.max(Math.min(end, to) - Math.max(start, from), 0);
  const goesOn = blocking(trace, id)?.since;
  const end = task.ended ?? trace.end;
  let run = goesOn === undefined ? 0 : overlap(goesOn, trace.end);
  if (list.length === 0) {
    // One that ended without a step had some that are missing: what it did nobody knows.
    return { steps: 0, run, ready: task.ended === undefined ? overlap(task.created, goesOn ?? end) : 0, wait: 0 };
  }
  const first = firstIndex(list.length, (i) => steps.end(list.at(i)) > from);
  const next = firstIndex(list.length, (i) => steps.start(list.at(i)) >= to);
  let ready = 0;
  // Those at the ends may lie in it only in part, the one after them with its ready time alone.
  for (const i of new Set([first, next - 1, next])) {
    if (i < first || i >= list.length) continue;
    run += overlap(steps.start(list.at(i)), steps.end(list.at(i)));
    ready += overlap(steps.readySince(list.at(i)), steps.start(list.at(i)));
  }
  run += list.running(first + 1, next - 1);
  ready += list.ready(first + 1, next - 1);
  const known = overlap(steps.readySince(list.at(0)), Math.max(end, steps.end(list.at(list.length - 1))));
  return { steps: Math.max(next - first, 0), run, ready, wait: Math.max(known - run - ready, 0) };
}
