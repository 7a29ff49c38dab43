/** The questions behind what the source is told. */
import assert from "node:assert/strict";
import {
  awaitStats,
  awaitStatsIn,
  createdStats,
  decisionOf,
  distributionOf,
  functionStats,
  groupSites,
  outerStats,
  readTrace,
  TraceReader,
} from "../../../extension/trace";
import { rows, TraceWriter, WAKER } from "../../fixtures/writer";
import { columns, draw, nameOf } from "../../fixtures/reading";

const FILE = "/project/main.py";

describe("groups at their place in the source", () => {
  const decided = (text: string) => {
    const trace = draw(text);
    const [group] = trace.groups;
    assert.ok(group);
    const decision = decisionOf(trace, group);
    return decision && { ...decision, task: nameOf(trace, decision.task), by: columns(decision.by) };
  };

  it("are decided by the member that ended last, and by how much", () => {
    assert.deepEqual(
      decided(`
        main: ##..........#x
        A:     +#..#x
        B:     ++#......#x
        gather main: A B
      `),
      { task: "B", as: "last", by: 5 },
    );
  });

  it("are decided by the member that raised", () => {
    assert.deepEqual(
      decided(`
        main: ##.......#x
        A:     +#...#!
        B:     ++#.......#x
        gather main: A B
        A raises ValueError: no
      `),
      { task: "A", as: "raised", by: undefined },
    );
  });

  it("are not decided while a member is missing", () => {
    assert.equal(
      decided(`
        main: ##..........
        A:     +#..#x
        B:     ++#........
        gather main: A B
      `),
      undefined,
    );
  });

  it("are counted where they were made, members and all", () => {
    const trace = draw(`
      main: ##....##....#x
      A:     +#..#x
      B:           +#..#x
      gather main: A @3:8-40
      gather main: B @3:8-40
    `);
    const [path] = [...new Set(trace.groups.map(({ site }) => site?.file))];
    const [site, ...others] = groupSites(trace, path ?? "");
    assert.equal(others.length, 0);
    assert.equal(site?.members, 2);
    assert.equal(site.groups.length, 2);
    assert.deepEqual(groupSites(trace, "/elsewhere.py"), []);
  });
});

describe("what asyncio makes for itself", () => {
  /** Line 1 is `asyncio.run(main())`, which made task 1; task 1 made task 2 in line 3. */
  const made = (coroutine: string, group: object) => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .define(
          { k: "loop", id: 1, thread: "MainThread", class: "asyncio.SelectorEventLoop", t: 0 },
          { k: "file", id: 1, path: FILE, user: true, sha256: "0".repeat(64) },
          { k: "file", id: 2, path: "/usr/lib/python3.12/asyncio/base_events.py", user: false },
          { k: "code", id: 1, file: 1, name: "main", line: 2, is: "coroutine" },
          { k: "code", id: 2, file: 2, name: coroutine, line: 9, is: "coroutine" },
          { k: "node", id: 1, parent: 0, code: 1, line: 1, end_line: 1, col: 0, end_col: 19 },
          { k: "node", id: 2, parent: 0, code: 1, line: 3, end_line: 3, col: 4, end_col: 16 },
        )
        .tasks({ task: 1, code: 1, site: 1 }, { task: 2, code: 2, site: 2, parent: 1 })
        .define({ k: "group", id: 1, kind: "gather", t: 5, members: [2], ...group })
        .bytes(),
    );
    return [groupSites(trace, FILE), createdStats(trace, FILE)].map((all) => all.map(({ site }) => site.line));
  };

  it("is nobody's: the addresses of a server, and what asyncio.run cancels in the end", () => {
    assert.deepEqual(made("BaseEventLoop._create_server_getaddrinfo", { owner: 1, site: 2 }), [[], []]);
    assert.deepEqual(made("sleep", { site: 1 }), [[], [3]]);
  });

  it("is not what the program makes of asyncio's functions", () => {
    assert.deepEqual(made("sleep", { owner: 1, site: 2 }), [[3], [3]]);
    assert.deepEqual(made("_wrap_awaitable", { owner: 1, site: 2 }), [[3], [3]]);
    assert.deepEqual(made("sleep", { site: 2 }), [[3], [3]]);
  });
});

describe("awaits of one file", () => {
  it("are those of all, without the other files'", () => {
    const trace = draw(`
      A: #....#......#....#x
      A awaits sleep @a.py:3:4-20, lock @b.py:3:4-20, sleep @a.py:9:4-20
    `);
    const all = awaitStats(trace);
    const files = [...new Set(all.map(({ site }) => site.file))];
    assert.equal(files.length, 2);
    for (const file of files) {
      assert.deepEqual(
        awaitStatsIn(trace, file),
        all.filter(({ site }) => site.file === file),
      );
    }
  });
});

describe("tasks at the call that created them", () => {
  it("are counted by how they ended; open ones are pending until they have", () => {
    const text = (ends: string) => `
      main: ##.............#x
      A:     +#..#x
      B:     ++#....#!
      C:     +++#....+#.....${ends}
      A < main @3:8-20
      B < main @3:8-20
      C < main @3:8-20
      B raises ValueError: no
    `;
    for (const [ends, outcomes] of [
      ["", { returned: 1, raised: 1, cancelled: 0, pending: 1 }],
      ["#c", { returned: 1, raised: 1, cancelled: 1, pending: 0 }],
    ] as const) {
      const trace = draw(text(ends));
      const path = trace.tasks.find(({ createSite }) => createSite !== undefined)?.createSite?.file ?? "";
      assert.deepEqual(
        createdStats(trace, path).map((stat) => ({ line: stat.site.line, outcomes: stat.outcomes })),
        [{ line: 3, outcomes }],
      );
    }
  });
});

describe("a distribution", () => {
  it("has the median, the length one in twenty exceeds, and bars by factors", () => {
    const spread = distributionOf([1e6, 1e6, 2e6, 1e9]);
    assert.equal(spread?.typical, 1.5e6);
    assert.equal(spread.shortest, 1e6);
    assert.equal(spread.longest, 1e9);
    assert.equal(spread.bars[0], 2);
    assert.equal(spread.bars.at(-1), 1);
    assert.equal(
      spread.bars.reduce((sum, n) => sum + n, 0),
      4,
    );
  });

  it("is none of nothing, and one bar of equals", () => {
    assert.equal(distributionOf([]), undefined);
    assert.deepEqual(
      distributionOf([5e6, 5e6])?.bars.filter((n) => n > 0),
      [2],
    );
  });
});

/** Task 1 runs `main`, which awaits `load()` at line 3, which sleeps at line 9; twice, and then again without an end. */
function calls(): TraceWriter {
  const MAIN = 1;
  const LOAD = 2;
  const SLEEP = 3;
  return new TraceWriter()
    .header()
    .define(
      { k: "loop", id: 1, thread: "MainThread", class: "asyncio.SelectorEventLoop", t: 0 },
      { k: "file", id: 1, path: FILE, user: true, sha256: "0".repeat(64) },
      { k: "file", id: 2, path: "/usr/lib/python3.12/asyncio/tasks.py", user: false },
      { k: "code", id: MAIN, file: 1, name: "main", line: 1, is: "coroutine" },
      { k: "code", id: LOAD, file: 1, name: "load", line: 8, is: "coroutine" },
      { k: "code", id: SLEEP, file: 2, name: "sleep", line: 653, is: "coroutine" },
      { k: "node", id: 1, parent: 0, code: MAIN, line: 3, end_line: 3, col: 4, end_col: 16 },
      { k: "node", id: 2, parent: 1, code: LOAD, line: 9, end_line: 9, col: 4, end_col: 20 },
      { k: "node", id: 3, parent: 2, code: SLEEP, line: 660, end_line: 660, col: 0, end_col: 9 },
    )
    .tasks({ task: 1, code: MAIN })
    .steps(1, 1, 0, [
      rows.step(1, 1e6, 0, WAKER.unknown, 3),
      rows.idle(4e6),
      rows.step(1, 1e6, 1e6, WAKER.timer, 3),
      rows.idle(2e6),
      rows.step(1, 1e6, 0, WAKER.timer, 3),
    ])
    .define({ k: "alive", t: 19e6 });
}

describe("an await of other user code", () => {
  it("has the time its callee was suspended, ready or not, also while it still is", () => {
    const [outer, ...others] = outerStats(readTrace(calls().bytes()), FILE);
    assert.equal(others.length, 0);
    assert.equal(outer?.site.line, 3);
    assert.equal(outer.callee.name, "load");
    assert.deepEqual([columns(outer.waiting), columns(outer.ready)], [3 + 2 + 10, 1]);
  });

  it("is the same when the trace is read as it grows, asked after each piece", () => {
    const bytes = calls().bytes();
    const reader = new TraceReader();
    for (let at = 0; at < bytes.length; at += 40) {
      reader.push(bytes.slice(at, at + 40));
      outerStats(reader.trace, FILE);
      functionStats(reader.trace, FILE);
    }
    const whole = readTrace(bytes);
    assert.deepEqual(outerStats(reader.trace, FILE), outerStats(whole, FILE));
    assert.deepEqual(functionStats(reader.trace, FILE), functionStats(whole, FILE));
  });

  it("makes its callee a function that was awaited, in so many tasks; the task's own is none", () => {
    const [main, load] = functionStats(readTrace(calls().bytes()), FILE);
    assert.deepEqual([main?.code.name, main?.tasks, main?.awaited], ["main", 1, undefined]);
    assert.equal(load?.code.name, "load");
    assert.deepEqual([load.tasks, load.awaited?.tasks, columns(load.awaited?.waiting)], [0, 1, 15]);
  });
});
