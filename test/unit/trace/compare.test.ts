import assert from "node:assert/strict";
import fc from "fast-check";
import { compare, diffDocument, formatChange, isExceeded, readTrace, type TextOf } from "../../../extension/trace";
import { TraceWriter, rows } from "../../fixtures/writer";

const MS = 1_000_000;

/** A program with one task that sleeps at each `await` of its source for as many ms as the comment there says. */
interface Version {
  readonly source: string;
  readonly path?: string;
  readonly cwd?: string;
  /** Python 3.10 tells none. */
  readonly columns?: boolean;
}

function traceOf({ source, path = "/project/app.py", cwd = "/project", columns = true }: Version) {
  const writer = new TraceWriter();
  writer.header({ cwd, argv: [path.split("/").at(-1) ?? ""] });
  writer.define({ k: "loop", id: 1, thread: "MainThread", class: "Loop", t: 0 });
  writer.define({ k: "file", id: 1, path, user: true, sha256: hashOf(source) });
  writer.define({ k: "file", id: 2, path: "/usr/lib/python3.12/asyncio/tasks.py", user: false });
  writer.define({ k: "file", id: 3, path: "/usr/lib/python3.12/asyncio/locks.py", user: false });
  writer.define({ k: "code", id: 1, file: 2, name: "sleep", line: 1, is: "coroutine" });
  writer.define({ k: "code", id: 2, file: 3, name: "Lock.acquire", line: 1, is: "coroutine" });
  let [codes, nodes, time] = [2, 0, 0];
  const visits: (readonly [node: number, ms: number])[] = [];
  source.split("\n").forEach((text, i) => {
    const line = i + 1;
    const name = /^ *async def (\w+)/.exec(text)?.[1];
    if (name !== undefined) writer.define({ k: "code", id: ++codes, file: 1, name, line, is: "coroutine" });
    const [, indent = "", code = "", ms] = /^( *)(await .*?) +# (\d+)$/.exec(text) ?? [];
    if (ms === undefined) return;
    const range = columns ? { end_line: line, col: indent.length, end_col: indent.length + code.length } : {};
    writer.define({ k: "node", id: ++nodes, parent: 0, code: codes, line, ...range });
    writer.define({ k: "node", id: ++nodes, parent: nodes - 1, code: code.includes("lock") ? 2 : 1, line: 1 });
    visits.push([nodes, Number(ms)]);
  });
  writer.tasks({ task: 1, loop: 1, parent: 0, group: 0, site: 0, code: 3, t: 0, autoName: 0 });
  const steps = [...visits, [0, 0] as const].flatMap(([node], i) => {
    const slept = (visits[i - 1]?.[1] ?? 0) * MS;
    time += slept;
    return [...(slept === 0 ? [] : [rows.idle(slept)]), rows.step(1, 0, 0, 0, node)];
  });
  writer.steps(1, 1, 0, steps);
  writer.end(time, 0);
  return readTrace(writer.bytes());
}

/** Stands for a hash: the tests know which text it is of. */
const hashOf = (text: string): string => Buffer.from(text).toString("hex");
const everyText: TextOf = ({ sha256 }) =>
  Buffer.from(sha256 ?? "", "hex")
    .toString()
    .split("\n");
const noText: TextOf = () => undefined;

/** "2 → 4: 10 → 5": lines, then milliseconds; `-` where one side has no such site. */
function changes(before: Version | string, after: Version | string, textOf: TextOf): readonly string[] {
  const [one, other] = [before, after].map((v) => traceOf(typeof v === "string" ? { source: v } : v));
  assert.ok(one && other);
  return compare(one, other, textOf)
    .sites.map((site) => [site.before, site.after] as const)
    .sort(
      ([a, b], [c, d]) =>
        (a ?? b)!.site.line - (c ?? d)!.site.line || Number(a === undefined) - Number(c === undefined),
    )
    .map(([a, b]) => {
      const ms = (total: number | undefined) => (total === undefined ? "-" : total / MS);
      return `${a?.site.line ?? "-"} → ${b?.site.line ?? "-"}: ${ms(a?.total)} → ${ms(b?.total)}`;
    });
}

const FETCH = ["async def fetch():", "    await sleep(1)  # 10", "    await lock.acquire()  # 20"].join("\n");
const lines = (...text: readonly string[]): string => text.join("\n");

describe("comparing two traces", () => {
  it("sets the same place of the same text side by side", () => {
    assert.deepEqual(changes(FETCH, FETCH, noText), ["2 → 2: 10 → 10", "3 → 3: 20 → 20"]);
  });

  it("sorts by change, the greatest first, faster or slower", () => {
    const before = traceOf({
      source: lines("async def f():", " await a()  # 10", " await b()  # 50", " await c()  # 5"),
    });
    const after = traceOf({
      source: lines("async def f():", " await a()  # 14", " await b()  # 20", " await c()  # 5"),
    });
    const { sites, before: whole, after: now } = compare(before, after, everyText);
    assert.deepEqual(
      sites.map(({ change }) => change / MS),
      [-30, 4, 0],
    );
    assert.deepEqual([whole.wall / MS, now.wall / MS, whole.idle / MS, now.tasks], [65, 39, 65, 1]);
  });

  for (const [how, textOf] of [
    ["by the texts", everyText],
    ["without the texts", noText],
  ] as const) {
    it(`finds sites that moved up or down, ${how}`, () => {
      const moved = lines("import x", "", FETCH.replace("# 10", "# 4"));
      assert.deepEqual(changes(FETCH, moved, textOf), ["2 → 4: 10 → 4", "3 → 5: 20 → 20"]);
    });

    it(`finds a site whose arguments changed, ${how}`, () => {
      const changed = FETCH.replace("sleep(1)  # 10", "sleep(0.1)  # 1");
      assert.deepEqual(changes(FETCH, changed, textOf), ["2 → 2: 10 → 1", "3 → 3: 20 → 20"]);
    });

    it(`tells a new site and one that went from those between which it stands, ${how}`, () => {
      const more = lines("async def fetch():", "    await lock.acquire()  # 7", FETCH.split("\n").slice(1).join("\n"));
      assert.deepEqual(changes(FETCH, more, textOf), ["2 → 3: 10 → 10", "- → 2: - → 7", "3 → 4: 20 → 20"]);
      assert.deepEqual(changes(more, FETCH, textOf), ["2 → -: 7 → -", "3 → 2: 10 → 10", "4 → 3: 20 → 20"]);
    });

    it(`does not take a lock for a sleep, ${how}`, () => {
      const other = lines("async def fetch():", "    await lock.acquire()  # 20");
      const before = lines("async def fetch():", "    await sleep(1)  # 10");
      assert.deepEqual(changes(before, other, textOf), ["2 → -: 10 → -", "- → 2: - → 20"]);
    });

    it(`finds a function that moved within its file, ${how}`, () => {
      const one = lines("async def one():", "  await sleep(1)  # 1");
      const two = lines("async def two():", "  await sleep(2)  # 2");
      assert.deepEqual(changes(lines(one, two), lines(two, one), textOf), ["2 → 4: 1 → 1", "4 → 2: 2 → 2"]);
    });

    it(`finds a program in another folder and under another name, ${how}`, () => {
      const there = { source: `\n${FETCH}`, path: "/elsewhere/app.py", cwd: "/elsewhere" };
      const renamed = { ...there, path: "/elsewhere/faster.py" };
      for (const after of [there, renamed])
        assert.deepEqual(changes(FETCH, after, textOf), ["2 → 3: 10 → 10", "3 → 4: 20 → 20"]);
    });
  }

  it("knows by its text which of two alike sites an edit left", () => {
    const before = lines("async def f():", "  await sleep(1)  # 10", "  await sleep(2)  # 20");
    const after = lines("async def f():", "  x = 1", "  await sleep(2)  # 20");
    assert.deepEqual(changes(before, after, everyText), ["2 → -: 10 → -", "3 → 3: 20 → 20"]);
  });

  it("keeps a site that was only indented", () => {
    const before = lines("async def f():", "  await sleep(1)  # 10", "  await sleep(22)  # 20");
    const after = lines("async def f():", "  if x:", "    await sleep(22)  # 5");
    assert.deepEqual(changes(before, after, everyText), ["2 → -: 10 → -", "3 → 3: 20 → 5"]);
  });

  it("does not lend the number of an unchanged line nobody waited in to another line", () => {
    const before = lines("async def f():", "  await sleep(1)  # 10", "  await sleep(22)");
    const after = lines("async def f():", "  await sleep(1)", "  await sleep(22)  # 20");
    assert.deepEqual(
      changes(before, after, (file) => everyText(file)?.map((line) => line.replace(/ +#.*/, ""))),
      ["2 → -: 10 → -", "- → 3: - → 20"],
    );
  });

  it("compares a Python that knows no columns with one that does", () => {
    assert.deepEqual(changes({ source: FETCH, columns: false }, FETCH, noText), ["2 → 2: 10 → 10", "3 → 3: 20 → 20"]);
    assert.deepEqual(changes({ source: FETCH, columns: false }, `\n${FETCH}`, noText), [
      "2 → 3: 10 → 10",
      "3 → 4: 20 → 20",
    ]);
  });

  it("loses no site and uses none twice, whatever was edited; and nothing changed between a trace and itself", () => {
    const line = fc.constantFrom("  await sleep(1)  # 1", "  await lock.a()  # 2", "  x = 1", "async def g():", "");
    const source = fc.array(line, { maxLength: 14 }).map((text) => lines("async def f():", ...text));
    fc.assert(
      fc.property(source, source, fc.boolean(), (one, other, known) => {
        const [before, after] = [traceOf({ source: one }), traceOf({ source: other })];
        const { sites } = compare(before, after, known ? everyText : noText);
        const seen = (side: "before" | "after") => sites.flatMap((site) => site[side] ?? []);
        for (const [side, trace] of [
          ["before", before],
          ["after", after],
        ] as const) {
          assert.equal(new Set(seen(side)).size, seen(side).length);
          assert.equal(seen(side).length, compare(trace, trace).sites.length);
        }
        assert.ok(compare(before, before).sites.every((site) => site.before !== undefined && site.change === 0));
      }),
    );
  });

  it("takes its time with large functions, but not for ever", () => {
    const many = (n: number) => lines("async def f():", ...Array.from({ length: n }, (_, i) => `  await s(${i})  # 1`));
    // Of the processor's time: how long it takes on the clock is up to whatever else the machine does.
    const started = process.cpuUsage();
    assert.equal(changes(many(400), `\n${many(400)}`, noText)[0], "2 → 3: 1 → 1");
    assert.equal(changes(many(2000), `\n${many(2000)}`, everyText)[0], "2 → 3: 1 → 1");
    assert.equal(changes(many(2000), `\n${many(2000)}`, noText).length, 4000, "unmatched rather than slow");
    assert.ok(process.cpuUsage(started).user < 2e6);
  });
});

describe("a change in words", () => {
  it("is a percentage, or how many times", () => {
    const said = [
      [100, 35],
      [100, 112],
      [100, 100.2],
      [100, 0.001],
      [100, 999],
      [100, 1400],
      [0, 5],
      [5, 0],
    ].map(([a, b]) => formatChange(a ?? 0, b ?? 0));
    assert.deepEqual(said, ["−65 %", "+12 %", "±0 %", "−99 %", "+899 %", "×14", "new", "gone"]);
  });
});

describe("a limit for growth", () => {
  const limit = { percent: 20, ignore: 10 * MS };

  it("is exceeded by what grew by a greater share and by more than noise", () => {
    assert.equal(isExceeded(limit, 100 * MS, 121 * MS), true);
    assert.equal(isExceeded(limit, 100 * MS, 120 * MS), false);
    assert.equal(isExceeded(limit, 1 * MS, 10 * MS), false, "ten times as long, and still noise");
    assert.equal(isExceeded(limit, undefined, 500 * MS), false, "new code is in the time of the run");
    assert.equal(isExceeded(limit, 500 * MS, 100 * MS), false);
  });
});

describe("the diff document", () => {
  it("is exactly what scripts rely on", () => {
    const before = traceOf({ source: FETCH });
    const after = traceOf({ source: lines("", FETCH.replace("# 20", "# 50"), "    await sleep(1234)  # 8") });
    const site = (line: number, end: number) => {
      return { file: "/project/app.py", line, column: 4, end_line: line, end_column: end };
    };
    const stat = (line: number, end: number, kind: string, ms: number) => {
      const rest = { count: 1, total_ms: ms, max_ms: ms, tasks: 1 };
      return { site: site(line, end), function: "fetch", kinds: [kind], ...rest };
    };
    const limit = { percent: 50, ignore: MS };
    assert.deepEqual(diffDocument(compare(before, after, everyText), "a.awaitscope", "b.awaitscope", limit), {
      format: "awaitscope-diff",
      version: 1,
      before: { file: "a.awaitscope", wall_ms: 30, busy_ms: 0, idle_ms: 30, tasks: 1 },
      after: { file: "b.awaitscope", wall_ms: 68, busy_ms: 0, idle_ms: 68, tasks: 1 },
      limit: { percent: 50, ignore_ms: 1 },
      exceeded: true,
      wall: { change_ms: 38, change_percent: 126.7, exceeded: true },
      awaits: [
        {
          change_ms: 30,
          change_percent: 150,
          exceeded: true,
          before: stat(3, 24, "lock", 20),
          after: stat(4, 24, "lock", 50),
        },
        { change_ms: 8, change_percent: null, exceeded: false, before: null, after: stat(5, 21, "sleep", 8) },
        {
          change_ms: 0,
          change_percent: 0,
          exceeded: false,
          before: stat(2, 18, "sleep", 10),
          after: stat(3, 18, "sleep", 10),
        },
      ],
    });
  });
});
