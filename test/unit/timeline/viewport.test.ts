import assert from "node:assert/strict";
import fc from "fast-check";
import {
  clamp,
  ensureVisible,
  fit,
  follow,
  panBy,
  timeToX,
  xToTime,
  zoomAt,
  type Span,
  type Viewport,
} from "../../../media/timeline/viewport";

const SECOND = 1e9;
const extent: Span = { from: 2 * SECOND, to: 12 * SECOND };

const viewports: fc.Arbitrary<Viewport> = fc
  .record({
    start: fc.double({ min: 0, max: 0.9, noNaN: true }),
    share: fc.double({ min: 1e-6, max: 0.5, noNaN: true }),
  })
  .map(({ start, share }) => {
    const length = (extent.to - extent.from) * share;
    const from = extent.from + (extent.to - extent.from) * start;
    return { from, to: from + length, left: 200, width: 800 };
  });

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${String(actual)} is not ${String(expected)}`);
}

describe("A viewport", () => {
  it("turns pixels into times and back", () => {
    fc.assert(
      fc.property(viewports, fc.double({ min: 0, max: 1000, noNaN: true }), (view, x) => {
        near(timeToX(view, xToTime(view, x)), x, 1e-2);
      }),
    );
  });

  it("keeps the time under the pointer there while zooming inside of the trace", () => {
    fc.assert(
      fc.property(viewports, fc.double({ min: 300, max: 900, noNaN: true }), (view, x) => {
        const before = xToTime(view, x);
        const after = { ...view, ...zoomAt(view, 1.5, x, extent) };
        near(timeToX(after, before), x, (view.to - view.from) / 1e6);
      }),
    );
  });

  it("never leaves the trace and never turns inside out, whatever is done to it", () => {
    const deeds = fc.array(
      fc.record({
        zoom: fc.double({ min: 0.01, max: 100, noNaN: true }),
        x: fc.double({ min: 200, max: 1000, noNaN: true }),
        pan: fc.double({ min: -5000, max: 5000, noNaN: true }),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(viewports, deeds, (start, all) => {
        let view = start;
        for (const { zoom, x, pan } of all) {
          view = { ...view, ...zoomAt(view, zoom, x, extent) };
          view = { ...view, ...panBy(view, pan, extent) };
          const air = (view.to - view.from) * 0.03;
          assert.ok(view.to > view.from);
          assert.ok(view.from >= extent.from - air - (fit(extent).to - extent.to) && view.from < extent.to);
          assert.ok(view.to <= extent.to + air + (fit(extent).to - extent.to) && view.to > extent.from);
        }
      }),
    );
  });

  it("shows a fitted span whole, with air on both sides", () => {
    const window = fit(extent);
    assert.ok(window.from < extent.from && window.to > extent.to);
    near(window.to - window.from, (extent.to - extent.from) * 1.04, 1);
  });

  it("cannot be zoomed out beyond the whole trace", () => {
    const view = { ...fit(extent), left: 0, width: 100 };
    assert.deepEqual(zoomAt(view, 0.1, 50, extent), fit(extent));
    assert.deepEqual(clamp({ from: -100 * SECOND, to: 100 * SECOND }, extent), fit(extent));
  });

  it("follows the end of the trace at the same zoom", () => {
    const window = follow({ from: 3 * SECOND, to: 4 * SECOND }, extent);
    near(window.to - window.from, SECOND, 1e-3);
    assert.ok(window.to > extent.to && window.to < extent.to + 0.1 * SECOND);
  });

  it("moves no further than needed to bring a span into view", () => {
    const window = { from: 4 * SECOND, to: 6 * SECOND };
    assert.equal(ensureVisible(window, { from: 4.5 * SECOND, to: 5 * SECOND }, extent), window);
    const later = ensureVisible(window, { from: 6 * SECOND, to: 6.5 * SECOND }, extent);
    near(later.to, 6.6 * SECOND, 1);
    const earlier = ensureVisible(window, { from: 3 * SECOND, to: 3.5 * SECOND }, extent);
    near(earlier.from, 2.9 * SECOND, 1);
  });

  it("that is inside of a long span is left alone", () => {
    const window = { from: 4 * SECOND, to: 6 * SECOND };
    assert.equal(ensureVisible(window, extent, extent), window);
  });
});
