import assert from "node:assert/strict";
import type { Trace } from "../../../extension/trace";
import { findingsOf } from "../../fixtures/finding";
import { draw } from "../../fixtures/reading";

/** Each of A to D, 2 to 5 of them, holds a lock for 51 ms; those who come later wait for all before them. */
function turnsOf(names: readonly string[], kind: string, end = 260): Trace {
  const lanes = names.map((name, i) => {
    // The column in which it holds the lock and goes to sleep; the first one does in its first step.
    const taken = i === 0 ? 1 : 3 + 52 * i;
    const line = i === 0 ? "" : `#${".".repeat(taken - i - 2)}`;
    return `${name}:    ${" ".repeat(i + 1)}${line}#${".".repeat(i === 0 ? 52 : 50)}#x`;
  });
  return draw(
    [
      `main: #${".".repeat(end)}#x`,
      ...lanes,
      "main awaits sleep @2",
      ...names.map((name, i) => `${name} awaits ${i === 0 ? "" : `${kind} @11:4-20, `}sleep @12:4-20`),
      "exit 0",
    ].join("\n"),
  );
}

describe("tasks that stand in line at one lock", () => {
  it("are told of with how many waited over time, and who let them go on when", () => {
    const [found, ...others] = findingsOf(turnsOf(["A", "B", "C", "D"], "lock")).filter(
      ({ rule }) => rule === "lock-convoy",
    );
    assert.ok(found !== undefined && others.length === 0);
    assert.equal(found.site?.line, 11);
    const labels = found.evidence.map(({ label }) => label);
    assert.equal(labels[0], "D waited 154 ms");
    assert.equal(labels[1], "waiting from 3.0 ms to 159 ms of the run: ███▆▆▄▃▃, at most 3.0 at once");
    const series = found.evidence[1]?.series?.map(({ count }) => Math.round(count)) ?? [];
    assert.deepEqual([series[0], series[4], series.at(-1)], [3, 2, 1]);
    assert.deepEqual(labels.slice(2), [
      "C let the next go on after the await at app.py:12: once at 158 ms, waited for 154 ms",
      "B let the next go on after the await at app.py:12: once at 106 ms, waited for 103 ms",
      "A let the next go on after the await at app.py:12: once at 54 ms, waited for 52 ms",
    ]);
  });

  it("are nothing to tell of where few waited, or for little of the run", () => {
    const rules = (trace: Trace): readonly string[] => findingsOf(trace).map(({ rule }) => rule);
    assert.deepEqual(rules(turnsOf(["A", "B", "C"], "lock")), []);
    assert.deepEqual(rules(turnsOf(["A", "B", "C", "D"], "lock", 900)), []);
  });

  it("are a hint where it is a limiter, which is there to be waited at", () => {
    const found = findingsOf(turnsOf(["A", "B", "C", "D"], "semaphore"));
    assert.deepEqual(
      found.map(({ rule, severity }) => `${severity} ${rule}`),
      ["hint lock-convoy"],
    );
  });
});
