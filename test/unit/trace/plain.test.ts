import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  atOnce,
  awaitsWithin,
  busiestStep,
  membersOneAfterAnother,
  oneAfterAnother,
  readTrace,
  taskLanes,
  type GroupInfo,
  type TaskInfo,
  type Trace,
} from "../../../extension/trace";
import { Pressure } from "../../../extension/trace/pressure";
import { NO_STEP } from "../../../extension/trace/questions/slices";
import { OUTSIDE, wasOutside } from "../../../extension/trace/questions/wakers";
import { traceBytes } from "../../fixtures/arbitrary";
import { whole } from "../../fixtures/turns";

const RUNS = 200;
/** For all runs of a property, on a machine that is busy with other things. */
const TIMEOUT_MS = 60_000;

/** A stretch of the trace, and be it one nanosecond, wherever these numbers put it. */
function stretchOf(trace: Trace, a: number, b: number): readonly [from: number, to: number] {
  const [from, to] = [a % (trace.end + 2), b % (trace.end + 2)].sort((x, y) => x - y) as [number, number];
  return [from, Math.max(to, from + 1)];
}

describe("Sums against the plain way to add them up", function () {
  this.timeout(TIMEOUT_MS);

  it("one after another is what each task that was not cancelled ran, and waited for the outside", () => {
    fc.assert(
      fc.property(traceBytes(), (bytes) => {
        const trace = readTrace(bytes);
        let sum = 0;
        for (const task of trace.tasks) {
          if (task.outcome === "cancelled") continue;
          const { runs, waits } = plainLife(trace, task);
          for (const { from, to } of runs) sum += to - from;
          for (const wait of waits)
            if (wait.step !== undefined && wasOutside(trace, wait.after, wait.step)) sum += wait.to - wait.from;
        }
        assert.equal(oneAfterAnother(trace), sum);
      }),
      { numRuns: RUNS },
    );
  });

  it("at once is what the members did while their group went on, over how long that was", () => {
    fc.assert(
      fc.property(traceBytes(), (bytes) => {
        const trace = readTrace(bytes);
        for (const group of trace.groups) {
          const until = group.ended ?? trace.end;
          const members = membersThatRan(trace, group);
          const worked = members.map((task) => plainWork(trace, task, until));
          const from = Math.min(group.started, ...members.map(({ created }) => created));
          const sum = worked.reduce((total, one) => total + one, 0);
          assert.equal(atOnce(trace, group), sum / Math.max(until - from, 1));
          assert.ok(atOnce(trace, group) <= members.length);
          const whole = members.map(({ outcome }, i) => (outcome === "cancelled" ? 0 : (worked[i] ?? 0)));
          assert.equal(
            membersOneAfterAnother(trace, group),
            whole.reduce((total, one) => total + one, 0),
          );
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("a stretch of time holds the parts of every run and wait that lie in it, in however many turns they are summed", () => {
    fc.assert(
      fc.property(traceBytes(), fc.nat(), fc.nat(), fc.integer({ min: 1, max: 5 }), (bytes, a, b, atOnce) => {
        const trace = readTrace(bytes);
        const [from, to] = stretchOf(trace, a, b);
        const { sites, ...sums } = whole(awaitsWithin(trace, from, to, atOnce));
        const plain = plainWithin(trace, from, to);
        assert.deepEqual(sums, plain.sums);
        assert.deepEqual(
          new Map(sites.map(({ site, kind, time }) => [`${kind} ${JSON.stringify(site)}`, time])),
          plain.sites,
        );
      }),
      { numRuns: RUNS },
    );
  });

  it("the step a loop was busiest with is the one that ran longest of a time", () => {
    fc.assert(
      fc.property(traceBytes(), fc.nat(), fc.nat(), (bytes, a, b) => {
        const trace = readTrace(bytes);
        const [from, to] = stretchOf(trace, a, b);
        for (const { id } of trace.loops) {
          const list = trace.stepsOfLoop(id);
          const ran = (step: number): number =>
            Math.min(trace.steps.end(step), to) - Math.max(trace.steps.start(step), from);
          const most = Math.max(0, ...Array.from({ length: list.length }, (_, i) => ran(list.at(i))));
          const busiest = busiestStep(trace, id, from, to);
          if (busiest !== undefined) assert.equal(ran(busiest), most);
          else assert.ok(to - from < 20e3 || most < (to - from) / 10);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("the ready queue is as long, and the loop as late, as its steps had been ready", () => {
    fc.assert(
      fc.property(traceBytes(), fc.nat(), fc.nat(), (bytes, a, b) => {
        const trace = readTrace(bytes);
        for (const { id } of trace.loops) {
          const pressure = trace.pressureOf(id);
          if (!(pressure instanceof Pressure)) continue;
          const { steps } = trace;
          const list = trace.stepsOfLoop(id);
          const origin = steps.readySince(list.at(0));
          // From border to border of its buckets there is nothing to be rounded.
          const buckets = Math.ceil((trace.end - origin) / pressure.resolution) + 1;
          const [first, last] = [a % buckets, b % buckets].sort((x, y) => x - y) as [number, number];
          const [from, to] = [first, last].map((i) => origin + i * pressure.resolution) as [number, number];
          let area = 0;
          let late = 0;
          for (let i = 0; i < list.length; i++) {
            const [since, start] = [Math.max(steps.readySince(list.at(i)), origin), steps.start(list.at(i))];
            area += Math.max(Math.min(start, to) - Math.max(since, from), 0);
            if (start >= from && start < to) late = Math.max(late, start - since);
          }
          const depth = pressure.depth(from, to) * (to - from);
          assert.ok(Math.abs(depth - area) <= 1 + area * 1e-9, `${depth} for ${area}`);
          assert.equal(pressure.lag(from, to), late);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("the tree has every task, then its own in the order they were created", () => {
    fc.assert(
      fc.property(traceBytes(), (bytes) => {
        const trace = readTrace(bytes);
        assert.deepEqual(taskLanes(trace), plainTree(trace, undefined, 0));
      }),
      { numRuns: RUNS },
    );
  });
});

interface Wait {
  readonly from: number;
  readonly to: number;
  /** The step it follows. */
  readonly after: number;
  /** The one that ended it. */
  readonly step: number | undefined;
}

/** All that a task did, step by step. */
function plainLife(
  trace: Trace,
  task: TaskInfo,
): {
  readonly runs: readonly { readonly from: number; readonly to: number }[];
  readonly readies: readonly { readonly from: number; readonly to: number }[];
  readonly waits: readonly Wait[];
} {
  const { steps } = trace;
  const list = trace.stepsOf(task.id);
  const all = Array.from({ length: list.length }, (_, i) => list.at(i));
  const end = task.ended ?? trace.end;
  const waits = all.map((after, i): Wait => {
    const step = all[i + 1];
    return { from: steps.end(after), to: step === undefined ? end : steps.readySince(step), after, step };
  });
  const readies = all.map((step) => ({ from: steps.readySince(step), to: steps.start(step) }));
  return {
    runs: all.map((step) => ({ from: steps.start(step), to: steps.end(step) })),
    readies: all.length === 0 && task.ended === undefined ? [{ from: task.created, to: end }] : readies,
    waits,
  };
}

function membersThatRan(trace: Trace, group: GroupInfo): readonly TaskInfo[] {
  return group.members.flatMap((id) => {
    const task = trace.task(id);
    return task === undefined || trace.stepsOf(id).length === 0 ? [] : [task];
  });
}

/** What a task ran and waited for the outside by a moment. Who ended a wait is known as soon as the task ran again. */
function plainWork(trace: Trace, task: TaskInfo, until: number): number {
  const { steps } = trace;
  const { runs, waits } = plainLife(trace, task);
  const isDone = task.ended !== undefined && task.ended <= until;
  let sum = 0;
  for (const { from, to } of runs) sum += Math.max(Math.min(to, until) - from, 0);
  for (const { from, to, after, step } of waits) {
    if (from >= until) continue;
    const isOver = step !== undefined && (isDone || steps.start(step) < until);
    const kind = trace.awaitSite(steps.node(after))?.kind;
    if (isOver ? wasOutside(trace, after, step) : !isDone && kind !== undefined && OUTSIDE.has(kind))
      sum += Math.min(to, until) - from;
  }
  return sum;
}

function plainWithin(
  trace: Trace,
  from: number,
  to: number,
): {
  readonly sums: {
    readonly running: number;
    readonly ready: number;
    readonly waiting: number;
    readonly outside: number;
  };
  readonly sites: ReadonlyMap<string, number>;
} {
  const sums = { running: 0, ready: 0, waiting: 0, outside: 0 };
  const sites = new Map<string, number>();
  const inside = (part: { readonly from: number; readonly to: number }): number =>
    Math.max(Math.min(part.to, to) - Math.max(part.from, from), 0);
  for (const task of trace.tasks) {
    const { runs, readies, waits } = plainLife(trace, task);
    for (const run of runs) sums.running += inside(run);
    for (const ready of readies) sums.ready += inside(ready);
    for (const wait of waits) {
      const time = inside(wait);
      if (time === 0) continue;
      sums.waiting += time;
      if (wasOutside(trace, wait.after, wait.step ?? NO_STEP)) sums.outside += time;
      const point = trace.awaitSite(trace.steps.node(wait.after));
      if (point === undefined) continue;
      const key = `${point.kind} ${JSON.stringify(point.site)}`;
      sites.set(key, (sites.get(key) ?? 0) + time);
    }
  }
  return { sums, sites };
}

function plainTree(trace: Trace, parent: number | undefined, depth: number): ReturnType<typeof taskLanes> {
  const own = trace.tasks.filter((task) => task.parent === parent);
  return own.flatMap(({ id }) => {
    const below = plainTree(trace, id, depth + 1);
    return [{ task: id, depth, children: below.filter((lane) => lane.depth === depth + 1).length }, ...below];
  });
}
