import assert from "node:assert/strict";
import { RangeSum } from "../../../media/timeline/rangeSum";
import { MS } from "../../fixtures/notation";
import { draw } from "../../fixtures/reading";

const trace = draw(`
  A: #....#....#x
  A awaits sleep @3:4-20, sleep @4:4-20
`);
const RANGE = { from: 2 * MS, to: 8 * MS };
/** A frame that began so long ago has no time left. */
const OVER = -Infinity;

const sitesOf = ({ latest }: RangeSum): unknown => latest?.sites.map(({ site, time }) => [site.line, time]);

describe("The sum of a range", () => {
  it("is there when its frames had the time for it, and not before", () => {
    const sum = new RangeSum();
    assert.equal(sum.advance(trace, RANGE, OVER), true);
    assert.equal(sitesOf(sum), undefined);
    while (sum.advance(trace, RANGE, performance.now()));
    assert.deepEqual(sitesOf(sum), [
      [3, 3 * MS],
      [4, 2 * MS],
    ]);
  });

  it("is not that of the range before it", () => {
    const sum = new RangeSum();
    while (sum.advance(trace, RANGE, performance.now()));
    sum.advance(trace, { from: 0, to: MS }, OVER);
    assert.equal(sitesOf(sum), undefined);
    assert.equal(sum.advance(trace, undefined, performance.now()), false);
  });
});
