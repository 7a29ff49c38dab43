import assert from "node:assert/strict";
import { parseSites } from "../../../extension/timeline/messages";
import type { Trace } from "../../../extension/trace";
import { atOnce, choicesAt, filesCalled, type Lines } from "../../../extension/whatif";
import { draw } from "../../fixtures/reading";
import { readTrace } from "../../../extension/trace";
import { TraceWriter } from "../../fixtures/writer";

const line = (first: number): Lines => ({ file: "/project/app.py", line: first, endLine: first, column: undefined });
const labels = (trace: Trace, ...places: readonly Lines[]): readonly string[] =>
  atOnce(choicesAt(trace, places)).map(({ label }) => label);
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

  it("limit the tasks of a group", () => {
    const group = draw(`
      main: #............#x
      A:    +#.........#x
      B:    ++#.........#x
      gather main: A B @4:4-30
      B woken timer
      exit 0
    `);
    assert.deepEqual(labels(group, line(4)), [...ALWAYS, "At most 1 at once"]);
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
