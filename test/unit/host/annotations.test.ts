import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { annotate, placeFacts, placeSites } from "../../../extension/inline/annotations";
import { TracedFiles, type LensFacts, type SiteFacts } from "../../../extension/inline/fileFacts";
import { tracedLenses } from "../../../extension/inline/tracedLenses";
import { mapLines, pathKey } from "../../../extension/trace";
import { inRoot } from "../../../scripts/paths.mjs";
import { draw } from "../../fixtures/reading";

const everyLine = new Map(Array.from({ length: 200 }, (_, line) => [line, line]));

const titles = (facts: LensFacts, goesOn: boolean): readonly string[] =>
  tracedLenses(facts, everyLine, goesOn).map(({ line, title }) => `${line + 1}: ${title}`);

/** What is said of the one file of the drawing, as it was traced. */
function told(text: string) {
  const trace = draw(text);
  const files = new TracedFiles(trace);
  const [file] = files.all.values();
  assert.ok(file);
  const facts = files.inView(file);
  return {
    facts,
    annotations: annotate(trace, placeFacts(facts, everyLine)),
    lenses: titles(files.lensFacts(file), false),
    lensesNow: titles(files.lensFacts(file), true),
  };
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
    const { annotations } = told(`
      A: #....#......#x
      A awaits sleep @3:4-20, sleep @3:4-20
    `);
    assert.deepEqual(annotations, [{ line: 2, text: "▁▁▁▁▁▁▁▁ ×2  Σ 10 ms  max 6.0 ms", tone: "waiting" }]);
  });

  it("is in the order of the columns where a line has several awaits", () => {
    const { annotations } = told(`
      A: #....#......#x
      A awaits sleep @3:30-40, lock @3:4-20
    `);
    assert.deepEqual(
      annotations.map(({ text }) => text),
      ["▁▁▁▁▁▁▁▁ ×1  Σ 6.0 ms  max 6.0 ms  │  ▁▁▁▁▁▁▁▁ ×1  Σ 4.0 ms  max 4.0 ms"],
    );
  });

  it("is one number for a site at which several kinds of things were awaited", () => {
    const { sites } = told(`
      A: #....#......#x
      A awaits sleep @3:4-20, lock @3:4-20
    `).facts;
    assert.equal(sites.length, 1);
    assert.deepEqual(sites[0]?.kinds, ["sleep", "lock"]);
    assert.equal(sites[0].count, 2);
  });

  it("says what a site took before, while traces are compared", () => {
    const trace = draw("A: #....#......#x\nA awaits sleep @3:4-20");
    const files = new TracedFiles(trace);
    const [file] = files.all.values();
    assert.ok(file);
    const placed = placeFacts(files.inView(file), everyLine);
    const texts = [20e6, 10e6, 1e6, 0].map((total) => {
      const before = { count: 1, total, max: total, waiting: total, ready: 0 };
      const sites = placed.sites.map((one) => ({ ...one, before }));
      return annotate(trace, { ...placed, sites })[0]?.text;
    });
    assert.deepEqual(texts, [
      "▁▁▁▁▁▁▁▁ ×2  Σ 20 ms → 10 ms, −50 %  max 6.0 ms",
      "▁▁▁▁▁▁▁▁ ×2  Σ 10 ms → 10 ms, ±0 %  max 6.0 ms",
      "▁▁▁▁▁▁▁▁ ×2  Σ 1.0 ms → 10 ms, ×10  max 6.0 ms",
      "▁▁▁▁▁▁▁▁ ×2  Σ 0 s → 10 ms, new  max 6.0 ms",
    ]);
  });

  it("tells time that went to a busy loop from time spent waiting, in its colour and in eighths", () => {
    const [annotation] = told(`
      A: #..++++++#x
      B: +########x
      A awaits sleep @3:4-20
    `).annotations;
    assert.equal(annotation?.tone, "ready");
    assert.match(annotation.text, /^▁▁▄▄▄▄▄▄ ×1/);
  });

  it("tells how concurrent the members of a gather were, and which of them decided", () => {
    const { annotations } = told(`
      main: ##..........#x
      A:     +#..#x
      B:     ++#......#x
      A < main @3:8-20
      B < main @3:8-20
      gather main: A B @3:8-40
      main awaits gather @3:2-40
    `);
    assert.match(
      annotations.find(({ line }) => line === 2)?.text ?? "",
      /  ·  2 tasks, 1\.\d at once, B last by 5\.0 ms$/,
    );
  });

  it("says of many groups made at one place how many they were, not who decided in one of them", () => {
    const { annotations } = told(`
      main: ##....##....#x
      A:     +#..#x
      B:           +#..#x
      A < main @3:8-20
      B < main @3:8-20
      gather main: A @3:8-40
      gather main: B @3:8-40
      main awaits gather @3:2-40, gather @3:2-40
    `);
    assert.match(annotations.find(({ line }) => line === 2)?.text ?? "", /2 tasks in 2 groups, [\d.]+ at once$/);
  });

  it("says of a timeout how often it was late, and nothing of tasks, which it has none of", () => {
    const scope = (id: number, from: number, to: number, outcome: string): string => `
      {"k": "group", "id": ${id}, "kind": "timeout", "owner": "A", "site": "@7:4-20", "t": ${from}, "members": []}
      {"k": "group_ended", "group": ${id}, "t": ${to}, "outcome": "${outcome}"}`;
    const after = (...scopes: readonly string[]) =>
      told(`A: #....#....#x${scopes.join("")}`).annotations.find(({ line }) => line === 6)?.text;
    assert.equal(after(scope(1, 1, 5, "timed_out")), "timed out");
    assert.equal(after(scope(1, 1, 5, "timed_out"), scope(2, 6, 9, "returned")), "1 of 2 timed out");
    assert.equal(after(scope(1, 1, 5, "returned")), undefined);
  });

  it("sums up each function that tasks were made of, with a typical life where there are several", () => {
    const { lenses } = told(`
      A: #........#x
      B: +#........#x
      A = greet
      B = greet
    `);
    assert.equal(lenses.length, 1);
    assert.match(lenses[0] ?? "", /: 2 tasks · Σ 21\.0 ms · typical 10\.5 ms · waiting 76 %$/);
  });

  it("says over a function whose tasks go on how many they are, and no sum that would be old when it is read", () => {
    const hung = told(`
      A: #.........
      B: +#........
      A = greet
      B = greet
    `);
    assert.match(hung.lensesNow.join(), /^\d+: 2 tasks · pending$/);
    assert.match(hung.lenses.join(), /^\d+: 2 tasks · Σ [\d.]+ ms · waiting \d+ %$/, "killed, it went on to the end");
    const busy = told(`
      A: #...#x
      B: +#.....#x
      C: ++#.........
      A = greet
      B = greet
      C = greet
    `);
    // What is over: 5 ms of A and 8 of B, however long C goes on.
    assert.match(busy.lensesNow.join(), /: 3 tasks · 1 pending · Σ 13\.0 ms · typical 6\.50 ms · waiting 62 %$/);
  });

  it("says over the call that made tasks how they ended", () => {
    const { lenses } = told(`
      main: ##.............#x
      A:     +#..#x
      B:     ++#....#!
      A < main @3:8-20
      B < main @3:8-20
      B raises ValueError: no
    `);
    assert.ok(lenses.includes("3: 2 tasks: 1 returned, 1 raised"), lenses.join());
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

  it("says nothing of a line that is not as it ran, whatever is done to the file", () => {
    const program = readFileSync(inRoot("test", "fixtures", "inline", "sites.py"), "utf8").split("\n");
    // Every line is a site, and some are several lines long.
    const sites = program.map((_, line) =>
      site(line + 1, Math.min(program.length, line + 1 + (line % 5 === 0 ? 2 : 0))),
    );
    const line = fc.nat(program.length + 5);
    const edit = fc.oneof(
      fc.record({ what: fc.constant("insert" as const), line, text: fc.constantFrom(...program, "# new") }),
      fc.record({ what: fc.constant("delete" as const), line, count: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ what: fc.constant("type" as const), line, text: fc.constantFrom(" ", "x", "#") }),
      fc.record({ what: fc.constant("move" as const), line, count: fc.integer({ min: 1, max: 6 }), to: line }),
    );
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
        const now = [...program];
        for (const change of edits) {
          if (change.what === "insert") now.splice(change.line, 0, change.text);
          if (change.what === "delete") now.splice(change.line, change.count);
          if (change.what === "type") now[change.line] = (now[change.line] ?? "") + change.text;
          if (change.what === "move") now.splice(change.to, 0, ...now.splice(change.line, change.count));
        }
        const text = Array.from(now, (one: string | undefined) => one ?? "");
        for (const placed of placeSites(sites, mapLines(program, text))) {
          const traced = program.slice(placed.site.line - 1, placed.site.endLine);
          assert.deepEqual(text.slice(placed.line, placed.endLine + 1), traced);
        }
      }),
    );
  });

  it("knows a Windows path in any spelling, and leaves others alone", () => {
    assert.equal(pathKey("C:\\Code\\a.py"), pathKey("c:/code/A.py"));
    assert.notEqual(pathKey("/Code/a.py"), pathKey("/code/a.py"));
  });
});
