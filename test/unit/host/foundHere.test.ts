import assert from "node:assert/strict";
import { findingLenses, findingStory, titleOf, type PlacedFinding } from "../../../extension/inline/foundHere";
import type { Finding } from "../../../extension/insights";
import { parseView } from "../../../extension/traceView";
import { RULES } from "../../../extension/insights";
import { TraceReader } from "../../../extension/trace";
import { draw } from "../../fixtures/reading";

const trace = draw("A: #....#x\nA awaits sleep @3:4-20");
const site = { file: "/project/app.py", line: 3, column: 4, endLine: 3, endColumn: 20 };

function found(over: Partial<Finding> = {}, line = 2): PlacedFinding {
  const finding: Finding = {
    rule: "blocked-loop",
    severity: "warning",
    certainty: "Measured",
    message: "time.sleep() held the loop for 0.4 s",
    site,
    tasks: [1],
    at: 1e6,
    cost: 4e8,
    evidence: [],
    advice: "Await something instead",
    ...over,
  };
  return { site, finding, line, endLine: line };
}

describe("findings at their lines", () => {
  it("are one lens a line, the first of them in words, with its rule and a way to the timeline", () => {
    const lenses = findingLenses([found(), found({ rule: "starved" }), found({}, 7)], trace);
    assert.deepEqual(
      lenses.map(({ line, title }) => `${line}: ${title}`),
      [
        "2: $(warning) blocked-loop: time.sleep() held the loop for 0.4 s · 1 more",
        "7: $(warning) blocked-loop: time.sleep() held the loop for 0.4 s",
      ],
    );
    // The timeline takes it for a view, and what was found lies within.
    const view = parseView(lenses[0]?.view);
    assert.ok(view !== undefined && view.from < 1e6 && view.to > 4e8 && view.chosen?.kind === "task");
  });

  it("say what is so now without for how long, which would be old when it is read, and the whole when it is over", () => {
    const reader = new TraceReader();
    const finding = found({ message: "held for 2 s now", ongoing: "holds the loop; 3 other tasks cannot run" });
    const [lens] = findingLenses([finding], reader.trace);
    assert.equal(lens?.title, "$(warning) blocked-loop now: holds the loop; 3 other tasks cannot run");
    reader.finish();
    assert.equal(findingLenses([finding], reader.trace)[0]?.title, "$(warning) blocked-loop: held for 2 s now");
  });

  it("have no lens where they are hints, which are not worth moving the code", () => {
    assert.deepEqual(findingLenses([found({ severity: "hint" })], trace), []);
  });

  it("say why it matters and what to do, of each rule", () => {
    for (const { id, explanation } of RULES) {
      const story = findingStory(found({ rule: id }), trace);
      assert.ok(story.includes("Show in timeline](command:awaitscope.showVisit?"), id);
      assert.ok(story.length > explanation.fix.length, id);
    }
  });

  it("say what of the evidence has no line to lead to", () => {
    const evidence = [{ label: "waiting: ▁▃█" }, { label: "held at app.py:3", site }, { label: "[x](command:evil)" }];
    const story = findingStory(found({ evidence }), trace);
    assert.ok(story.includes("- waiting&#58; ▁▃█\n- "), story);
    assert.ok(!story.includes("held at") && !story.includes("](command:evil)"));
  });

  it("make no icons, links or lines of what a trace says", () => {
    const evil = found({ message: `$(zap) [x](command:evil)\n\n**b** ${"long ".repeat(200)}` });
    assert.ok(!titleOf(evil.finding, trace).includes("$(zap)"));
    assert.ok(!titleOf(evil.finding, trace).includes("\n") && titleOf(evil.finding, trace).length < 150);
    assert.ok(!findingStory(evil, trace).includes("command:evil"));
  });

  it("lead somewhere also when they are at no time and cost nothing, or more than there was", () => {
    for (const over of [{ at: 0, cost: 0, tasks: [] }, { cost: 1e18 }]) {
      assert.notEqual(parseView(findingLenses([found(over)], trace)[0]?.view), undefined);
    }
  });
});
