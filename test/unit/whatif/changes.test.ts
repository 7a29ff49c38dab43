import assert from "node:assert/strict";
import { readTrace, type Trace } from "../../../extension/trace";
import { atOnce, NoEffect, projectedTrace, whatIfNow, type Change, type Lines } from "../../../extension/whatif";
import { MS } from "../../fixtures/notation";
import { draw } from "../../fixtures/reading";

const FILE = "/project/app.py";
const line = (first: number, last = first): Lines => ({ file: FILE, line: first, endLine: last, column: undefined });
const concurrent = (...lines: readonly Lines[]): Change => ({ kind: "concurrent", lines });
const faster = (at: number, percent: number): Change => ({ kind: "faster", lines: line(at), percent });
const limit = (at: number, n: number): Change => ({ kind: "limit", lines: line(at), limit: n });
const unblock = (at: number): Change => ({ kind: "unblock", lines: line(at) });

/** In columns. */
const length = (trace: Trace, ...changes: readonly Change[]): number =>
  Math.round(whatIfNow(trace, changes).projected / MS);

const lengthOf = (trace: Trace): number => Math.round(trace.end / MS);

describe("what if awaits began together", () => {
  const serial = draw(`
    main: #..........#.....#x
    main awaits sleep @3:8-20, sleep @4:8-20
    exit 0
  `);

  it("takes as long as the longest of them", () => {
    assert.equal(lengthOf(serial), 18);
    // A step, ten columns of waiting, what came after the first await, and the rest.
    assert.equal(length(serial, concurrent(line(3), line(4))), 13);
    assert.equal(length(serial, concurrent(line(3, 4))), 13);
  });

  it("goes for the rounds of a loop", () => {
    const rounds = draw(`
      main: #....#....#....#....#x
      main awaits sleep @3:8-20
      exit 0
    `);
    assert.equal(lengthOf(rounds), 21);
    // 1 + 4 + what is left to do after each of the four.
    assert.equal(length(rounds, concurrent(line(3))), 9);
  });

  it("keeps what a round awaits one after the other in order", () => {
    const rounds = draw(`
      main: #...#..#...#..#x
      main awaits sleep @3:8-20, sleep @4:8-20, sleep @3:8-20, sleep @4:8-20
      exit 0
    `);
    assert.equal(lengthOf(rounds), 15);
    assert.equal(length(rounds, concurrent(line(3))), 9);
  });

  it("can be limited", () => {
    const rounds = draw(`
      main: #....#....#....#....#x
      main awaits sleep @3:8-20
      exit 0
    `);
    const two = length(rounds, concurrent(line(3)), limit(3, 2));
    assert.ok(two > 9 && two < 21, String(two));
    assert.equal(length(rounds, concurrent(line(3)), limit(3, 1)), 21);
  });

  it("says so when there are no two that follow each other", () => {
    const apart = draw(`
      main: #..........#x
      main awaits sleep @3:8-20
      exit 0
    `);
    assert.throws(() => whatIfNow(apart, [concurrent(line(3))]), NoEffect);
  });

  it("shows them as tasks of a gather that the task awaits", () => {
    const result = whatIfNow(serial, [concurrent(line(3), line(4))]);
    const trace = readTrace(atOnce(projectedTrace(result)));
    const [group] = trace.groups;
    assert.equal(group?.kind, "gather");
    assert.deepEqual(
      group.members.map((id) => trace.task(id)?.name),
      ["sleep 1 of 2", "sleep 2 of 2"],
    );
    assert.equal(trace.task(group.owner ?? 0)?.name, "main");
    assert.equal(lengthOf(trace), 13);
    assert.deepEqual(trace.header?.whatIf?.headline, result.headline);
    assert.match(
      result.headline,
      /^13\.0 ms instead of 18\.0 ms, if the 2 awaits at app\.py:3, app\.py:4 began together$/,
    );
  });
});

describe("what if something was faster", () => {
  it("shortens what waits for the outside there, and nothing else", () => {
    const trace = draw(`
      main: #..........#..........#x
      main awaits sleep @3:8-20, sleep @4:8-20
      exit 0
    `);
    assert.equal(length(trace, faster(3, 50)), lengthOf(trace) - 5);
    assert.equal(length(trace, faster(3, 100)), lengthOf(trace) - 10);
  });

  it("lets another member of a group be the last", () => {
    const trace = draw(`
      main: #................#x
      A:    +#......#x
      B:    ++#.............#x
      gather main: A B @4:4-30
      A awaits sleep @12:4-24
      B awaits sleep @22:4-24
      exit 0
    `);
    const end = lengthOf(trace);
    assert.equal(length(trace, faster(22, 10)), end - 1);
    // Then it is A that decides.
    assert.equal(length(trace, faster(22, 100)), length(trace, faster(22, 90)));
    assert.ok(length(trace, faster(22, 100)) > end - 13);
  });

  it("makes everything faster that the tasks do which are awaited there", () => {
    const trace = draw(`
      main: #.............#x
      A:    +#...........#x
      A < main @3:8-20
      main awaits task A @4:4-30
      A awaits sleep @12:4-24
      exit 0
    `);
    assert.ok(length(trace, faster(4, 50)) <= lengthOf(trace) - 6);
  });

  it("says so when nobody waited there", () => {
    assert.throws(() => whatIfNow(draw("main: #..#x\nexit 0"), [faster(99, 50)]), /No task waited at app.py:99/);
  });
});

describe("what a change rests on", () => {
  const trace = draw(`
    main: #..........#..........#x
    main awaits sleep @3:8-20, sleep @4:8-20
    exit 0
  `);
  const [concurrently, quicker] = [
    whatIfNow(trace, [concurrent(line(3), line(4))]).assumptions,
    whatIfNow(trace, [faster(3, 50)]).assumptions,
  ];

  it("is said of the change, and of the model itself: what it does not simulate", () => {
    assert.equal(concurrently[0], "None of the awaits at app.py:3, app.py:4 needs what another one gives.");
    assert.deepEqual(concurrently.slice(1), quicker);
    for (const words of [
      /^Every task does what it did/,
      /^What comes from outside .* takes as long/,
      /Locks and queues are not simulated/,
    ])
      assert.ok(
        quicker.some((one) => words.test(one)),
        words.source,
      );
  });
});

describe("what if a call did not hold the loop", () => {
  const trace = draw(`
    main: #.............................#x
    A:    +##########x
    B:    +++++++++++##########x
    C:    +++++++++++++++++++++#.......#x
    gather main: A B C @4:4-30
    A = block
    B = block
    C awaits sleep @32:4-24
    exit 0
  `);

  it("the others run meanwhile", () => {
    const code = trace.tasks.find(({ name }) => name === "A")?.code;
    assert.ok(code !== undefined);
    // A and B go on in threads at the same time, and C sleeps at once.
    const now = length(trace, unblock(code.line));
    assert.ok(now < lengthOf(trace) - 10, `${now} of ${lengthOf(trace)}`);
  });

  it("says so when nothing did", () => {
    assert.throws(() => whatIfNow(trace, [unblock(99)]), /Nothing was seen to hold the loop/);
  });
});

describe("what if fewer ran at once", () => {
  const trace = draw(`
    main: #............#x
    A:    +#.........#x
    B:    ++#.........#x
    gather main: A B @4:4-30
    A awaits sleep @12:4-24
    B awaits sleep @22:4-24
    B woken timer
    exit 0
  `);

  it("the others wait for their turn", () => {
    assert.ok(length(trace, limit(4, 1)) > lengthOf(trace) + 7);
    assert.equal(length(trace, limit(4, 2)), lengthOf(trace));
    const projected = readTrace(atOnce(projectedTrace(whatIfNow(trace, [limit(4, 1)]))));
    const kinds = projected.tasks.map(
      ({ id }) => projected.awaitSite(projected.steps.node(projected.stepsOf(id).at(0)))?.kind,
    );
    assert.deepEqual(kinds, ["gather", "semaphore", "semaphore"]);
  });
});

describe("what if a semaphore let in more", () => {
  it("is told from who was seen to wait for it", () => {
    const trace = draw(`
      main: #....................#x
      A:    +#........#x
      B:    ++#........#........#x
      gather main: A B @4:4-30
      A awaits sleep @13:4-24
      B awaits semaphore @12:4-24, sleep @13:4-24
      A = fetch
      B = fetch
      B woken A, timer
      exit 0
    `);
    const result = whatIfNow(trace, [limit(12, 2)]);
    assert.ok(result.projected < trace.end - 6 * MS, result.headline);
    assert.match(result.headline, /if 2 instead of 1 were let in at once at app\.py:12$/);
  });
});
