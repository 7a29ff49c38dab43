import assert from "node:assert/strict";
import {
  lastToRun,
  standsAt,
  visitBeside,
  visitsOf,
  waitsSince,
  whereItStands,
  type Trace,
} from "../../../extension/trace";
import { columns, draw, nameOf, taskNamed } from "../../fixtures/reading";
import { MS } from "../../fixtures/notation";

/** "A waiting 12:4, B running 20" */
function at(trace: Trace, column: number): string {
  return standsAt(trace, column * MS)
    .map(({ task, state, site }) => {
      const place = site.column === undefined ? `${site.line}` : `${site.line}:${site.column}`;
      return `${nameOf(trace, task) ?? ""} ${state} ${place}`;
    })
    .join(", ");
}

const TWO = `
  main: ##............###x
  A:     +##......##x
  A awaits sleep @12:4-24
  main awaits gather @4:4-30
`;

describe("where tasks stand at a moment", () => {
  it("is not known of one without a step, which may have begun before it was recorded", () => {
    const trace = draw(`
      main: ##..
      A:     +++
      B:     +++
      A < main @3:8-20
    `);
    assert.deepEqual(whereItStands(trace, taskNamed(trace, "A").id), ["never ran"]);
    assert.deepEqual(whereItStands(trace, taskNamed(trace, "B").id), ["was not seen to run"]);
  });

  it("is at their await while they wait, and while they go on from it", () => {
    const trace = draw(TWO);
    assert.equal(at(trace, 7), "main waiting 4:4, A waiting 12:4");
    assert.equal(at(trace, 10), "main waiting 4:4, A running 12:4");
  });

  it("is where their coroutine is defined before they have run", () => {
    const trace = draw(TWO);
    const [main, A] = [taskNamed(trace, "main"), taskNamed(trace, "A")];
    assert.equal(at(trace, 0), `main running ${main.code?.line ?? 0}`);
    assert.equal(at(trace, 1), `main running ${main.code?.line ?? 0}, A ready ${A.code?.line ?? 0}`);
  });

  it("is nowhere before they were made and after they have ended", () => {
    const trace = draw(TWO);
    assert.equal(at(trace, -1), "");
    assert.equal(at(trace, 12), "main waiting 4:4");
    assert.equal(at(trace, 20), "");
  });

  it("is told of a part of the tasks when asked so", () => {
    const trace = draw(TWO);
    assert.deepEqual(
      standsAt(trace, 7 * MS, 1, 2).map(({ task }) => nameOf(trace, task)),
      ["A"],
    );
  });

  it("keeps waiting since the visit began, also when the library was woken in between", () => {
    const trace = draw(`
      A: #....#....#.....
      A awaits sleep @3:4-20, stream.read @5:4-20, &
    `);
    assert.equal(columns(waitsSince(trace, taskNamed(trace, "A").id)), 6);
  });
});

describe("the task that ran last", () => {
  it("is the running one, or the one before", () => {
    const trace = draw(TWO);
    assert.equal(nameOf(trace, lastToRun(trace, 1 * MS)), "main");
    assert.equal(nameOf(trace, lastToRun(trace, 2.5 * MS)), "A");
    assert.equal(nameOf(trace, lastToRun(trace, 8 * MS)), "A");
    assert.equal(nameOf(trace, lastToRun(trace, 15 * MS)), "main");
    assert.equal(lastToRun(trace, -1), undefined);
  });

  it("is no callback, and may be of any loop", () => {
    const trace = draw(`
      A: #.......#x
      B: ...##......
      *: .....#....
      loop 2: B
    `);
    assert.equal(nameOf(trace, lastToRun(trace, 6 * MS)), "B");
  });
});

describe("the visit beside a moment", () => {
  it("is the next that begins or the last that began", () => {
    const trace = draw(`
      A: #....#....#x
      A awaits sleep @3:4-20, sleep @3:4-20
    `);
    const site = standsAt(trace, 2 * MS)[0]?.site;
    assert.ok(site);
    const visits = visitsOf(trace, site);
    const beside = (t: number, direction: -1 | 1): number | undefined => {
      const found = visitBeside(visits, t * MS, direction);
      return found && columns(found.visit.from);
    };
    assert.equal(beside(0, 1), 1);
    assert.equal(beside(1, 1), 6);
    assert.equal(beside(6, 1), undefined);
    assert.equal(beside(Infinity, -1), 6);
    assert.equal(beside(6, -1), 1);
    assert.equal(beside(1, -1), undefined);
  });

  it("keeps the visits of several sites apart when they are asked in turn", () => {
    const trace = draw(`
      A: #....#....#x
      A awaits sleep @3:4-20, sleep @4:4-20
    `);
    const [first, second] = [2, 8].map((t) => standsAt(trace, t * MS)[0]?.site);
    assert.ok(first && second);
    const before = visitsOf(trace, first);
    assert.equal(columns(visitsOf(trace, second).from(0)), 6);
    assert.equal(visitsOf(trace, first), before, "and not worked out again");
  });
});
