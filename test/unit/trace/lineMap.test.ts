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

  it("is quick on a file of thousands of lines that was edited all over", () => {
    const before = Array.from({ length: 20_000 }, (_, i) => (i % 3 === 0 ? "" : `line ${i % 5000}`));
    const after = before.map((line, i) => (i % 7 === 0 ? `${line}!` : line));
    const start = performance.now();
    mapLines(before, after);
    assert.ok(performance.now() - start < 1000);
  });
});
