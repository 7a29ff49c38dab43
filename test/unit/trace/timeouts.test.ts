import assert from "node:assert/strict";
import { timeoutAround, timeoutWords, whereItStands } from "../../../extension/trace";
import { draw, taskNamed } from "../../fixtures/reading";

describe("The timeout around a wait", () => {
  const trace = draw(`
    A: #...#..#....#...#x
    B: .#....
    {"k": "group", "id": 1, "kind": "timeout", "owner": "A", "timeout": 0.05, "deadline": 55, "t": 5}
    {"k": "group", "id": 2, "kind": "timeout", "owner": "A", "deadline": 28, "t": 8}
    {"k": "group_ended", "group": 2, "outcome": "returned", "t": 12.5}
    {"k": "group_ended", "group": 1, "outcome": "returned", "t": 16.5}
    {"k": "group", "id": 3, "kind": "timeout", "owner": "B", "t": 2}
  `);
  const around = (name: string, i: number): number | undefined =>
    timeoutAround(trace, trace.stepsOf(taskNamed(trace, name).id).at(i))?.id;

  it("is the one that falls due first, of those its task has begun and not left", () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((i) => around("A", i)),
      [undefined, 1, 2, 1, undefined],
    );
  });

  it("is none without a deadline", () => {
    assert.equal(around("B", 0), undefined);
    assert.deepEqual(trace.timeoutsOf(taskNamed(trace, "B").id).length, 1);
    assert.deepEqual(trace.timeoutsOf(999), []);
  });

  it("is said with its length, where that is not given by its deadline", () => {
    assert.deepEqual(trace.timeoutsOf(taskNamed(trace, "A").id).map(timeoutWords), [
      "within a timeout of 50 ms",
      "within a timeout of 20 ms",
    ]);
  });

  it("is said of a task that waits at the end", () => {
    const hangs = draw(`
      A: #....
      A awaits event @3:4-20
      {"k": "group", "id": 1, "kind": "timeout", "owner": "A", "timeout": 2, "deadline": 2001, "t": 1.1}
    `);
    const words = whereItStands(hangs, taskNamed(hangs, "A").id) ?? [];
    assert.equal(
      words.map((part) => (typeof part === "string" ? part : "site" in part ? `line ${part.site.line}` : "")).join(""),
      "waits for event at line 3, within a timeout of 2.0 s",
    );
  });

  it("is found among very many at once", () => {
    const lines = Array.from(
      { length: 2000 },
      (_, i) =>
        `{"k": "group", "id": ${i + 1}, "kind": "timeout", "owner": "A", "deadline": ${9000 - i}, "t": ${1 + i / 1000}}`,
    );
    const many = draw(`\nA: #...#\n${lines.join("\n")}\n`);
    assert.equal(timeoutAround(many, many.stepsOf(taskNamed(many, "A").id).at(0))?.id, 2000);
  });
});
