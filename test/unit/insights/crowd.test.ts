import assert from "node:assert/strict";
import { Crowd, overTime } from "../../../extension/insights/crowd";

const MS = 1e6;
const S = 1e9;

function crowd(...waits: readonly (readonly [from: number, to: number])[]): Crowd {
  const made = new Crowd();
  for (const [from, to] of waits) made.add(from, to);
  return made;
}
const counts = (of: Crowd): readonly number[] => of.moments().map(({ count }) => Math.round(count * 100) / 100);

describe("how many waited at once", () => {
  it("is the average from each moment to the next, from the first that waited to the last", () => {
    assert.deepEqual(counts(crowd([100 * MS, 180 * MS])), [1, 1, 1, 1, 1, 1, 1, 1]);
    assert.deepEqual(counts(crowd([0, 80 * MS], [40 * MS, 80 * MS], [70 * MS, 75 * MS])), [1, 1, 1, 1, 2, 2, 2, 2.5]);
    assert.deepEqual(
      crowd([100 * MS, 180 * MS])
        .moments()
        .map(({ at }) => at / MS),
      [100, 110, 120, 130, 140, 150, 160, 170],
    );
  });

  it("keeps the time that was waited, however long the run becomes and in whatever order waits end", () => {
    const waits = Array.from({ length: 2000 }, (_, i): [number, number] => {
      const from = ((i * 7919) % 2000) * 37 * MS;
      return [from, from + ((i % 13) + 1) * 91 * MS];
    });
    waits.push([0, 80 * S]);
    const series = crowd(...waits).moments();
    const each = series[1]!.at - series[0]!.at;
    const waited = series.reduce((sum, { count }) => sum + count * each, 0);
    const expected = waits.reduce((sum, [from, to]) => sum + to - from, 0);
    assert.ok(Math.abs(waited / expected - 1) < 1e-6, `${waited} of ${expected}`);
  });

  it("is the same as counted one by one, within a bucket", () => {
    const waits = [
      [3, 400],
      [90, 95],
      [100, 900],
      [500, 1500],
      [1499, 1500],
      [1600, 2300],
    ] as const;
    const series = crowd(...waits.map(([from, to]) => [from * MS, to * MS] as const)).moments();
    const each = (2300 - 3) / 8;
    series.forEach(({ at, count }, i) => {
      const [begin, end] = [3 + i * each, 3 + (i + 1) * each];
      const waited = waits.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(end, to) - Math.max(begin, from)), 0);
      assert.ok(Math.abs(at / MS - begin) < 1e-6);
      assert.ok(Math.abs(count - waited / each) < 0.05, `${i}: ${count}, not ${waited / each}`);
    });
  });

  it("is nothing to say where nobody waited", () => {
    assert.deepEqual(overTime("waiting", crowd()), []);
    assert.deepEqual(overTime("waiting", crowd([5 * MS, 5 * MS])), []);
  });

  it("is drawn in one line, with its numbers", () => {
    const [told] = overTime("waiting", crowd([0, 80 * MS], [40 * MS, 80 * MS]));
    assert.equal(told?.label, "waiting from 0 s to 80 ms of the run: ▅▅▅▅████, at most 2.0 at once");
    assert.equal(told.series?.length, 8);
  });
});
