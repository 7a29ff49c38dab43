import assert from "node:assert/strict";
import { parseSites } from "../../../extension/timeline/messages";
import type { Trace } from "../../../extension/trace";
import { atOnce, choicesAt, filesCalled, whatIf, type Asked, type Lines } from "../../../extension/whatif";
import { draw } from "../../fixtures/reading";
import { readTrace } from "../../../extension/trace";
import { TraceWriter } from "../../fixtures/writer";

const line = (first: number): Lines => ({ file: "/project/app.py", line: first, endLine: first, column: undefined });
const labels = (trace: Trace, ...places: readonly Lines[]): readonly string[] =>
  atOnce(choicesAt(trace, places)).choices.map(({ label }) => label);
const asked = (trace: Trace, ...places: readonly Lines[]): readonly Asked[] => atOnce(choicesAt(trace, places)).asked;
const ALWAYS = ["Off the loop, in a thread", "Twice as fast", "In no time at all"];

describe("the changes offered at an await", () => {
  const serial = draw(`
    main: #.....#.....#x
    main awaits sleep @3:8-20, sleep @4:8-20
    exit 0
  `);

  it("begin with the one that comes next in its function", () => {
    assert.deepEqual(labels(serial, line(3)), ["Together with the await in line 4", ...ALWAYS]);
    assert.deepEqual(labels(serial, line(4)), ALWAYS);
    assert.deepEqual(labels(serial, line(3), line(4)), ["These 2 awaits together", ...ALWAYS]);
  });

  it("are about its rounds where it has several, and about a limit where there are many", () => {
    const few = draw("main: #..#..#..#x\nmain awaits sleep @3:8-20\nexit 0");
    assert.deepEqual(labels(few, line(3)), ["Its rounds together", ...ALWAYS]);
    const many = draw(`main: ${"#..".repeat(30)}#x\nmain awaits sleep @3:8-20\nexit 0`);
    assert.deepEqual(labels(many, line(3)).slice(0, 2), [
      "Its rounds together",
      "Its rounds together, at most 10 at once",
    ]);
  });

  const group = draw(`
    main: #............#x
    A:    +#.........#x
    B:    ++#.........#x
    gather main: A B @4:4-30
    B woken timer
    exit 0
  `);

  it("limit the tasks of a group", () => {
    assert.deepEqual(labels(group, line(4)), [...ALWAYS, "At most 1 at once"]);
  });
});

describe("a number of one's own", () => {
  const group = draw(`
    main: #.............#x
    A:    +#.........#x
    B:    ++#.........#x
    C:    +++#.........#x
    gather main: A B C @4:4-30
    B woken timer
    C woken timer
    exit 0
  `);
  const one = (which: string): Asked => {
    const found = asked(group, line(4)).find(({ label }) => label.startsWith(which));
    assert.ok(found, which);
    return found;
  };

  it("is asked for how much faster, and for how many at once where several are", () => {
    assert.deepEqual(
      asked(group, line(4)).map(({ label, prompt, value }) => `${label}: ${prompt}: ${value}`),
      [
        "Faster by … %: How much less time it takes, in percent: 25",
        "At most … at once: How many of the 3 tasks at once: 1",
      ],
    );
    const alone = draw("main: #..#x\nmain awaits sleep @3:8-20\nexit 0");
    assert.deepEqual(
      asked(alone, line(3)).map(({ label }) => label),
      ["Faster by … %"],
    );
  });

  it("is a change that can be run, or words on what it has to be", () => {
    for (const text of ["25", " 12.5 % ", "100%"]) {
      const changes = one("Faster").changesFor(text);
      assert.ok(typeof changes !== "string", text);
      assert.match(atOnce(whatIf(group, changes)).headline, / % less/);
    }
    for (const text of ["", "0", "101", "-5", "half", "1e1", "0x10", "5 6"])
      assert.equal(one("Faster").changesFor(text), "A percentage above 0 and at most 100, such as 25.", text);

    const two = one("At most").changesFor("2");
    assert.ok(typeof two !== "string");
    assert.match(atOnce(whatIf(group, two)).headline, /if at most 2 of the tasks of app\.py:4 ran at once$/);
    for (const text of ["", "0", "1.5", "many", "-1", "99999999"])
      assert.equal(one("At most").changesFor(text), "A whole number of 1 or more, such as 10.", text);
    assert.equal(one("At most").changesFor("3"), "There are 3 tasks: only a smaller number makes one of them wait.");
  });

  it("to begin with is one that changes something", () => {
    for (const { value, changesFor } of asked(group, line(4))) assert.notEqual(typeof changesFor(value), "string");
  });
});

describe("a place", () => {
  it("is in the file that is meant, by its path or the end of it", () => {
    const files = ["/project/app.py", "/project/lib/app.py", "/usr/lib/app.py"];
    const writer = new TraceWriter().header({ cwd: "/project" });
    files.forEach((path, i) => writer.define({ k: "file", id: i + 1, path, user: i < 2 }));
    const trace = readTrace(writer.end(1).bytes());
    assert.deepEqual(filesCalled(trace, "app.py"), ["/project/app.py"]);
    assert.deepEqual(filesCalled(trace, "./lib/app.py"), ["/project/lib/app.py"]);
    assert.deepEqual(filesCalled(trace, "lib\\app.py"), ["/project/lib/app.py"]);
    assert.deepEqual(filesCalled(trace, "/usr/lib/app.py"), []);
    assert.deepEqual(filesCalled(trace, "p.py"), []);
  });

  it("is believed only after a look, as the argument of a command", () => {
    const site = { file: "a.py", line: 3 };
    const parsed = { ...site, column: undefined, endLine: undefined, endColumn: undefined };
    assert.deepEqual(parseSites(site), [parsed]);
    assert.deepEqual(parseSites([site, site]), [parsed, parsed]);
    for (const value of [undefined, null, 5, "a.py:3", [site, 5], [{ file: "a.py", line: 0 }]])
      assert.equal(parseSites(value), undefined);
    assert.equal(parseSites(Array.from({ length: 100 }, () => site))?.length, 20);
  });
});
