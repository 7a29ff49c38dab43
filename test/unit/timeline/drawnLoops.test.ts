import assert from "node:assert/strict";
import { loopTop } from "../../../media/timeline/layout";
import type { Model } from "../../../media/timeline/model";
import { xToTime } from "../../../media/timeline/viewport";
import { drawn, modelOf, textsOf, type Mark } from "../../fixtures/drawLog";
import { MS } from "../../fixtures/notation";
import { draw, taskNamed } from "../../fixtures/reading";

const trace = draw(`
  main:  ##........########x
  other:   +####.........#x
  loop 2: other
`);

/** What is drawn in a loop's lane, beside its steps or where they are. */
function inLoop(model: Model, marks: readonly Mark[], i: number, where: "label" | "plot"): readonly Mark[] {
  const { plot, loopHeight } = model.layout;
  const top = loopTop(model.layout, i);
  const isThere = ({ x0 }: Mark): boolean => (where === "label" ? x0 < plot.left : x0 >= plot.left);
  return marks.filter((mark) => isThere(mark) && mark.y0 >= top - 1 && mark.y1 <= top + loopHeight);
}

/** Where the marks of a colour are, in columns. */
function columnsOf(model: Model, marks: readonly Mark[], color: string): readonly (readonly [number, number])[] {
  const column = (x: number): number => Math.max(0, Math.round(xToTime(model.view, x) / MS));
  return marks
    .filter((mark) => mark.color === color && mark.what === "rect")
    .map(({ x0, x1 }) => [column(x0), column(x1)]);
}

describe("Of two event loops", () => {
  it("each has its number, how busy it was, and its thread, beside its lane", () => {
    const model = modelOf(trace, 1200);
    const marks = drawn(model);
    const labels = [0, 1].map((i) => textsOf(inLoop(model, marks, i, "label")).join(" · "));
    assert.deepEqual(labels, ["Event loop 1 · 56 % busy · MainThread", "Event loop 2 · 28 % busy · Thread-2"]);
  });

  it("each has its own steps in its lane, and only these", () => {
    const model = modelOf(trace);
    const marks = drawn(model);
    const runs = [0, 1].map((i) => columnsOf(model, inLoop(model, marks, i, "plot"), "running"));
    assert.deepEqual(runs, [
      [
        [0, 2],
        [10, 18],
      ],
      [
        [3, 7],
        [16, 17],
      ],
    ]);
  });

  it("only that of the task that is pointed at shows which steps were its own", () => {
    const model = modelOf(trace);
    model.hover = { kind: "task", task: taskNamed(trace, "other").id };
    const marks = drawn(model);
    assert.deepEqual(columnsOf(model, inLoop(model, marks, 0, "plot"), "focus"), []);
    assert.deepEqual(columnsOf(model, inLoop(model, marks, 1, "plot"), "focus"), [
      [3, 7],
      [16, 17],
    ]);
  });
});

describe("An event loop alone", () => {
  it("is not numbered, and does without its thread", () => {
    const model = modelOf(draw("main: ##........##########x"), 1200);
    assert.deepEqual(textsOf(inLoop(model, drawn(model), 0, "label")), ["Event loop", "60 % busy"]);
  });
});
