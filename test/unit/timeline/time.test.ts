import assert from "node:assert/strict";
import fc from "fast-check";
import { formatTime, momentsOf, roundStep, ticks } from "../../../media/timeline/time";

describe("Times", () => {
  it("are as exact as the pixels", () => {
    assert.equal(formatTime(1_234_560_000, 1_000), "1.234560 s");
    assert.equal(formatTime(1_234_560_000, 100e6), "1.2 s");
    assert.equal(formatTime(20_500, 100, 30_000), "20.5 µs");
  });
});

describe("The ruler", () => {
  it("has round steps: 1, 2, 5 and their tens, then minutes", () => {
    assert.deepEqual([3, 11, 21, 6e6, 40e9, 51e9, 100e9].map(roundStep), [5, 20, 50, 1e7, 50e9, 60e9, 120e9]);
  });

  it("names its ticks in one unit", () => {
    const labels = ticks(0, { from: 0, to: 1e9 }, 600, 100).map((tick) => tick.label);
    assert.deepEqual(labels, ["0", "0.2 s", "0.4 s", "0.6 s", "0.8 s", "1.0 s"]);
  });

  it("never has ticks closer than asked for, outside of the window, or with the same label", () => {
    const windows = fc.tuple(fc.integer({ min: 0, max: 1e13 }), fc.integer({ min: 500, max: 1e13 }));
    fc.assert(
      fc.property(windows, ([from, length]) => {
        const all = ticks(0, { from, to: from + length }, 900, 90);
        assert.ok(all.length <= 11, `${String(all.length)} ticks`);
        assert.ok(all.every((tick) => tick.time >= from && tick.time <= from + length));
        assert.equal(new Set(all.map((tick) => tick.label)).size, all.length);
      }),
    );
  });

  it("counts from the run's start, and has no ticks before", () => {
    const all = ticks(0.25e9, { from: 0.2e9, to: 1.25e9 }, 600, 100);
    assert.deepEqual(
      all.map(({ time, label }) => `${label} at ${String(time / 1e9)}`),
      ["0 at 0.25", "0.2 s at 0.45", "0.4 s at 0.65", "0.6 s at 0.85", "0.8 s at 1.05", "1.0 s at 1.25"],
    );
    const moment = momentsOf(0.25e9, { from: 0.2e9, to: 1.25e9 }, 100);
    assert.deepEqual([0.25e9, 1.05e9].map(moment), ["0.00 s", "0.80 s"]);
  });

  it("of nothing has no ticks", () => {
    assert.deepEqual(ticks(0, { from: 5, to: 5 }, 900, 90), []);
    assert.deepEqual(ticks(0, { from: 0, to: 10 }, 0, 90), []);
  });
});
