import assert from "node:assert/strict";
import {
  awaitStats,
  blocksNow,
  preemptedWithin,
  readTrace,
  taskTimes,
  TraceDecoder,
  TraceMirror,
} from "../../../extension/trace";
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
    .define({ k: "blocked", loop: 1, step: 2, task: 1, t: 120 * MS, stack: [1, 2] });
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

  it("is known while it goes on, and no more when it is over", () => {
    const step = (run: number): readonly [number, number, number, number, number] => [1, run, 0, 0, 3];
    const live = blockedTrace()
      .steps(1, 1, 0, [step(5 * MS)])
      .define({ k: "alive", t: 900 * MS });
    const trace = readTrace(live.bytes());
    const [block] = blocksNow(trace);
    assert.deepEqual([block?.site.line, block?.function.name, block?.since, block?.task], [12, "parse", 5 * MS, 1]);
    const over = readTrace(live.steps(1, 2, 5 * MS, [step(900 * MS)]).bytes());
    assert.deepEqual(blocksNow(over), []);
  });

  it("has left the await that its task stood in before", () => {
    const await_ = { k: "node", id: 3, parent: 0, code: 1, line: 4, end_line: 4, col: 4, end_col: 9 };
    const bytes = blockedTrace()
      .define(await_, { k: "blocked", loop: 1, step: 2, task: 1, t: 120 * MS, stack: [1, 2] })
      .steps(1, 1, 0, [[1, 5 * MS, 0, 0, 3]])
      .steps(1, 2, 20 * MS, [])
      .define({ k: "alive", t: 900 * MS })
      .bytes();
    const trace = readTrace(bytes);
    const [stat] = awaitStats(trace);
    assert.deepEqual([stat?.count, stat?.total, stat?.waiting], [1, 15 * MS, 15 * MS]);
    assert.deepEqual(taskTimes(trace, 1), { steps: 1, run: (5 + 880) * MS, ready: 0, wait: 15 * MS });
  });

  it("is the same in a page that is told by a worker", () => {
    const decoder = new TraceDecoder();
    const mirror = new TraceMirror();
    const tell = (): void => decoder.take().forEach((delta) => mirror.apply(delta));
    const writer = blockedTrace();
    decoder.push(writer.bytes());
    tell();
    assert.equal(blocksNow(mirror.trace).length, 0, "the step before it is still to come");
    const before = writer.bytes().length;
    writer.steps(1, 1, 0, [[1, 5 * MS, 0, 0, 0]]);
    decoder.push(writer.bytes().subarray(before));
    tell();
    assert.equal(blocksNow(mirror.trace)[0]?.since, 5 * MS);
    const after = writer.bytes().length;
    writer.steps(1, 2, 5 * MS, [[1, 400 * MS, 0, 0, 0]]);
    decoder.push(writer.bytes().subarray(after));
    tell();
    assert.equal(blocksNow(mirror.trace).length, 0);
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

describe("time that the system took", () => {
  const preempted = (from: number, to: number, ns: number) => ({
    k: "preempted",
    loop: 1,
    from: from * MS,
    t: to * MS,
    ns: ns * MS,
  });
  const trace = readTrace(
    new TraceWriter()
      .header()
      .define(preempted(100, 150, 40), preempted(140, 200, 10), preempted(500, 490, 5))
      .bytes(),
  );
  const taken = (from: number, to: number, estimate: "likely" | "at most"): number =>
    preemptedWithin(trace, 1, from * MS, to * MS, estimate) / MS;

  it("is all of it where it all lies within", () => {
    assert.equal(taken(0, 300, "likely"), 50);
    assert.equal(taken(0, 300, "at most"), 50);
  });

  it("is a part of it, or at most all that fits, where only a part lies within", () => {
    assert.equal(taken(100, 125, "likely"), 20);
    assert.equal(taken(100, 125, "at most"), 25);
    assert.equal(taken(145, 150, "at most"), 5);
  });

  it("is nothing outside of it, and on other loops", () => {
    assert.equal(taken(200, 1000, "at most"), 0);
    assert.equal(preemptedWithin(trace, 2, 0, 300 * MS, "at most"), 0);
  });
});
