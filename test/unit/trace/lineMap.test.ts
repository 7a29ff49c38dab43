import assert from "node:assert/strict";
import fc from "fast-check";
import { mapLines, splitLines } from "../../../extension/trace";

/** A letter a line. */
const moved = (before: string, after: string) => Object.fromEntries(mapLines(Array.from(before), Array.from(after)));

describe("finding traced lines in an edited text", () => {
  it("finds all of them when nothing changed", () => {
    assert.deepEqual(moved("abc", "abc"), { 0: 0, 1: 1, 2: 2 });
  });

  it("moves what is below an insertion or deletion", () => {
    assert.deepEqual(moved("abc", "axbc"), { 0: 0, 1: 2, 2: 3 });
    assert.deepEqual(moved("abc", "ac"), { 0: 0, 2: 1 });
  });

  it("loses the edited line and no other", () => {
    assert.deepEqual(moved("abcde", "abXde"), { 0: 0, 1: 1, 3: 3, 4: 4 });
  });

  it("finds unchanged lines between several edits", () => {
    assert.deepEqual(moved("a12b34c", "a1XbY4c"), { 0: 0, 1: 1, 3: 3, 5: 5, 6: 6 });
  });

  it("counts lines as editors do", () => {
    assert.deepEqual(splitLines("a\r\nb\rc\nd"), ["a", "b", "c", "d"]);
  });

  it("never maps a line to another text, nor two lines across each other, nor to the same", () => {
    const lines = fc.array(fc.constantFrom("", "a", "b", "c", "d", "e", "f"), { maxLength: 40 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        let last = -1;
        for (const [from, to] of [...mapLines(before, after)].sort(([a], [b]) => a - b)) {
          assert.equal(before[from], after[to]);
          assert.ok(to > last);
          last = to;
        }
      }),
    );
  });

  const PAGE = ["async def page():", "    await get()", "    return await text()", ""];
  const PAGES = ["async def pages():", "    await get()", "    await put()", "    return await text()", ""];
  const shown = (before: readonly string[], after: readonly string[]) =>
    [...mapLines(before, after)].filter(([, to]) => after[to] !== "").sort(([a], [b]) => a - b);

  it("never maps a line into another function, though they end alike and changed places", () => {
    // The longer one is found at its new place, and nothing of the other.
    assert.deepEqual(shown([...PAGE, ...PAGES], [...PAGES, ...PAGE]), [
      [4, 0],
      [5, 1],
      [6, 2],
      [7, 3],
    ]);
    assert.deepEqual(
      shown([...PAGE, ...PAGES], PAGES).map(([from]) => from),
      [4, 5, 6, 7],
    );
    const method = PAGE.map((line) => `    ${line}`);
    const [one, other] = [
      ["class One:", ...method],
      ["class Other:", "    x = 1", ...method],
    ];
    assert.deepEqual(
      shown([...one, ...other], [...other, ...one]).map(([from]) => from),
      [5, 6, 7, 8, 9, 10],
    );
  });

  it("gives a new function that is a copy of another none of its lines", () => {
    const copy = ["async def copy():", ...PAGE.slice(1)];
    assert.deepEqual(shown(PAGE, [...copy, ...PAGE]), [
      [0, 4],
      [1, 5],
      [2, 6],
    ]);
  });

  it("keeps the lines of a function around a comment, brackets and a text that stand further out", () => {
    for (const news of [["# so"], ["    x = (", ")"], ['    """', "SELECT 1", '"""'], ["", ""]]) {
      const after = [...PAGE.slice(0, 2), ...news, ...PAGE.slice(2), ...PAGES];
      const there = shown([...PAGE, ...PAGES], after).map(([from]) => from);
      assert.deepEqual(there, [0, 1, 2, 4, 5, 6, 7], news.join("\n"));
    }
  });

  it("keeps the lines of a function whose name or parameters changed", () => {
    const signatures = ["async def home():", "async def page(url):", "async def page(", "def page():"];
    for (const signature of signatures) {
      const after = signature.endsWith("(") ? [signature, "    url,", "):"] : [signature];
      const moved = after.length - 1;
      assert.deepEqual(
        shown(PAGE, [...after, ...PAGE.slice(1)]),
        [
          [1, 1 + moved],
          [2, 2 + moved],
        ],
        signature,
      );
    }
  });

  it("maps no line of a function to another one, however functions are moved, copied and dropped", () => {
    const bodies = fc.array(fc.constantFrom("    await get()", "    await put()", "    return 1", "", "    # so"), {
      maxLength: 4,
    });
    const functions = fc.uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c", "d", "e"), bodies), {
      selector: ([name]) => name,
    });
    const source = functions.map((all) => all.flatMap(([name, body]) => [`async def ${name}():`, ...body, "x = 1"]));
    const owner = (lines: readonly string[], line: number): string | undefined =>
      lines.filter((one, i) => i < line && /^\S/.test(one)).at(-1);
    fc.assert(
      fc.property(source, source, (before, after) => {
        for (const [from, to] of mapLines(before, after)) {
          if (!before[from]!.startsWith("    ")) continue;
          const [was, is] = [owner(before, from), owner(after, to)];
          // Else it was renamed, as far as anybody can tell.
          if (after.includes(was!) || before.includes(is!)) assert.equal(is, was);
        }
      }),
    );
  });

  it("is quick on a file of thousands of lines that was edited all over", () => {
    const before = Array.from({ length: 20_000 }, (_, i) => (i % 3 === 0 ? "" : `line ${i % 5000}`));
    const after = before.map((line, i) => (i % 7 === 0 ? `${line}!` : line));
    const start = performance.now();
    mapLines(before, after);
    assert.ok(performance.now() - start < 1000);
  });
});
