import assert from "node:assert/strict";
import { readTrace } from "../../../extension/trace";
import { findingsOf } from "../../fixtures/finding";
import { TraceWriter, type Json } from "../../fixtures/writer";

const MS = 1e6;

/** What is said of the memory of a run in which 1000 tasks of one line live from 10 ms to 50 ms. */
function memoryOf(...memory: readonly Json[]): string | undefined {
  const tasks = Array.from({ length: 1000 }, (_, i) => ({
    task: i + 1,
    code: 1,
    site: 1,
    t: 10 * MS,
    autoName: i + 1,
  }));
  const writer = new TraceWriter()
    .header()
    .define(
      { k: "loop", id: 1, thread: "MainThread", class: "Loop", t: 0 },
      { k: "file", id: 1, path: "/project/app.py", user: true },
      { k: "code", id: 1, file: 1, name: "crawl", line: 1, is: "coroutine" },
      { k: "node", id: 1, parent: 0, code: 1, line: 3, end_line: 3, col: 4, end_col: 11 },
    )
    .tasks(...tasks)
    .define(...memory)
    .end(50 * MS);
  const found = findingsOf(readTrace(writer.bytes())).find(({ rule }) => rule === "unbounded-fanout");
  assert.ok(found !== undefined);
  return found.evidence.map(({ label }) => label).find((label) => label.startsWith("memory"));
}
const at = (ms: number, mb: number): Json => ({ k: "memory", t: ms * MS, resident: mb * 1e6 });

describe("thousands of tasks from one line", () => {
  it("are told of with the memory of the process before and meanwhile", () => {
    assert.equal(
      memoryOf(at(1, 900), at(5, 31), at(20, 90), at(30, 64)),
      "memory of the process: 31 MB before, up to 90 MB meanwhile",
    );
  });

  it("did not make the process grow where it had more before, or as much all the time", () => {
    const same = "memory of the process: 31 MB, which did not grow meanwhile";
    assert.equal(memoryOf(at(1, 31)), same);
    assert.equal(memoryOf(at(1, 31), at(20, 20)), same);
  });

  it("say that it is not known where the system does not tell", () => {
    assert.equal(memoryOf(), "memory: not known, only Linux tells it");
    assert.equal(memoryOf({ k: "memory", t: 5, resident: "much" }), "memory: not known, only Linux tells it");
  });

  it("take no line of a broken file that goes back in time", () => {
    assert.equal(memoryOf(at(5, 31), at(4, 99)), "memory of the process: 31 MB, which did not grow meanwhile");
  });
});
