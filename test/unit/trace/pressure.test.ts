import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Moments } from "../../../extension/trace/moments";
import { Pressure } from "../../../extension/trace/pressure";

const MS = 1e6;

function add(pressure: Pressure, readySince: number, start: number): void {
  const moments = new Moments();
  moments.push(readySince, start, start);
  pressure.add(moments);
}

describe("A loop's ready queue", () => {
  it("is as long as there are steps that are ready and not running", () => {
    const pressure = new Pressure();
    add(pressure, 0, 10 * MS);
    add(pressure, 0, 20 * MS);
    add(pressure, 10 * MS, 40 * MS);
    const near = (actual: number, expected: number): void =>
      assert.ok(Math.abs(actual - expected) < 0.01, String(actual));
    near(pressure.depth(0, 10 * MS), 2);
    near(pressure.depth(10 * MS, 20 * MS), 2);
    near(pressure.depth(20 * MS, 40 * MS), 1);
    near(pressure.depth(0, 40 * MS), 1.5);
  });

  it("is late by the longest time a step that started then had been ready", () => {
    const pressure = new Pressure();
    add(pressure, 0, 10 * MS);
    add(pressure, 0, 20 * MS);
    assert.equal(pressure.lag(0, 15 * MS), 10 * MS);
    assert.equal(pressure.lag(15 * MS, 30 * MS), 20 * MS);
    assert.equal(pressure.lag(30 * MS, 90 * MS), 0);
  });

  it("adds up to all the time steps were ready, however long the run", () => {
    const step = fc.record({ gap: fc.nat(5_000_000_000), ready: fc.nat(3_000_000) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 300 }), (steps) => {
        const pressure = new Pressure();
        let clock = 3_000_000;
        let total = 0;
        let first: number | undefined;
        for (const { gap, ready } of steps) {
          clock += gap;
          const since = Math.max(clock - ready, first ?? 0);
          first ??= since;
          total += clock - since;
          add(pressure, since, clock);
        }
        const until = clock + 2 * pressure.resolution;
        const area = pressure.depth(0, until) * until;
        assert.ok(Math.abs(area - total) <= 1 + total * 1e-6, `${String(area)} for ${String(total)}`);
      }),
      { numRuns: 100 },
    );
  });
});
