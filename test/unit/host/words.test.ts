import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeMarkdown, formatShare, plural } from "../../../extension/inline/words";

describe("numbers in the source", () => {
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
