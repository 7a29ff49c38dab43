import assert from "node:assert/strict";
import fc from "fast-check";
import { mergeNotes, MOST_NOTES, packNotes, parseNotes, unpackNotes, type Note } from "../../../extension/notes";

const early: Note = { at: 1, task: 2, text: "<i>why</i> so long?" };
const late: Note = { at: 9, text: "here it fails" };
const between: Note = { at: 5, text: "and here" };

const packed = (...notes: readonly unknown[]): string => JSON.stringify({ version: 1, notes });

describe("The notes of a trace", () => {
  it("are read as they were written, in order of time", () => {
    assert.deepEqual(unpackNotes(packNotes([early, late])), [early, late]);
    assert.deepEqual(unpackNotes(packNotes([late, early])), [early, late]);
    assert.deepEqual(unpackNotes(packNotes([])), []);
  });

  it("are none in a file that says anything that would be lost if it were written anew", () => {
    for (const text of [
      "",
      "{",
      "[]",
      "null",
      JSON.stringify({ version: 2, notes: [late] }),
      JSON.stringify({ version: 1 }),
      packed(late, { at: "soon", text: "x" }),
      packed(late, { at: 5 }),
      packed(late, { at: 5, text: "x".repeat(1001) }),
      packed(...Array.from({ length: MOST_NOTES + 1 }, () => late)),
      packNotes([early, late]).slice(0, -5),
    ])
      assert.equal(unpackNotes(text), undefined, text.slice(0, 80));
  });

  it("are believed of nobody", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const { at, text } of parseNotes(value) ?? []) assert.ok(Number.isFinite(at) && text !== "");
      }),
    );
  });

  it("of two windows are kept all, and those are gone that one of them removed", () => {
    assert.deepEqual(mergeNotes([early, late], [early], [early, between]), [early, between, late]);
    assert.deepEqual(mergeNotes([early, late], [early], []), [late]);
    assert.deepEqual(mergeNotes([late], [early, late], [early, late, between]), [between, late]);
    assert.deepEqual(mergeNotes([], [], [late]), [late]);
  });
});
