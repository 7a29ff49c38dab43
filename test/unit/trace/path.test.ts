import assert from "node:assert/strict";
import * as fc from "fast-check";
import { criticalPath, readTrace, type Trace } from "../../../extension/trace";
import { traceBytes } from "../../fixtures/arbitrary";
import { MS } from "../../fixtures/notation";
import { draw, nameOf, taskNamed } from "../../fixtures/reading";

const path = (trace: Trace, name: string): readonly string[] =>
  criticalPath(trace, taskNamed(trace, name).id).map(
    ({ task, state, from, to }) => `${nameOf(trace, task) ?? ""} ${state} ${String((to - from) / MS)}`,
  );

describe("The critical path", () => {
  it("of a task alone is what it did", () => {
    const trace = draw("main: ##....++##x");
    assert.deepEqual(path(trace, "main"), ["main running 2", "main waiting 4", "main ready 2", "main running 2"]);
  });

  it("goes through the member of a gather that ended last", () => {
    const trace = draw(`
      main: ##............##x
      A:      +#....#x
      B:       +#.......+#x
      A < main
      B < main
      gather main: A B
      main woken B
    `);
    const parts = path(trace, "main");
    assert.ok(parts.includes("B waiting 7"), parts.join());
    assert.ok(!parts.some((part) => part.startsWith("A")), parts.join());
  });

  it("leaves no gap between a task's creation and its end", () => {
    fc.assert(
      fc.property(traceBytes(), (bytes) => {
        const trace = readTrace(bytes);
        for (const task of trace.tasks) {
          const parts = criticalPath(trace, task.id);
          let t = parts[0]?.from ?? task.ended ?? trace.end;
          for (const part of parts) {
            assert.equal(part.from, t);
            assert.ok(part.to > part.from);
            t = part.to;
          }
          assert.equal(t, Math.max(task.ended ?? trace.end, parts[0]?.from ?? 0));
        }
      }),
      { numRuns: 100 },
    );
  });
});
