import assert from "node:assert/strict";
import { taskTop } from "../../../media/timeline/layout";
import type { Model } from "../../../media/timeline/model";
import { timeToX } from "../../../media/timeline/viewport";
import { drawn, laneMarks, modelOf, textsOf, type Mark } from "../../fixtures/drawLog";
import { MS } from "../../fixtures/notation";
import { draw, taskNamed } from "../../fixtures/reading";

const HIGH_CONTRAST = true;

const text = `
  main: ####..............####x
  A:     +++####......++##x
  A < main
`;

/** Whether a mark lies between these columns, to the pixel. */
function spans(model: Model, from: number, to: number): (mark: Mark) => boolean {
  const [x0, x1] = [from, to].map((column) => timeToX(model.view, column * MS)) as [number, number];
  return (mark) => Math.abs(mark.x0 - x0) <= 1 && Math.abs(mark.x1 - x1) <= 1;
}

describe("In high contrast", () => {
  it("each run has a border of its own, which it has not in other themes", () => {
    const model = modelOf(draw(text));
    const borders = (contrast: boolean): readonly Mark[] =>
      laneMarks(model, drawn(model, contrast), "A").filter(({ what, color }) => what === "line" && color === "border");
    assert.equal(borders(false).length, 0);
    const [first, second, ...others] = borders(HIGH_CONTRAST);
    assert.ok(first !== undefined && spans(model, 4, 8)(first), JSON.stringify(first));
    assert.ok(second !== undefined && spans(model, 16, 18)(second), JSON.stringify(second));
    assert.equal(others.length, 0);
  });

  it("a border is round its run, which is still filled", () => {
    const model = modelOf(draw(text));
    const marks = laneMarks(model, drawn(model, HIGH_CONTRAST), "A");
    const runs = marks.filter(({ what, color }) => what === "rect" && color === "running");
    assert.equal(runs.length, 2);
    for (const run of runs)
      assert.ok(
        marks.some(({ color, y0, y1, x0 }) => color === "border" && y0 >= run.y0 && y1 <= run.y1 && x0 >= run.x0),
      );
  });

  it("the chosen task has a border round its whole lane in place of a tint, and no other has", () => {
    const model = modelOf(draw(text));
    const { id } = taskNamed(model.trace, "A");
    model.select({ kind: "task", task: id });
    const top = taskTop(model.layout, model.laneIndex(id) ?? 0);
    const round = (contrast: boolean): readonly Mark[] =>
      drawn(model, contrast).filter(
        ({ what, color, x0, y0 }) => what === "line" && color === "focus" && x0 < 1 && y0 > model.layout.loopsTop,
      );
    assert.equal(round(false).length, 0);
    const [border, ...others] = round(HIGH_CONTRAST);
    assert.equal(others.length, 0);
    assert.ok(border !== undefined && Math.abs(border.y0 - top) < 1 && border.x1 > model.size.width - 1);
  });

  it("how a task ended is drawn as in other themes", () => {
    const model = modelOf(draw(text));
    const caps = (contrast: boolean): readonly Mark[] =>
      laneMarks(model, drawn(model, contrast), "A").filter(({ what, color, x0 }) => {
        return what === "rect" && color === "dim" && x0 >= timeToX(model.view, 18 * MS) - 1;
      });
    assert.equal(caps(HIGH_CONTRAST).length, 1);
    assert.deepEqual(caps(HIGH_CONTRAST), caps(false));
  });
});

describe("A time ready", () => {
  for (const contrast of [false, HIGH_CONTRAST])
    it(`is hatched within an outline${contrast ? ", in high contrast too" : ""}`, () => {
      const model = modelOf(draw(text));
      const marks = laneMarks(model, drawn(model, contrast), "A").filter(spans(model, 1, 4));
      const kinds = marks.map(({ what, color }) => `${color} ${what}`);
      // The hatch is on the background, or a wait's line would be seen through it.
      assert.deepEqual(kinds, ["background rect", "hatch(ready) rect", "ready line"]);
    });

  it("is never a bare colour", () => {
    const marks = drawn(modelOf(draw(text)));
    const plain = marks.filter(({ what, color }) => what === "rect" && color === "ready");
    assert.deepEqual(plain, []);
  });
});

describe("Words on bars", () => {
  it("say what and how long, with few tasks", () => {
    const model = modelOf(draw(text), 1600);
    assert.equal(model.layout.density, "simple");
    const words = textsOf(laneMarks(model, drawn(model), "A"));
    for (const one of ["running 4.00 ms", "ready 3.00 ms", "sleep 6.00 ms"])
      assert.ok(
        words.some((word) => word === one),
        words.join(),
      );
  });

  it("say less where there is less room, and nothing where there is none", () => {
    const model = modelOf(draw(text), 640);
    const narrow = textsOf(laneMarks(model, drawn(model), "A"));
    assert.ok(narrow.includes("running") && !narrow.includes("running 4.00 ms"), narrow.join());
    const none = modelOf(draw(text), 260);
    assert.deepEqual(textsOf(laneMarks(none, drawn(none), "A")), []);
  });

  it("are none in compact lanes, nor are the names beside them", () => {
    const model = modelOf(draw(text), 1600);
    model.setDensity("compact");
    const lanes = model.layout.lanes;
    const marks = drawn(model).filter(({ y0 }) => y0 >= lanes.top);
    assert.ok(marks.some(({ color }) => color === "running"));
    assert.deepEqual(textsOf(marks), []);
  });
});
