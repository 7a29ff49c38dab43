import assert from "node:assert/strict";
import { functionStats, readTrace } from "../../../extension/trace";
import { rows, TraceWriter, WAKER } from "../../fixtures/writer";

const MS = 1e6;
const FILE = "/project/app.py";

/** Where main and load can stand, and what suspends them there. */
const PLACES = {
  // main, in its loop and outside of it; load's first and second place, and one in a loop of its own.
  loop: { id: 1, parent: 0, code: 1, line: 20 },
  plain: { id: 2, parent: 0, code: 1, line: 25, once: true },
  "loop first": { id: 3, parent: 1, code: 2, line: 5, once: true },
  "loop second": { id: 4, parent: 1, code: 2, line: 6, once: true },
  "loop rounds": { id: 5, parent: 1, code: 2, line: 8 },
  "plain first": { id: 6, parent: 2, code: 2, line: 5, once: true },
  "plain rounds": { id: 7, parent: 2, code: 2, line: 8 },
  "loop first deep": { id: 8, parent: 3, code: 3, line: 12, once: true },
} as const;
type Place = keyof typeof PLACES;

/** "load 3, deep 2+": the calls that are told of, where main stands in these places one after another. */
function calls(...stood: readonly Place[]): string {
  const writer = new TraceWriter().header().define(
    { k: "loop", id: 1, thread: "MainThread", class: "Loop", t: 0 },
    { k: "file", id: 1, path: FILE, user: true },
    ...["main", "load", "deep"].map((name, i) => ({
      k: "code",
      id: i + 1,
      file: 1,
      name,
      line: i + 1,
      is: "coroutine",
    })),
    ...Object.values(PLACES).map((place) => ({ k: "node", ...place })),
  );
  const steps = stood.map((place) => rows.step(1, MS, 0, WAKER.timer, PLACES[place].id));
  const trace = readTrace(writer.tasks({ task: 1, code: 1 }).steps(1, 1, 0, steps).bytes());
  return functionStats(trace, FILE)
    .flatMap(({ code, awaited }) => (awaited ? [`${code.name} ${awaited.calls ?? "?"}${awaited.more ? "+" : ""}`] : []))
    .join(", ");
}

describe("calls of an awaited function", () => {
  it("are told apart by a place to which one call comes once", () => {
    assert.equal(calls("loop first", "loop first", "loop first"), "load 3");
  });

  it("are told apart by where they were called", () => {
    assert.equal(calls("loop rounds", "plain rounds", "plain rounds"), "load 2");
    assert.equal(calls("loop rounds", "loop", "loop rounds"), "load 2");
  });

  it("are as many as are certain where a loop may hide some, and that is said", () => {
    assert.equal(calls("loop rounds", "loop rounds", "loop rounds"), "load 1+");
    assert.equal(calls("loop first", "loop second", "loop first", "loop second"), "load 2+");
  });

  it("are one where the caller has no loop", () => {
    assert.equal(calls("plain first", "plain rounds", "plain rounds"), "load 1");
  });

  it("are those of their callers, too, where only these can have called again", () => {
    assert.equal(calls("loop first deep", "loop first deep"), "load 2, deep 2");
  });
});
