import assert from "node:assert/strict";
import * as fc from "fast-check";
import { readTrace, TraceError, TraceReader, type Trace } from "../../../extension/trace";
import {
  atOnce,
  NoEffect,
  projectedTrace,
  whatIfNow,
  type Change,
  type Lines,
  type WhatIf,
} from "../../../extension/whatif";
import { traceBytes } from "../../fixtures/arbitrary";
import { rows, TraceWriter, WAKER, type StepRow } from "../../fixtures/writer";

const RUNS = 200;
const TIMEOUT_MS = 60_000;
const SITES = 3;
const lines = (line: number): Lines => ({ file: "/app.py", line, endLine: line, column: undefined });

interface Wait {
  /** Nanoseconds. */
  readonly run: number;
  readonly wait: number;
  readonly line: number;
}

const wait = fc.record({
  run: fc.integer({ min: 1, max: 1_000 }),
  wait: fc.integer({ min: 0, max: 50_000_000 }),
  line: fc.integer({ min: 1, max: SITES }),
});
/** What each of some tasks does, that have nothing to do with each other. */
const tasks = fc.array(fc.array(wait, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 });

/** As a loop would run them. */
function run(all: readonly (readonly Wait[])[]): Trace {
  const writer = new TraceWriter().header();
  writer.define(
    { k: "loop", id: 1, thread: "MainThread", class: "loop", t: 0 },
    { k: "file", id: 1, path: "/app.py", user: true },
    { k: "code", id: 1, file: 1, name: "work", line: 9, is: "coroutine" },
    ...Array.from({ length: SITES }, (_, i) => ({ k: "node", id: i + 1, parent: 0, code: 1, line: i + 1 })),
  );
  writer.tasks(...all.map((_, i) => ({ task: i + 1, code: 1 })));
  const next = all.map((_, task) => ({ task, i: 0, ready: 0 }));
  const steps: StepRow[] = [];
  let clock = 0;
  for (;;) {
    next.sort((a, b) => a.ready - b.ready || a.task - b.task);
    const one = next[0];
    if (one === undefined) break;
    if (one.ready > clock) steps.push(rows.idle(one.ready - clock));
    clock = Math.max(clock, one.ready);
    const { run: ran, wait: waited, line } = all[one.task]![one.i] ?? { run: 1, wait: 0, line: 0 };
    steps.push(rows.step(one.task + 1, ran, clock - one.ready, one.i === 0 ? WAKER.unknown : WAKER.timer, line));
    clock += ran;
    if (one.i < all[one.task]!.length) {
      one.i += 1;
      one.ready = clock + waited;
    } else {
      steps.push(rows.ended(one.task + 1, "returned"));
      next.shift();
    }
  }
  writer.steps(1, 1, 0, steps);
  return readTrace(writer.end(clock).bytes());
}

/** undefined: the change has no effect. */
function ask(trace: Trace, change: Change): WhatIf | undefined {
  try {
    return whatIfNow(trace, [change]);
  } catch (error) {
    assert.ok(error instanceof NoEffect, String(error));
    return undefined;
  }
}

describe("what if, of any tasks that have nothing to do with each other", function () {
  this.timeout(TIMEOUT_MS);

  it("without a change everything is as it was", () => {
    fc.assert(
      fc.property(tasks, (all) => {
        const trace = run(all);
        const { projected, simulation } = whatIfNow(trace, []);
        assert.equal(projected, trace.end);
        for (let step = 0; step < trace.steps.length; step++)
          assert.equal(simulation.start[step], trace.steps.start(step));
      }),
      { numRuns: RUNS },
    );
  });

  it("what is faster makes nothing slower, but for the moments in which they now meet", () => {
    const percent = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(tasks, percent, (all, less) => {
        const trace = run(all);
        const result = ask(trace, { kind: "faster", lines: lines(1), percent: less });
        const busy = all.flat().reduce((sum, one) => sum + one.run + 1, 0);
        if (result !== undefined) assert.ok(result.projected <= trace.end + busy, result.headline);
      }),
      { numRuns: RUNS },
    );
  });

  it("no awaits that begin together take longer than one after the other", () => {
    fc.assert(
      fc.property(tasks, (all) => {
        const trace = run(all);
        const result = ask(trace, { kind: "concurrent", lines: [lines(2)] });
        const busy = all.flat().reduce((sum, one) => sum + one.run + 1, 0);
        if (result !== undefined) assert.ok(result.projected <= trace.end + busy, result.headline);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("what if, of any trace", function () {
  this.timeout(TIMEOUT_MS);

  it("gives an answer that is a trace, or says why not", () => {
    fc.assert(
      fc.property(traceBytes(), fc.integer({ min: 1, max: 20 }), (bytes, line) => {
        const reader = new TraceReader();
        try {
          reader.push(bytes);
          reader.finish();
        } catch (error) {
          assert.ok(error instanceof TraceError);
        }
        const { trace } = reader;
        const [file] = trace.files();
        const where = { file: file?.path ?? "", line: 1, endLine: line, column: undefined };
        const changes: readonly Change[] = [
          { kind: "faster", lines: where, percent: 50 },
          { kind: "concurrent", lines: [where] },
          { kind: "unblock", lines: where },
          { kind: "limit", lines: where, limit: 1 },
        ];
        for (const change of changes) {
          const result = ask(trace, change);
          if (result === undefined) continue;
          assert.ok(result.projected >= 0 && Number.isFinite(result.projected), result.headline);
          const projected = readTrace(atOnce(projectedTrace(result)));
          assert.equal(projected.header?.whatIf?.headline, result.headline);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
