import assert from "node:assert/strict";
import { report } from "../../../extension/cli/report";
import { readTrace, summarize, TraceReader, type Trace } from "../../../extension/trace";
import { findingsOf } from "../../fixtures/finding";
import { traceFromText } from "../../fixtures/notation";
import { TraceWriter } from "../../fixtures/writer";

const MS = 1e6;

/** `fetch` (app.py:12) called `parse` (app.py:3), which called a library; `wait` awaited it. Nobody asked for it. */
function lost(traceback: readonly unknown[]): Trace {
  const node = (id: number, code: number, line: number) => ({ k: "node", id, parent: 0, code, line });
  return readTrace(
    new TraceWriter()
      .header()
      .define(
        { k: "loop", id: 1, thread: "MainThread", class: "Loop", t: 0 },
        { k: "file", id: 1, path: "/project/app.py", user: true },
        { k: "file", id: 2, path: "/usr/lib/python3.12/json/decoder.py", user: false },
        { k: "code", id: 1, file: 1, name: "fetch", line: 10, is: "coroutine" },
        { k: "code", id: 2, file: 1, name: "parse", line: 2, is: "function" },
        { k: "code", id: 3, file: 2, name: "JSONDecoder.raw_decode", line: 300, is: "function" },
        ...[node(1, 1, 12), node(2, 2, 3), node(3, 3, 355), node(4, 1, 20)],
      )
      .tasks({ task: 1, code: 1, site: 4, autoName: 2 })
      .steps(1, 1, 0, [
        [1, 5 * MS, 0, 0, 0],
        [0xfffffffe, 1, 2, 0, 0],
      ])
      .define({ k: "exception", task: 1, type: "ValueError", message: "no", traceback })
      .define({ k: "unretrieved", task: 1, t: 9 * MS })
      .end(20 * MS)
      .bytes(),
  );
}

const evidence = (trace: Trace): readonly string[] =>
  findingsOf(trace)
    .filter(({ rule }) => rule === "exception-lost")
    .flatMap((found) => found.evidence.map(({ label }) => label));

describe("an exception that nobody asked for", () => {
  it("is told of with its traceback: the program's own frames, innermost first, and what they called", () => {
    assert.deepEqual(evidence(lost([3, 2, 1])), [
      "raised ValueError in JSONDecoder.raw_decode, called at app.py:3 in parse",
      "called at app.py:12 in fetch",
      "created at app.py:20",
    ]);
    assert.deepEqual(evidence(lost([2, 1])).slice(0, 2), [
      "raised ValueError at app.py:3 in parse",
      "called at app.py:12 in fetch",
    ]);
  });

  it("has where it was raised in the report and in the summary", () => {
    const trace = lost([3, 2, 1]);
    assert.match(report(trace), /Task-2 \(fetch\) raised ValueError: no, at \S*app\.py:3\. Nobody ever asked/);
    assert.deepEqual(
      summarize(trace).tasks[0]?.exception?.traceback.map((one) => `${one.function}:${one.site?.line}`),
      ["JSONDecoder.raw_decode:355", "parse:3", "fetch:12"],
    );
  });

  it("is told of without where the trace does not say it, or says what cannot be", () => {
    assert.deepEqual(evidence(lost([])), ["raised ValueError", "created at app.py:20"]);
    assert.deepEqual(evidence(lost([99, "x", -1])), ["raised ValueError", "created at app.py:20"]);
  });

  it("says how many frames of a long recursion it leaves out", () => {
    const labels = evidence(lost([...Array.from({ length: 20 }, () => 2), 1]));
    assert.equal(labels.length, 11);
    assert.equal(labels[9], "and 12 more frames");
  });
});

describe("an exception that nobody has asked for yet", () => {
  const DRAWN = `
    main: #..............................................
    A:    +#!
    A raises ValueError: no
    {"k": "unasked", "task": "A", "t": 20}
  `;
  /** As it is read while the program runs; `killed`: as it is left then. */
  const found = (text: string, killed = false): ReturnType<typeof findingsOf> => {
    const reader = new TraceReader();
    reader.push(traceFromText(`${text}\n  killed`));
    if (killed) reader.finish();
    return findingsOf(reader.trace).filter(({ rule }) => rule === "exception-lost");
  };

  it("is told of while the program runs, and after it was killed", () => {
    const [now, ...more] = found(DRAWN);
    assert.deepEqual(more, []);
    assert.match(
      now?.message ?? "",
      /^Task A \(A\) raised ValueError: no, and nobody has asked for it; the program has gone on for /,
    );
    assert.match(now?.certainty ?? "", /could ask for its exception later$/);
    assert.deepEqual([now?.severity, typeof now?.ongoing], ["warning", "string"]);
    const [then] = found(DRAWN, true);
    assert.match(then?.message ?? "", /; the program went on for /);
    assert.equal(then?.ongoing, undefined);
  });

  it("is not told of when somebody has asked since, or waits for the task together with others that go on", () => {
    assert.deepEqual(found(`${DRAWN}\n{"k": "asked", "task": "A", "t": 30}`), []);
    assert.deepEqual(found(`${DRAWN.replace("A:    +#!", "A:    +#!\nB:     #......")}\ngather* main: A B @4`), []);
  });

  it("is told of as lost when the task is gone", () => {
    const [gone, ...more] = found(`${DRAWN}\n{"k": "unretrieved", "task": "A", "t": 30}`);
    assert.deepEqual([gone?.severity, more.length], ["error", 0]);
  });
});
