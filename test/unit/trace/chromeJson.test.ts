import assert from "node:assert/strict";
import { chromeJson } from "../../../extension/trace";
import { draw } from "../../fixtures/reading";

interface Event {
  readonly name: string;
  readonly ph: string;
  readonly cat?: string;
  readonly ts: number;
  readonly dur: number;
  readonly tid: number;
  readonly id?: number;
}

const trace = draw(`
  main: ##............##x
  A:      +#....#x
  B:       +#.......+#!
  *:           #
  A < main
  B < main
  gather main: A B
  main woken B
  B raises ValueError: no
`);
const document = JSON.parse([...chromeJson(trace)].join("")) as { readonly traceEvents: readonly Event[] };
const events = document.traceEvents;

describe("Chrome JSON", () => {
  it("has every step and callback, each on its task's own track", () => {
    assert.equal(events.filter(({ cat }) => cat === "running").length + 1, trace.steps.length);
    assert.equal(events.filter(({ cat }) => cat === "callback").length, 1);
  });

  it("has no two slices of a track at once, which Perfetto would drop", () => {
    for (const task of trace.tasks) {
      const slices = events.filter(({ ph, tid }) => ph === "X" && tid === task.id).sort((a, b) => a.ts - b.ts);
      slices.forEach((slice, i) => {
        const before = slices[i - 1];
        assert.ok(before === undefined || before.ts + before.dur <= slice.ts + 1e-6);
      });
    }
  });

  it("has a flow from the step that woke a task to the step it ran then", () => {
    const main = trace.tasks.find(({ name }) => name === "main")?.id;
    const ends = events.filter(({ ph, tid }) => ph === "f" && tid === main);
    assert.equal(ends.length, 1);
    const start = events.find(({ ph, id }) => ph === "s" && id === ends[0]?.id);
    assert.equal(start?.tid, trace.tasks.find(({ name }) => name === "B")?.id);
  });

  it("says how each task ended, and which tasks were awaited together", () => {
    assert.deepEqual(
      events.filter(({ ph }) => ph === "i").map(({ name }) => name),
      ["returned", "returned", "raised"],
    );
    assert.equal(events.filter(({ ph, name }) => ph === "b" && name === "gather").length, 1);
  });
});
