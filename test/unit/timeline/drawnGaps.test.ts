import assert from "node:assert/strict";
import type { Trace } from "../../../extension/trace";
import { timeToX } from "../../../media/timeline/viewport";
import { drawn, modelOf, textsOf, type Mark } from "../../fixtures/drawLog";
import { MS } from "../../fixtures/notation";
import { draw } from "../../fixtures/reading";

/** The last step before that ended in the second column; a gap ends where it is told of. */
function withLoss(...losses: readonly string[]): Trace {
  return draw(["main: ##.................##x", ...losses].join("\n"));
}

const lost = (count: number, t: number, what = "steps"): string => JSON.stringify({ k: "lost", count, what, t });

/** Slanted lines from the loops' lanes to the foot. */
function stripes(marks: readonly Mark[]): readonly Mark[] {
  return marks.filter(
    ({ what, color, x0, x1, y0, y1 }) =>
      what === "line" && color === "dim" && x1 - x0 > 100 && Math.abs(x1 - x0 - (y1 - y0)) < 1,
  );
}

const said = (marks: readonly Mark[]): readonly string[] => textsOf(marks).filter((text) => text.endsWith(" lost"));

describe("Where events were lost", () => {
  it("it is hatched, with exactly how many there were", () => {
    const model = modelOf(withLoss(lost(1_234_567, 12)));
    const marks = drawn(model);
    assert.deepEqual(said(marks), [EXACT]);
    const [x0, x1] = [timeToX(model.view, 2 * MS), timeToX(model.view, 12 * MS)];
    const all = stripes(marks);
    assert.ok(all.length > (x1 - x0) / 20, String(all.length));
    assert.ok(all.every((stripe) => stripe.x1 > x0 - 1 && stripe.x0 < x1 + 1));
    const [words] = marks.filter(({ text }) => text === EXACT);
    assert.ok(words !== undefined && words.x0 > x0 && words.x1 < x1, "words within");
  });

  it("what was lost in one gap is one sum, and bytes are not counted besides the events in them", () => {
    const marks = drawn(modelOf(withLoss(lost(1000, 9), lost(7, 12, "tasks"), lost(999_999, 12, "bytes"))));
    assert.deepEqual(said(marks), ["1,007 events lost"]);
  });

  it("one event is one", () => {
    assert.deepEqual(said(drawn(modelOf(withLoss(lost(1, 12))))), ["1 event lost"]);
  });

  it("a narrow gap is hatched and has no words", () => {
    const model = modelOf(withLoss(lost(1_234_567, 3)));
    const marks = drawn(model);
    assert.deepEqual(said(marks), []);
    assert.ok(stripes(marks).length > 0);
  });

  it("nothing is hatched where nothing was lost", () => {
    assert.deepEqual(stripes(drawn(modelOf(withLoss()))), []);
  });
});

const EXACT = "1,234,567 events lost";
