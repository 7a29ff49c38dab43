import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  awaitStats,
  summarize,
  taskLanes,
  TraceDecoder,
  TraceError,
  TraceMirror,
  TraceReader,
  visitsOf,
  type StepLane,
  type Trace,
} from "../../../extension/trace";
import { traceBytes } from "../../fixtures/arbitrary";
import { rows, TraceWriter } from "../../fixtures/writer";

const TIMEOUT_MS = 60_000;

/** Everything a page asks while it draws, and what it tells. */
function factsOf(trace: Trace): unknown {
  const { steps } = trace;
  const moments = Array.from({ length: 9 }, (_, i) => (i * trace.end) / 8);
  const lane = (list: StepLane): unknown => [
    Array.from({ length: list.length }, (_, i) => list.at(i)),
    list.running(0, list.length),
    list.ready(1, list.length),
    list.running(list.length >> 1, list.length - 1),
    list.slow,
    list.density?.resolution,
    moments.map((t) => [list.density?.runningBefore(t), list.density?.readyBefore(t)]),
  ];
  return {
    summary: summarize(trace),
    end: trace.end,
    steps: Array.from({ length: steps.length }, (_, i) => [
      [steps.task(i), steps.loop(i), steps.start(i), steps.end(i), steps.readySince(i)],
      [steps.waker(i), steps.node(i), steps.continues(i), steps.awaits(i), trace.blockedAt(i)],
    ]),
    tasks: trace.tasks.map(({ id }) => lane(trace.stepsOf(id))),
    loops: trace.loops.map(({ id }) => [
      lane(trace.stepsOfLoop(id)),
      Array.from({ length: trace.idlesOf(id).length }, (_, i) => [
        trace.idlesOf(id).start(i),
        trace.idlesOf(id).end(i),
      ]),
      moments.map((t) => [trace.pressureOf(id)?.depth(0, t), trace.pressureOf(id)?.lag(0, t)]),
    ]),
    groups: trace.groups.map(({ id, ended, outcome, criticalMember }) => [id, ended, outcome, criticalMember]),
    lanes: taskLanes(trace),
    visits: awaitStats(trace).map(({ site }) => visitsOf(trace, site).list()),
  };
}

/** The trace as a page holds it that is told of it every so many bytes. */
function mirrored(bytes: Uint8Array, sizes: readonly number[]): TraceMirror {
  const decoder = new TraceDecoder();
  const mirror = new TraceMirror();
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = 1 + (sizes[i % sizes.length] ?? 0);
    try {
      decoder.push(bytes.subarray(at, at + size));
    } catch (error) {
      assert.ok(error instanceof TraceError);
      at = bytes.length;
    }
    // Not after every push: a delta may hold any number of blocks.
    if (i % 3 !== 1) decoder.take().forEach((delta) => mirror.apply(delta));
    at += size;
  }
  decoder.take().forEach((delta) => mirror.apply(delta));
  return mirror;
}

function readSome(bytes: Uint8Array): Trace {
  const reader = new TraceReader();
  try {
    reader.push(bytes);
  } catch (error) {
    assert.ok(error instanceof TraceError);
  }
  return reader.trace;
}

const sizes = fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 6 });

describe("A trace told of by a worker", function () {
  this.timeout(TIMEOUT_MS);

  it("is the trace as read, however often it is told of", () => {
    fc.assert(
      fc.property(traceBytes(), sizes, (bytes, some) => {
        const { trace } = mirrored(bytes, some);
        assert.deepEqual(factsOf(trace), factsOf(readSome(bytes)));
      }),
      { numRuns: 150 },
    );
  });

  it("is as much of a damaged one as was read", () => {
    fc.assert(
      fc.property(traceBytes(), sizes, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, some, at, change) => {
        const damaged = bytes.slice();
        damaged[at % bytes.length] = (damaged[at % bytes.length] ?? 0) ^ change;
        assert.deepEqual(factsOf(mirrored(damaged, some).trace), factsOf(readSome(damaged)));
      }),
      { numRuns: 300 },
    );
  });

  it("is the same over many chunks, long waits and crowded lanes", () => {
    const writer = new TraceWriter()
      .header()
      .define({ k: "loop", id: 1, thread: "Main", class: "Loop", t: 0 })
      .tasks({ task: 1 }, { task: 2 }, { task: 3 });
    const random = numbers(7);
    let sequence = 1;
    for (let block = 0; block < 35; block++) {
      const many = Array.from({ length: 4000 }, () => [
        ...(random() < 0.001 ? [rows.idle(4_000_000_000)] : []),
        rows.step(
          random() < 0.1 ? 0 : 1 + Math.floor(random() * 3),
          random() * (random() < 0.001 ? 4e9 : 5e4),
          random() * 1e5,
        ),
      ]).flat();
      writer.steps(1, sequence, block * 1_000, many);
      sequence += 4000;
    }
    const bytes = writer.bytes();
    assert.deepEqual(factsOf(mirrored(bytes, [90_000, 1, 131_072]).trace), factsOf(readSome(bytes)));
  });

  it("has ended when the page says so", () => {
    const mirror = mirrored(new TraceWriter().header().bytes(), [8]);
    assert.equal(mirror.trace.truncated, false);
    mirror.finish();
    assert.equal(mirror.trace.truncated, true);
  });
});

function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}
