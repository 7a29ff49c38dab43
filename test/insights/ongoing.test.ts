/** What is told of a loop that is blocked right now, and of one that the machine held up. */
import assert from "node:assert/strict";
import { DEFAULT_OPTIONS, findAll, type Finding } from "../../extension/insights";
import { readTrace, TraceReader, type Trace } from "../../extension/trace";
import { TraceWriter } from "../fixtures/writer";

const MS = 1e6;

/** main has run for 5 ms, and then goes on in its second step, which is seen at `app.py:12`. */
function begun(): TraceWriter {
  return new TraceWriter()
    .header()
    .define(
      { k: "loop", id: 1, thread: "MainThread", class: "Loop", t: 0 },
      { k: "file", id: 1, path: "/project/app.py", user: true },
      { k: "code", id: 1, file: 1, name: "main", line: 1, is: "coroutine" },
      { k: "node", id: 1, parent: 0, code: 1, line: 12, end_line: 12, col: 4, end_col: 19 },
    )
    .tasks({ task: 1, code: 1 }, { task: 2, code: 1 })
    .steps(1, 1, 0, [[1, 5 * MS, 0, 0, 0]])
    .define({ k: "blocked", loop: 1, step: 2, task: 1, t: 120 * MS, stack: [1] });
}

async function blocks(trace: Trace): Promise<readonly Finding[]> {
  const found = await findAll(
    trace,
    DEFAULT_OPTIONS,
    () => undefined,
    () => Promise.reject(new Error("nothing to parse")),
  );
  return found.filter(({ rule }) => rule === "blocked-loop");
}

/** As a live one is read: no end is known. */
function live(bytes: Uint8Array): Trace {
  const reader = new TraceReader();
  reader.push(bytes);
  return reader.trace;
}

describe("a loop that is blocked", () => {
  it("is told of while it is, with how long it has been, and whom that holds up", async () => {
    const [finding, ...more] = await blocks(
      live(
        begun()
          .define({ k: "alive", t: 2005 * MS })
          .bytes(),
      ),
    );
    assert.deepEqual(more, []);
    assert.equal(finding?.message, "Python code in main has held the loop for 2.0 s now; 1 other task cannot run");
    assert.equal(finding.ongoing, "Python code in main holds the loop; 1 other task cannot run");
    assert.deepEqual([finding.severity, finding.site?.line], ["error", 12]);
  });

  it("is told of as over when its step has ended, at the same place", async () => {
    const ended = begun().steps(1, 2, 5 * MS, [[1, 2000 * MS, 0, 0, 0]]);
    const [finding, ...more] = await blocks(live(ended.bytes()));
    assert.deepEqual(more, []);
    assert.equal(finding?.message, "Python code in main held the loop for 2.0 s");
    assert.deepEqual([finding.ongoing, finding.site?.line], [undefined, 12]);
  });

  it("is one finding, also if it was blocked there before", async () => {
    const twice = begun()
      .steps(1, 2, 5 * MS, [[1, 300 * MS, 0, 0, 0]])
      .define({ k: "blocked", loop: 1, step: 3, task: 1, t: 420 * MS, stack: [1] }, { k: "alive", t: 1305 * MS });
    const [finding, ...more] = await blocks(live(twice.bytes()));
    assert.deepEqual(more, []);
    assert.match(finding?.message ?? "", /has held the loop for 1\.0 s now/);
    assert.ok(finding?.evidence.some(({ label }) => label === "before, 1 step held it here for 300 ms"));
  });

  it("with which the program was killed is not told of as if it still were", async () => {
    const [finding] = await blocks(
      readTrace(
        begun()
          .define({ k: "alive", t: 2005 * MS })
          .bytes(),
      ),
    );
    assert.match(finding?.message ?? "", /^Python code in main held the loop for the last 2\.0 s of the trace/);
  });
});

describe("a step that the machine held up", () => {
  const held = (ns: number): Uint8Array =>
    begun()
      .steps(1, 2, 5 * MS, [[1, 300 * MS, 0, 0, 0]])
      .define({ k: "preempted", loop: 1, from: 0, t: 310 * MS, ns })
      .end(310 * MS)
      .bytes();

  it("does not block the loop, if it would not have without", async () => {
    assert.deepEqual(await blocks(readTrace(held(250 * MS))), []);
  });

  it("blocks it, if it would have anyway, and then says so", async () => {
    const [finding] = await blocks(readTrace(held(100 * MS)));
    assert.ok(finding?.evidence.some(({ label }) => /the machine was busy: for 100 ms/.test(label)));
  });
});
