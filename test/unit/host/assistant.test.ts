/** What a language model may say to us, and how much it is told. */
import assert from "node:assert/strict";
import { explain } from "../../../extension/assistant/explain";
import { readTraceInput } from "../../../extension/assistant/input";
import { summarizeFound, type Finding, type FoundSummary } from "../../../extension/insights";
import { draw } from "../../fixtures/reading";

describe("what a language model asks for", () => {
  it("is a file, with arguments and a time where it wants", () => {
    assert.deepEqual(readTraceInput({ file: "app.py" }), { file: "app.py", args: [], seconds: 60 });
    assert.deepEqual(readTraceInput({ file: "app.py", arguments: ["-v"], seconds: 5, more: 1 }), {
      file: "app.py",
      args: ["-v"],
      seconds: 5,
    });
  });

  for (const input of [undefined, null, "app.py", {}, { file: "" }, { file: 7 }, { file: "a\0b" }])
    it(`must name a file: ${JSON.stringify(input)}`, () => {
      assert.throws(() => readTraceInput(input), /file must be the path/);
    });

  it("must be what it says it is", () => {
    for (const args of ["-v", [1], Array.from({ length: 101 }, () => "x")])
      assert.throws(() => readTraceInput({ file: "a.py", arguments: args }), /arguments must be a list/);
    for (const seconds of [0, 601, "5", NaN])
      assert.throws(() => readTraceInput({ file: "a.py", seconds }), /seconds must be a number from 1 to 600/);
  });
});

describe("what a language model is told", () => {
  const finding: Finding = {
    rule: "exception-lost",
    severity: "warning",
    certainty: "Certain",
    message: "A raised ValueError, which nobody asked for",
    site: undefined,
    tasks: [],
    at: 0,
    cost: 0,
    evidence: [],
    advice: "Await something instead",
  };
  const small = summarizeFound(
    draw(`
      main: #....#x
      A:     #..#!
      A < main
      A raises ValueError: no such page
    `),
    [finding],
  );
  const many = (n: number): FoundSummary => ({
    ...small,
    tasks: Array.from({ length: n }, (_, i) => {
      const pending = i === n - 1;
      return {
        ...small.tasks[0]!,
        id: i + 1,
        name: `Task-${i + 1}`,
        outcome: pending ? "pending" : "returned",
        run_ms: i,
      };
    }),
  });

  it("is the whole summary of a small program", () => {
    const { tasks, ...told } = JSON.parse(explain(small)) as FoundSummary;
    const { tasks: all, ...rest } = small;
    assert.deepEqual(told, rest);
    assert.deepEqual(
      tasks.map(({ name }) => name),
      ["A", "main"],
      "what failed comes first",
    );
    assert.equal(all.length, 2);
  });

  it("is never longer than it may be, keeps what matters and says what is missing", () => {
    for (const limit of [24_000, 3_000]) {
      const text = explain(many(5000), limit);
      assert.ok(text.length <= limit);
      const told = JSON.parse(text) as FoundSummary & { readonly omitted: { readonly tasks: number } };
      assert.equal(told.tasks[0]?.name, "Task-5000", "it never ended");
      assert.equal(told.tasks[1]?.name, "Task-4999", "it took longest");
      assert.equal(told.tasks.length + told.omitted.tasks, 5000);
    }
    assert.ok(explain(many(5000), 200).length <= 200);
  });

  it("has no text longer than a few lines, whatever the trace holds", () => {
    const [task] = small.tasks;
    const text = explain({ ...small, tasks: [{ ...task!, name: "x".repeat(100_000) }] });
    assert.ok(text.length < 3000);
  });
});
