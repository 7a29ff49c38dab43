import assert from "node:assert/strict";
import * as fc from "fast-check";
import { firstWoken, originalWaker, originalWakerStep, readTrace, type Trace } from "../../../extension/trace";
import { traceBytes } from "../../fixtures/arbitrary";
import { draw, taskNamed } from "../../fixtures/reading";
import { rows, TraceWriter, WAKER, type StepRow } from "../../fixtures/writer";

const RUNS = 500;

/** As the words say it: the first step whose waker it is. */
function firstBySearching(trace: Trace, from: number): number | undefined {
  for (let step = from + 1; step < trace.steps.length; step++) {
    const waker = originalWaker(trace, step);
    if (trace.steps.task(step) !== 0 && waker.kind === "step" && waker.step === from) return step;
  }
  return undefined;
}

/** Two tasks' steps, with so many others between them, and one that the first woke. */
function farApart(between: number): Trace {
  const others: readonly StepRow[] = Array.from({ length: between }, () => rows.step(1, 1, 0, WAKER.io));
  const writer = new TraceWriter().header().tasks({ task: 1 }, { task: 2 });
  return readTrace(writer.steps(1, 1, 0, [rows.step(1, 1), ...others, rows.step(2, 1, 0, between + 1)]).bytes());
}

describe("What a step woke", () => {
  it("is the first step whose waker it is, in any trace", () => {
    fc.assert(
      fc.property(traceBytes(), (bytes) => {
        const trace = readTrace(bytes);
        for (let step = 0; step < trace.steps.length; step++) {
          if (trace.steps.task(step) === 0) continue;
          assert.equal(firstWoken(trace, step), firstBySearching(trace, step));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("is found however much was done in between", () => {
    const between = 150_000;
    assert.equal(firstWoken(farApart(between), 0), between + 1);
  });

  it("is found through callbacks that only pass the wake on", () => {
    const passed = [rows.step(1, 1), rows.callback(1, 0, 1), rows.callback(1, 0, 1), rows.step(2, 1, 0, 1)];
    const trace = readTrace(new TraceWriter().header().tasks({ task: 1 }, { task: 2 }).steps(1, 1, 0, passed).bytes());
    assert.equal(firstWoken(trace, 0), 3);
    assert.equal(originalWakerStep(trace, 3), 0);
  });

  it("is nothing where the task only ran", () => {
    const trace = draw(`
      A: #..#x
      A woken io
    `);
    assert.equal(firstWoken(trace, trace.stepsOf(taskNamed(trace, "A").id).at(0)), undefined);
  });
});
