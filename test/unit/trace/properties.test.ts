import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  awaitStats,
  cancelWords,
  coroutineStats,
  describeGroup,
  describeStep,
  describeWaker,
  forEachSlice,
  oneAfterAnother,
  plainWords,
  readTrace,
  siteKey,
  siteTotals,
  stateAt,
  summarize,
  taskLanes,
  taskTimesWithin,
  TraceError,
  TraceReader,
  visitsOf,
  whereItStands,
  type Site,
  type TaskId,
  type Trace,
  type Visits,
} from "../../../extension/trace";
import { report } from "../../../extension/cli/report";
import { traceBytes } from "../../fixtures/arbitrary";
import { summarizeFindings } from "../../../extension/insights";
import { findingsOf } from "../../fixtures/finding";
import { breaches, findingBreaches } from "../../fixtures/summarySchema";

const RUNS = 200;
/** Far more than any of these small files needs; a loop that does not end would need forever. */
const SOON_MS = 5_000;
/** For all runs of a property, on a machine that is busy with other things. */
const TIMEOUT_MS = 60_000;

/** Whatever was read of the bytes, and the error if there was one; anything but a TraceError fails the test. */
function readSome(bytes: Uint8Array): Trace {
  const reader = new TraceReader();
  try {
    reader.push(bytes);
    reader.finish();
  } catch (error) {
    assert.ok(error instanceof TraceError, `threw ${String(error)}`);
  }
  return reader.trace;
}

/** Asks a trace everything there is to ask; what holds for every trace must hold. */
function askEverything(trace: Trace): void {
  const document: unknown = JSON.parse(JSON.stringify(summarize(trace)));
  // Two facts only a damaged trace lacks, and no contract has a word for.
  const unknown = /\.started_at is |\.loop is 0,/;
  assert.deepEqual(
    breaches(document).filter((breach) => !unknown.test(breach)),
    [],
  );
  const found: unknown = JSON.parse(JSON.stringify(summarizeFindings(findingsOf(trace))));
  assert.deepEqual(findingBreaches(found), []);
  coroutineStats(trace);
  assert.ok(oneAfterAnother(trace) >= 0);
  report(trace);
  const lanes = taskLanes(trace);
  assert.equal(lanes.length, trace.tasks.length, "every task has one lane");
  for (const stat of awaitStats(trace)) {
    assert.ok(stat.max <= stat.total && stat.waiting + stat.ready <= stat.total && stat.tasks <= stat.count);
    visitsOf(trace, stat.site).list();
  }
  const { steps } = trace;
  for (let step = 0; step < steps.length; step++) {
    assert.ok(steps.readySince(step) <= steps.start(step) && steps.start(step) <= steps.end(step));
    assert.ok(steps.end(step) <= trace.end);
    const waker = steps.waker(step);
    assert.ok(waker.kind !== "step" || waker.step < step, "a waker comes before what it wakes");
    trace.chain(steps.node(step));
    describeStep(trace, step);
    describeWaker(trace, step);
  }
  for (const task of trace.tasks) {
    assert.ok(task.cancelledBy === undefined || task.outcome === "cancelled");
    plainWords(trace, whereItStands(trace, task.id) ?? []);
    for (const cancel of trace.cancelsOf(task.id)) plainWords(trace, cancelWords(trace, cancel));
    let last = 0;
    forEachSlice(trace, task.id, 0, trace.end + 1, (_state, from, to) => {
      assert.ok(last <= from && from < to, "slices follow each other");
      last = to;
    });
  }
  for (const group of trace.groups) {
    assert.equal(group.ended === undefined, group.outcome === "pending");
    assert.ok(group.ended === undefined || (group.started <= group.ended && group.ended <= trace.end));
    assert.ok(group.firstFailed === undefined || trace.task(group.firstFailed)?.outcome === "raised");
    describeGroup(trace, group.id);
    assert.ok(group.criticalMember === undefined || group.members.includes(group.criticalMember));
  }
}

function columnsOf(trace: Trace): readonly unknown[] {
  const { steps } = trace;
  return Array.from({ length: steps.length }, (_, i) => [
    [steps.task(i), steps.loop(i), steps.start(i), steps.end(i), steps.readySince(i)],
    [steps.waker(i), steps.node(i), steps.continues(i)],
  ]);
}

describe("Any trace", function () {
  this.timeout(TIMEOUT_MS);

  it("answers every question about whatever it holds", () => {
    fc.assert(
      fc.property(traceBytes(), (bytes) => {
        const trace = readTrace(bytes);
        assert.ok(trace.complete && trace.steps.length > 0);
        askEverything(trace);
      }),
      { numRuns: RUNS },
    );
  });

  it("cut off anywhere is a shorter trace of a killed program", () => {
    fc.assert(
      fc.property(traceBytes(), fc.nat(), (bytes, cut) => {
        const whole = readTrace(bytes);
        const part = readTrace(bytes.subarray(0, cut % bytes.length));
        assert.ok(part.truncated && !part.complete);
        assert.ok(part.end <= whole.end);
        assert.deepEqual(columnsOf(part), columnsOf(whole).slice(0, part.steps.length));
        const facts = (trace: Trace): readonly unknown[] =>
          trace.tasks.map(({ id, parent, coro, created, createSite }) => [id, parent, coro, created, createSite]);
        assert.deepEqual(facts(part), facts(whole).slice(0, part.tasks.length));
        for (const task of part.tasks)
          if (task.ended !== undefined) assert.equal(task.ended, whole.task(task.id)?.ended);
        askEverything(part);
      }),
      { numRuns: RUNS },
    );
  });

  it("is the same in whatever slices its bytes come", () => {
    fc.assert(
      fc.property(traceBytes(), fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1 }), (bytes, sizes) => {
        const whole = readTrace(bytes);
        const reader = new TraceReader();
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = Math.max(i % sizes.length === 0 ? 1 : 0, sizes[i % sizes.length] ?? 1);
          reader.push(bytes.subarray(at, at + size));
          at += size;
        }
        assert.equal(reader.offset, bytes.length);
        assert.deepEqual(columnsOf(reader.trace), columnsOf(whole));
        assert.deepEqual(summarize(reader.trace), summarize(whole));
      }),
      { numRuns: RUNS },
    );
  });

  it("is the same byte by byte", () => {
    const [bytes] = fc.sample(traceBytes(), { numRuns: 1, seed: 1 });
    assert.ok(bytes !== undefined);
    const reader = new TraceReader();
    for (const byte of bytes) reader.push(Uint8Array.of(byte));
    assert.deepEqual(summarize(reader.trace), summarize(readTrace(bytes)));
  });

  it("with any byte changed is a trace or a TraceError, soon", () => {
    fc.assert(
      fc.property(traceBytes(), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, change) => {
        const damaged = bytes.slice();
        damaged[at % bytes.length] = (damaged[at % bytes.length] ?? 0) ^ change;
        const began = performance.now();
        askEverything(readSome(damaged));
        assert.ok(performance.now() - began < SOON_MS);
      }),
      { numRuns: 3 * RUNS },
    );
  });

  it("with words of it overwritten is a trace or a TraceError, soon", () => {
    const nasty = fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0xfffffffa, 0xfffffefe);
    fc.assert(
      fc.property(traceBytes(), fc.array(fc.tuple(fc.nat(), nasty), { maxLength: 8 }), (bytes, changes) => {
        const damaged = bytes.slice();
        const view = new DataView(damaged.buffer);
        for (const [at, word] of changes) view.setUint32(4 * (at % Math.floor(damaged.length / 4)), word, true);
        const began = performance.now();
        askEverything(readSome(damaged));
        assert.ok(performance.now() - began < SOON_MS);
      }),
      { numRuns: 3 * RUNS },
    );
  });

  it("made of noise is a TraceError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8 }), (bytes) => {
        assert.throws(() => readTrace(bytes), TraceError);
      }),
    );
  });
});

describe("Against the plain way to say it", function () {
  this.timeout(TIMEOUT_MS);

  it("the visits of a site are those of each task, also those in a window", () => {
    fc.assert(
      fc.property(traceBytes(), fc.nat(), fc.nat(), fc.nat(), (bytes, start, length, gap) => {
        const trace = readTrace(bytes);
        const from = start % trace.end;
        const to = from + (length % trace.end) + 1;
        const apart = gap % trace.end;
        for (const { site } of siteTotals(trace)) {
          const visits = visitsOf(trace, site);
          const plain = plainVisits(trace).filter((visit) => siteKey(visit.site) === siteKey(site));
          for (const { id } of trace.tasks) {
            const own = plain.filter(({ task }) => task === id).map((visit): Span => [visit.from, visit.to]);
            assert.deepEqual(
              visits
                .list()
                .filter(({ task }) => task === id)
                .map((visit) => [visit.from, visit.to]),
              own,
            );
            const inside = own.filter(([begin, end]) => begin < to && end > from);
            assert.equal(visits.countIn(id, from, to), inside.length);
            assert.deepEqual(seen(visits, id, from, to, -1), inside);
            assert.deepEqual(seen(visits, id, from, to, apart), merged(inside, apart));
          }
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("a task's state at any time is that of the slice there", () => {
    fc.assert(
      fc.property(traceBytes(), fc.array(fc.nat(), { minLength: 5, maxLength: 20 }), (bytes, times) => {
        const trace = readTrace(bytes);
        for (const task of trace.tasks)
          for (const time of times) {
            const t = time % (trace.end + 2);
            assert.deepEqual(stateAt(trace, task.id, t), plainState(trace, task.id, t));
          }
      }),
      { numRuns: RUNS },
    );
  });

  it("a window's slices are those of the whole that overlap it", () => {
    fc.assert(
      fc.property(traceBytes(), fc.nat(), fc.nat(), (bytes, a, b) => {
        const trace = readTrace(bytes);
        const [from, to] = [a % (trace.end + 2), b % (trace.end + 2)].sort((x, y) => x - y) as [number, number];
        for (const task of trace.tasks) {
          const slices = (start: number, end: number): unknown[][] => {
            const seen: unknown[][] = [];
            forEachSlice(trace, task.id, start, end, (...slice) => seen.push(slice));
            return seen;
          };
          const all = slices(0, trace.end + 1);
          assert.deepEqual(
            slices(from, to),
            all.filter(([, start, end]) => (start as number) < to && (end as number) > from),
          );
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("a task's times in a window are those of its slices there", () => {
    fc.assert(
      fc.property(traceBytes(), fc.nat(), fc.nat(), (bytes, a, b) => {
        const trace = readTrace(bytes);
        const [from, to] = [a % (trace.end + 2), b % (trace.end + 2)].sort((x, y) => x - y) as [number, number];
        for (const task of trace.tasks) {
          const sums = { running: 0, ready: 0, waiting: 0, done: 0 };
          forEachSlice(trace, task.id, from, to, (state, start, end) => {
            sums[state] += Math.min(end, to) - Math.max(start, from);
          });
          const { run, ready, wait } = taskTimesWithin(trace, task.id, from, to);
          assert.deepEqual([run, ready, wait], [sums.running, sums.ready, sums.waiting]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("await statistics are sums over each task's steps", () => {
    fc.assert(
      fc.property(traceBytes(), (bytes) => {
        const trace = readTrace(bytes);
        const stats = awaitStats(trace).map(({ site, kind, count, total, max, waiting, ready, tasks }) => ({
          key: `${kind} ${JSON.stringify(site)}`,
          sums: [count, total, max, waiting, ready, tasks],
        }));
        const byKey = (a: { readonly key: string }, b: { readonly key: string }): number => (a.key < b.key ? -1 : 1);
        assert.deepEqual(stats.sort(byKey), plainStats(trace).sort(byKey));
      }),
      { numRuns: RUNS },
    );
  });
});

/** By walking all steps of the task. */
function plainState(trace: Trace, task: number, t: number): unknown {
  const info = trace.task(task);
  assert.ok(info !== undefined);
  if (t < info.created) return undefined;
  const { steps } = trace;
  const list = trace.stepsOf(task);
  let state: unknown = { state: "ready", since: info.created, step: list.length > 0 ? list.at(0) : undefined };
  for (let i = 0; i < list.length; i++) {
    const step = list.at(i);
    if (steps.readySince(step) <= t && steps.start(step) > steps.readySince(step))
      state = { state: "ready", since: steps.readySince(step), step };
    if (steps.start(step) <= t && steps.end(step) > steps.start(step))
      state = { state: "running", since: steps.start(step), step };
    if (steps.end(step) <= t) state = { state: "waiting", since: steps.end(step), step };
  }
  const last = list.length > 0 ? list.at(list.length - 1) : undefined;
  return info.ended !== undefined && info.ended <= t ? { state: "done", since: info.ended, step: last } : state;
}

interface PlainVisit {
  readonly site: Site;
  readonly key: string;
  readonly task: TaskId;
  readonly from: number;
  readonly to: number;
  readonly waiting: number;
  readonly ready: number;
}

/** Visit by visit: a visit is a step at a site and those after it that continue it. */
function plainVisits(trace: Trace): readonly PlainVisit[] {
  const visits: PlainVisit[] = [];
  const { steps } = trace;
  for (const task of trace.tasks) {
    const list = trace.stepsOf(task.id);
    const all = Array.from({ length: list.length }, (_, i) => list.at(i));
    for (let i = 0; i < all.length; i++) {
      const first = all[i] ?? 0;
      const point = trace.awaitSite(steps.node(first));
      if (point === undefined) continue;
      let waiting = 0;
      let ready = 0;
      let to = 0;
      for (; ; i++) {
        const next = all[i + 1];
        const began = steps.end(all[i] ?? 0);
        if (next === undefined) {
          to = task.ended ?? trace.end;
          waiting += to - began;
          break;
        }
        waiting += steps.readySince(next) - began;
        ready += steps.start(next) - steps.readySince(next);
        to = steps.start(next);
        if (!steps.continues(next)) break;
      }
      const { site } = point;
      const key = `${point.kind} ${JSON.stringify(site)}`;
      visits.push({ site, key, task: task.id, from: steps.end(first), to, waiting, ready });
    }
  }
  return visits;
}

type Span = readonly [from: number, to: number];

function seen(visits: Visits, task: TaskId, from: number, to: number, apart: number): readonly Span[] {
  const spans: Span[] = [];
  visits.forEachIn(task, from, to, apart, (begin, end) => spans.push([begin, end]));
  return spans;
}

/** Those that follow each other soon, as one. */
function merged(spans: readonly Span[], apart: number): readonly Span[] {
  const result: Span[] = [];
  for (const [from, to] of spans) {
    const last = result.at(-1);
    if (last !== undefined && from - last[1] <= apart) result[result.length - 1] = [last[0], to];
    else result.push([from, to]);
  }
  return result;
}

function plainStats(trace: Trace): { readonly key: string; readonly sums: readonly number[] }[] {
  const visits = plainVisits(trace);
  return [...new Set(visits.map((visit) => visit.key))].map((key) => {
    const here = visits.filter((visit) => visit.key === key);
    const sum = (of: (visit: (typeof here)[number]) => number): number => here.reduce((n, visit) => n + of(visit), 0);
    return {
      key,
      sums: [
        here.length,
        sum((visit) => visit.to - visit.from),
        Math.max(...here.map((visit) => visit.to - visit.from)),
        sum((visit) => visit.waiting),
        sum((visit) => visit.ready),
        new Set(here.map((visit) => visit.task)).size,
      ],
    };
  });
}
