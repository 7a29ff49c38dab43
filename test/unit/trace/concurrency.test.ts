import assert from "node:assert/strict";
import {
  atOnce,
  awaitsWithin,
  membersOneAfterAnother,
  oneAfterAnother,
  type GroupInfo,
  type Trace,
} from "../../../extension/trace";
import { MS } from "../../fixtures/notation";
import { draw } from "../../fixtures/reading";
import { whole } from "../../fixtures/turns";

function onlyGroup(trace: Trace): GroupInfo {
  const [group] = trace.groups;
  assert.ok(group !== undefined && trace.groups.length === 1);
  return group;
}

describe("What concurrency bought", () => {
  it("counts runs and waits for the outside world, of all tasks and of a group's members", () => {
    const trace = draw(`
      main: #.............#x
      A:     #.........#x
      B:      #..........#x
      gather main: A B
    `);
    const group = onlyGroup(trace);
    assert.equal(membersOneAfterAnother(trace, group), 23 * MS);
    assert.equal(oneAfterAnother(trace), 25 * MS);
    assert.ok(Math.abs(atOnce(trace, group) - 23 / 13) < 0.01, String(atOnce(trace, group)));
  });

  it("in a stretch of time counts no wait that a task ends, also where it does so later", () => {
    const trace = draw(`
      main: #.............#x
      A:     #.........#x
      B:      #..........#x
      gather main: A B
    `);
    const within = whole(awaitsWithin(trace, 4 * MS, 8 * MS));
    assert.deepEqual([within.waiting, within.outside, within.running], [12 * MS, 8 * MS, 0]);
  });

  it("of a gather that failed counts nothing that its members did later", () => {
    const trace = draw(`
      main: #.......#........................#x
      A:     #..#!
      B:      #...........................#x
      C:       #...........................#x
      gather main: A B C
    `);
    const group = onlyGroup(trace);
    const length = (group.ended ?? 0) / MS - 1;
    assert.ok(length < 8);
    assert.ok(atOnce(trace, group) <= 3, String(atOnce(trace, group)));
    assert.ok(membersOneAfterAnother(trace, group) <= 3 * length * MS);
    assert.ok(oneAfterAnother(trace) > 50 * MS);
  });
});
