import assert from "node:assert/strict";
import fc from "fast-check";
import {
  annotate,
  factsByFile,
  functionLenses,
  placeSites,
  type SiteFacts,
} from "../../../extension/inline/annotations";
import { awaitStats, coroutineStats, mapLines, pathKey } from "../../../extension/trace";
import { draw } from "../../fixtures/reading";

const everyLine = new Map(Array.from({ length: 200 }, (_, line) => [line, line]));

function factsOf(text: string) {
  const trace = draw(text);
  const files = [...factsByFile(awaitStats(trace), coroutineStats(trace)).values()];
  return { files, sites: files.flatMap(({ sites }) => sites), coroutines: files.flatMap((file) => file.coroutines) };
}

function site(line: number, endLine: number, column = 0): SiteFacts {
  const at = { file: "/f.py", line, endLine, column, endColumn: column + 5 };
  return {
    site: at,
    function: "f",
    kinds: ["sleep"],
    count: 1,
    total: 1e9,
    max: 1e9,
    waiting: 1e9,
    ready: 0,
    tasks: 1,
  };
}

describe("what the source is told", () => {
  it("is how often, how long in all and how long at most, after the line", () => {
    const { sites } = factsOf(`
      A: #....#......#x
      A awaits sleep @3:4-20, sleep @3:4-20
    `);
    assert.deepEqual(annotate(placeSites(sites, everyLine)), [
      { line: 2, text: "×2  Σ 10 ms  max 6.0 ms", tone: "waiting" },
    ]);
  });

  it("is in the order of the columns where a line has several awaits", () => {
    const { sites } = factsOf(`
      A: #....#......#x
      A awaits sleep @3:30-40, lock @3:4-20
    `);
    assert.deepEqual(
      annotate(placeSites(sites, everyLine)).map(({ text }) => text),
      ["×1  Σ 6.0 ms  max 6.0 ms  │  ×1  Σ 4.0 ms  max 4.0 ms"],
    );
  });

  it("is one number for a site at which several kinds of things were awaited", () => {
    const { sites } = factsOf(`
      A: #....#......#x
      A awaits sleep @3:4-20, lock @3:4-20
    `);
    assert.equal(sites.length, 1);
    assert.deepEqual(sites[0]?.kinds, ["sleep", "lock"]);
    assert.equal(sites[0].count, 2);
  });

  it("says what a site took before, while traces are compared", () => {
    const [placed] = placeSites(factsOf("A: #....#......#x\nA awaits sleep @3:4-20").sites, everyLine);
    assert.ok(placed);
    const texts = [20e6, 10e6, 1e6, 0].map((before) => annotate([{ ...placed, before }])[0]?.text);
    assert.deepEqual(texts, [
      "×2  Σ 20 ms → 10 ms, −50 %  max 6.0 ms",
      "×2  Σ 10 ms → 10 ms, ±0 %  max 6.0 ms",
      "×2  Σ 1.0 ms → 10 ms, ×10  max 6.0 ms",
      "×2  Σ 0 s → 10 ms, new  max 6.0 ms",
    ]);
  });

  it("tells time that went to a busy loop from time spent waiting", () => {
    const { sites } = factsOf(`
      A: #..+++++#x
      B: +#######x
      A awaits sleep @3:4-20
    `);
    assert.equal(annotate(placeSites(sites, everyLine))[0]?.tone, "ready");
  });

  it("sums up each function that tasks were made of", () => {
    const { coroutines } = factsOf(`
      A: #........#x
      B: +#.......+#x
      A = greet
      B = greet
    `);
    const [lens] = functionLenses(coroutines, everyLine);
    assert.match(lens?.title ?? "", /^(2 tasks|1 task) · Σ [\d.]+ ms · waiting \d+ %$/);
  });
});

describe("placing numbers in an edited text", () => {
  it("drops a site of several lines when any of them changed", () => {
    const before = ["a", "await f(", "  1,", "  2)", "b"];
    const sites = [site(2, 4)];
    assert.equal(placeSites(sites, mapLines(before, before)).length, 1);
    assert.equal(placeSites(sites, mapLines(before, ["x", ...before]))[0]?.line, 2);
    assert.equal(placeSites(sites, mapLines(before, ["a", "await f(", "  9,", "  2)", "b"])).length, 0);
    assert.equal(placeSites(sites, mapLines(before, ["a", "await f(", "  1,", "", "  2)", "b"])).length, 0);
  });

  it("never shows a number on a line whose text is not the traced one", () => {
    const text = fc.array(fc.constantFrom("", "await a()", "await b()", "x = 1", "def f():"), { maxLength: 20 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const sites = before.map((_, line) => site(line + 1, line + 1));
        for (const { line, site: traced } of placeSites(sites, mapLines(before, after))) {
          assert.equal(after[line], before[traced.line - 1]);
        }
      }),
    );
  });

  it("knows a Windows path in any spelling, and leaves others alone", () => {
    assert.equal(pathKey("C:\\Work\\a.py"), pathKey("c:/work/A.py"));
    assert.notEqual(pathKey("/Work/a.py"), pathKey("/work/a.py"));
  });
});
