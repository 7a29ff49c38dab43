import assert from "node:assert/strict";
import * as fc from "fast-check";
import { integers } from "../../../extension/trace/columns";
import { Density } from "../../../extension/trace/density";
import { StepList } from "../../../extension/trace/lane";
import { Moments } from "../../../extension/trace/moments";
import { StepColumns } from "../../../extension/trace/steps";

interface Step {
  readonly wait: number;
  readonly ready: number;
  readonly run: number;
}

const duration = fc.oneof(fc.nat(2_000), fc.nat(1_000_000), fc.nat(10_000_000_000));
const steps = fc.array(fc.record({ wait: duration, ready: duration, run: duration }), { minLength: 1, maxLength: 400 });

interface Placed {
  readonly since: number;
  readonly start: number;
  readonly end: number;
}

function place(all: readonly Step[]): readonly Placed[] {
  let clock = 5_000;
  return all.map(({ wait, ready, run }) => {
    const since = clock + wait;
    const start = since + ready;
    clock = start + run;
    return { since, start, end: clock };
  });
}

function add(density: Density, ...placed: readonly Placed[]): void {
  const moments = new Moments();
  for (const { since, start, end } of placed) moments.push(since, start, end);
  density.add(moments);
}

const overlap = (from: number, to: number, until: number): number => Math.max(0, Math.min(to, until) - from);

describe("A lane's sums over time", () => {
  it("are those of its steps, to a bucket", () => {
    fc.assert(
      fc.property(steps, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const placed = place(all);
        const density = new Density(placed[0]?.since ?? 0, true);
        for (const step of placed) add(density, step);
        const t = 5_000 + share * ((placed.at(-1)?.end ?? 0) - 5_000);
        const ran = placed.reduce((sum, { start, end }) => sum + overlap(start, end, t), 0);
        const ready = placed.reduce((sum, { since, start }) => sum + overlap(since, start, t), 0);
        assert.ok(Math.abs(density.runningBefore(t) - ran) <= density.resolution);
        assert.ok(Math.abs(density.readyBefore(t) - ready) <= density.resolution);
      }),
      { numRuns: 200 },
    );
  });

  it("are exact at both ends", () => {
    const density = new Density(100, true);
    add(density, { since: 200, start: 300, end: 450 }, { since: 450, start: 500, end: 90_000 });
    assert.equal(density.runningBefore(0), 0);
    assert.equal(density.runningBefore(1e9), 150 + 89_500);
    assert.equal(density.readyBefore(1e9), 100 + 50);
  });

  it("take no more buckets than half the steps, however long the lane sleeps", () => {
    const density = new Density(0, false);
    for (let i = 0; i < 1000; i++) add(density, { since: i * 1e12, start: i * 1e12, end: i * 1e12 + 1000 });
    assert.ok((999 * 1e12) / density.resolution <= 500);
  });
});

describe("A lane's sums over steps", () => {
  it("are those of any run of its steps", () => {
    fc.assert(
      fc.property(steps, fc.nat(400), fc.nat(400), (all, a, b) => {
        const placed = place(all);
        const columns = new StepColumns();
        const list = new StepList(columns, integers(4), true);
        const next = new Int32Array(placed.length);
        placed.forEach(({ since, start, end }, i) => {
          list.enqueue(columns.add(1, 1, start, end - start, start - since, 0, 0, 0), next);
          const chunk = columns.chunkOf(i);
          // However many are taken in at once.
          if (chunk !== undefined && i % 7 < 4) list.take(chunk, 0, next);
        });
        const chunk = columns.chunkOf(0);
        if (chunk !== undefined) list.take(chunk, 0, next);
        const [from, to] = [Math.min(a, b, placed.length), Math.min(Math.max(a, b), placed.length)];
        const wanted = placed.slice(from, to);
        assert.equal(
          list.running(from, to),
          wanted.reduce((sum, { start, end }) => sum + end - start, 0),
        );
        assert.equal(
          list.ready(from, to),
          wanted.reduce((sum, { since, start }) => sum + start - since, 0),
        );
      }),
      { numRuns: 200 },
    );
  });
});
