import assert from "node:assert/strict";
import { readTrace } from "../../../extension/trace";
import { report } from "../../../extension/cli/report";
import { TraceWriter } from "../../fixtures/writer";

const MS = 1e6;

function blockedTrace(): TraceWriter {
  return new TraceWriter()
    .header()
    .define(
      { k: "loop", id: 1, thread: "MainThread", class: "Loop", t: 0 },
      { k: "file", id: 1, path: "/project/app.py", user: true },
      { k: "code", id: 1, file: 1, name: "main", line: 1, is: "coroutine" },
      { k: "code", id: 2, file: 1, name: "parse", line: 10, is: "function" },
      { k: "node", id: 1, parent: 0, code: 2, line: 12, end_line: 12, col: 4, end_col: 19 },
      { k: "node", id: 2, parent: 0, code: 1, line: 3, end_line: 3, col: 4, end_col: 11 },
    )
    .tasks({ task: 1, code: 1 })
    .define({ k: "blocked", loop: 1, step: 2, t: 120 * MS, stack: [1, 2] });
}

describe("a step that blocked the loop", () => {
  it("knows where it stood, innermost first, and so does the report", () => {
    const bytes = blockedTrace()
      .steps(1, 1, 0, [
        [1, 5 * MS, 0, 0, 0],
        [1, 300 * MS, 0, 1, 0],
      ])
      .end(305 * MS)
      .bytes();
    const trace = readTrace(bytes);
    assert.deepEqual(trace.blockedAt(0), []);
    assert.deepEqual(
      trace.blockedAt(1).map((frame) => `${frame.code.name}:${frame.site?.line}`),
      ["parse:12", "main:3"],
    );
    assert.match(report(trace), /The loop was blocked for 300 ms by Task-1 \(main\), at \S*app\.py:12\./);
  });

  it("without a sample has no place", () => {
    const trace = readTrace(
      blockedTrace()
        .steps(1, 1, 0, [[1, 300 * MS, 0, 0, 0]])
        .bytes(),
    );
    assert.deepEqual(trace.blockedAt(0), []);
    assert.match(report(trace), /The loop was blocked for 300 ms by Task-1 \(main\)\./);
  });
});
