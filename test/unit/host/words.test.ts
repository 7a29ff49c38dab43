import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeMarkdown, formatDuration, formatShare, plural } from "../../../extension/inline/words";

describe("numbers in the source", () => {
  const durations: readonly (readonly [number, string, string])[] = [
    [0, "0 ns", "0 ns"],
    [850, "850 ns", "850 ns"],
    [1_234, "1.2 µs", "1.23 µs"],
    [999_600, "1.0 ms", "1.00 ms"],
    [12_345_678, "12 ms", "12.3 ms"],
    [999_499_999, "999 ms", "999 ms"],
    [999_600_000, "1.0 s", "1.00 s"],
    [3_400_000_000, "3.4 s", "3.40 s"],
    [125_000_000_000, "2 min 05 s", "2 min 05 s"],
    [7_260_000_000_000, "2 h 01 min", "2 h 01 min"],
  ];
  for (const [ns, short, long] of durations) {
    it(`writes ${ns} ns as ${short} or ${long}`, () => {
      assert.equal(formatDuration(ns), short);
      assert.equal(formatDuration(ns, 3), long);
    });
  }

  it("calls only all of it 100 %", () => {
    assert.equal(formatShare(999, 1000), "99 %");
    assert.equal(formatShare(1000, 1000), "100 %");
    assert.equal(formatShare(0, 0), "0 %");
  });

  it("counts in English", () => {
    assert.equal(plural(1, "task"), "1 task");
    assert.equal(plural(12_000, "task"), "12,000 tasks");
  });
});

describe("text of a trace in Markdown", () => {
  it("keeps links, markup, table cells and lines from being made of a name", () => {
    for (const name of ["[x](command:evil)", "**b**", "a|b", "<b>", "`code`", "$(bug)", "http://x.y", "&lt;"]) {
      assert.doesNotMatch(escapeMarkdown(name).replaceAll(/&#\d+;/g, ""), /[[\]()*|<>`$&:@]/, name);
    }
    assert.equal(escapeMarkdown("a\n\n# b").includes("\n"), false);
  });

  it("is the same text once it is shown", () => {
    const shown = (text: string) =>
      text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(shown(escapeMarkdown(text)), text.replaceAll(/\s+/g, " "));
      }),
    );
  });
});
