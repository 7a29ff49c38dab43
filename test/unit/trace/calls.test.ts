import assert from "node:assert/strict";
import { functionStats, readTrace, type FunctionStat } from "../../../extension/trace";
import { MOST_KEPT, Sample } from "../../../extension/trace/questions/sample";
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
  "plain first deep": { id: 9, parent: 6, code: 3, line: 12, once: true },
} as const;
type Place = keyof typeof PLACES;

/** The calls that are told of, where main stands in these places one after another; a wait is so many ms long. */
function statsOf(stood: readonly (readonly [Place | "end", number])[]): readonly FunctionStat[] {
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
  const steps = stood.flatMap(([place, wait]) => [
    rows.step(1, MS, 0, WAKER.timer, place === "end" ? 0 : PLACES[place].id),
    rows.idle(wait * MS),
  ]);
  const trace = readTrace(writer.tasks({ task: 1, code: 1 }).steps(1, 1, 0, steps).bytes());
  return functionStats(trace, FILE);
}

/** "load 3, deep 2+" */
function calls(...stood: readonly Place[]): string {
  return statsOf(stood.map((place) => [place, 1] as const))
    .flatMap(({ code, awaited }) => (awaited ? [`${code.name} ${awaited.calls ?? "?"}${awaited.more ? "+" : ""}`] : []))
    .join(", ");
}

/** "load 3 ms, deep not known": what a call typically took. */
function typical(...stood: readonly (readonly [Place | "end", number])[]): string {
  return statsOf(stood)
    .flatMap(({ code, awaited }) => {
      const long = awaited?.typical;
      if (awaited === undefined) return [];
      return [`${code.name} ${long === undefined ? "not known" : `${long.exact ? "" : "≈ "}${long.duration / MS} ms`}`];
    })
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

describe("the typical time of a call", () => {
  it("is the median of the calls that are over, each with all the waits in it", () => {
    assert.equal(typical(["plain first", 1], ["plain rounds", 3], ["plain first", 9], ["loop", 7]), "load 6.5 ms");
    assert.equal(typical(["loop first", 1], ["loop first", 50], ["loop first", 3], ["loop", 7]), "load 3 ms");
    assert.equal(typical(["loop first", 2], ["loop", 1], ["loop first", 4], ["end", 0]), "load 3 ms");
  });

  it("has the time of the calls below it", () => {
    assert.equal(typical(["plain first", 1], ["plain first deep", 4], ["loop", 1]), "load 5 ms, deep 4 ms");
  });

  it("is not known before one is over, nor where a loop may hide some", () => {
    assert.equal(typical(["loop first", 2]), "load not known");
    assert.equal(typical(["loop rounds", 1], ["loop rounds", 1], ["loop", 1]), "load not known");
  });

  it("is of all of some thousand calls, and of more of them nearly right, which is said", () => {
    const exact = new Sample();
    for (let i = 0; i < MOST_KEPT; i++) exact.add(i % 2 === 0 ? i : MOST_KEPT - i);
    assert.deepEqual(exact.typical(), { duration: (MOST_KEPT - 1) / 2, exact: true });
    // In order and against it, in turns and in two heaps: no order of the calls misleads it.
    const MANY = 200_000;
    const orders: readonly ((i: number) => number)[] = [
      (i) => i,
      (i) => MANY - i,
      (i) => (i % 2) * MANY + (i % 3),
      (i) => (i * 7919) % MANY,
    ];
    for (const [which, order] of orders.entries()) {
      const sample = new Sample();
      const all: number[] = [];
      for (let i = 0; i < MANY; i++) {
        sample.add(order(i));
        all.push(order(i));
      }
      const { duration = NaN, exact: isExact } = sample.typical() ?? {};
      assert.equal(isExact, false);
      const [low, high] = [all.filter((one) => one < duration).length, all.filter((one) => one <= duration).length];
      assert.ok(low <= 0.52 * MANY && high >= 0.48 * MANY, `order ${which}: ${low} to ${high} of ${MANY}`);
    }
  });
});
