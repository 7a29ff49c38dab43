import assert from "node:assert/strict";
import { readTrace, type Trace } from "../../../extension/trace";
import { CONTINUES, rows, SINCE_WAKER, TraceWriter, WAKER, type StepRow } from "../../fixtures/writer";

/** A trace of one loop with tasks 1 to 3, created at 0. */
function traceOf(...steps: readonly StepRow[]): Trace {
  return readTrace(base().steps(1, 1, 0, steps).bytes());
}

function base(): TraceWriter {
  return new TraceWriter()
    .header()
    .define({ k: "loop", id: 1, thread: "Main", class: "Loop", t: 0 })
    .define({ k: "loop", id: 2, thread: "Other", class: "Loop", t: 0 })
    .tasks({ task: 1 }, { task: 2 }, { task: 3 });
}

const startsOf = (trace: Trace): readonly number[] =>
  Array.from({ length: trace.steps.length }, (_, step) => trace.steps.start(step));

describe("Step rows", () => {
  it("follow each other on the running clock", () => {
    const trace = traceOf(rows.step(1, 10), rows.idle(5), rows.step(2, 3), rows.clock(100), rows.step(1, 1));
    assert.deepEqual(startsOf(trace), [0, 15, 100]);
    assert.deepEqual([trace.idlesOf(1).start(0), trace.idlesOf(1).end(0)], [10, 15]);
    assert.equal(trace.end, 101);
  });

  it("never run backwards, whatever clock rows say", () => {
    const trace = traceOf(rows.step(1, 50), rows.clock(10), rows.step(1, 5));
    assert.deepEqual(startsOf(trace), [0, 50]);
  });

  it("may be longer and readier than 32 bits hold", () => {
    const hour = 3_600_000_000_000;
    const trace = traceOf(
      rows.step(1, 1),
      rows.longRun(2 * hour),
      rows.idle(7),
      rows.longReady(hour),
      rows.longRun(3 * hour),
      rows.step(1, 7, 7),
      rows.step(2, 1, 1),
    );
    assert.deepEqual([trace.steps.start(1), trace.steps.end(1)], [1 + 2 * hour, 1 + 5 * hour]);
    assert.equal(trace.steps.readySince(1), 1 + hour);
    assert.equal(trace.steps.end(2) - trace.steps.start(2), 1, "the long times hold for one row only");
  });

  it("are the same whether they are written by rows or by planes", () => {
    const steps: readonly StepRow[] = [
      rows.step(1, 0x01020304, 0x05060708, WAKER.io, 0x0a0b0c0d + CONTINUES),
      rows.callback(0xfffffffe, SINCE_WAKER, 1, 3),
      rows.idle(0xff00ff),
      rows.longRun(2 ** 33),
      rows.step(0xfffffe, 3, 2, 2, 0x7fffffff),
      rows.ended(1, "raised"),
    ];
    const all = (trace: Trace): readonly unknown[] => [
      startsOf(trace),
      ...Array.from({ length: trace.steps.length }, (_, i) => [
        [trace.steps.task(i), trace.steps.end(i), trace.steps.readySince(i)],
        [trace.steps.waker(i), trace.steps.node(i), trace.steps.continues(i)],
      ]),
      [trace.end, trace.task(1)?.outcome],
    ];
    for (let count = 1; count <= steps.length; count++) {
      const plain = traceOf(...steps.slice(0, count));
      const packed = readTrace(base().packedSteps(1, 1, 0, steps.slice(0, count)).bytes());
      assert.deepEqual(all(packed), all(plain), `${count} rows`);
    }
  });

  it("belong to their task's lane and to their loop's", () => {
    const trace = traceOf(rows.step(1, 1), rows.callback(1), rows.step(2, 1), rows.step(1, 1));
    const lane = (list: { readonly length: number; at(i: number): number }): number[] =>
      Array.from({ length: list.length }, (_, i) => list.at(i));
    assert.deepEqual(lane(trace.stepsOf(1)), [0, 3]);
    assert.deepEqual(lane(trace.stepsOf(2)), [2]);
    assert.deepEqual(lane(trace.stepsOf(99)), []);
    assert.deepEqual(lane(trace.stepsOfLoop(1)), [0, 1, 2, 3]);
    assert.deepEqual(lane(trace.stepsOfLoop(7)), []);
  });

  it("of a task that two loops claim count for the loop, but not twice for the task", () => {
    const trace = readTrace(
      base()
        .steps(1, 1, 0, [rows.step(1, 100)])
        .steps(2, 1, 0, [rows.step(1, 50)])
        .bytes(),
    );
    assert.equal(trace.stepsOf(1).length, 1);
    assert.equal(trace.stepsOfLoop(2).length, 1);
    assert.equal(trace.steps.task(1), 0);
  });

  it("end their task with an outcome", () => {
    const trace = traceOf(
      rows.step(1, 10),
      rows.ended(1, "raised"),
      rows.step(2, 5),
      rows.ended(2, "cancelled"),
      rows.ended(2, "returned"),
      rows.ended(77, "returned"),
    );
    assert.deepEqual(
      trace.tasks.map((task) => [task.outcome, task.ended]),
      [
        ["raised", 10],
        ["cancelled", 15],
        ["pending", undefined],
      ],
    );
  });

  it("say what they await", () => {
    const trace = traceOf(
      rows.awaitsTask(9),
      rows.step(1, 1),
      rows.awaitsTask(2),
      rows.step(2, 1),
      rows.awaitsGroup(4),
    );
    assert.deepEqual(trace.steps.awaits(0), { task: 2 });
    assert.deepEqual(trace.steps.awaits(1), { group: 4 });
  });

  it("keep the flag that the await goes on apart from the node", () => {
    const trace = readTrace(
      base()
        .define({ k: "node", id: 5, parent: 0, code: 0, line: 1 })
        .steps(1, 1, 0, [rows.step(1, 1, 0, 0, 5), rows.step(1, 1, 0, 0, 5 + CONTINUES)])
        .bytes(),
    );
    assert.deepEqual([trace.steps.continues(0), trace.steps.continues(1)], [false, true]);
    assert.equal(trace.steps.node(0), trace.steps.node(1));
  });
});

describe("Wakes", () => {
  it("count back from the start", () => {
    const trace = traceOf(rows.step(1, 1), rows.idle(100), rows.step(1, 1, 30, WAKER.timer));
    assert.equal(trace.steps.readySince(1), 101 - 30);
    assert.deepEqual(trace.steps.waker(1), { kind: "timer" });
  });

  it("come from I/O, timers, threads, or nobody knows", () => {
    const trace = traceOf(
      ...[WAKER.io, WAKER.timer, WAKER.thread, WAKER.unknown, 0x80000004, 0xffffffff].map((waker) =>
        rows.step(1, 1, 0, waker),
      ),
    );
    const kinds = Array.from({ length: 6 }, (_, step) => trace.steps.waker(step).kind);
    assert.deepEqual(kinds, ["io", "timer", "thread", "unknown", "unknown", "unknown"]);
  });

  it("by a step last since that step's end", () => {
    const trace = traceOf(rows.step(1, 10), rows.step(2, 10), rows.step(3, 10), rows.step(1, 1, SINCE_WAKER, 2));
    assert.deepEqual(trace.steps.waker(3), { kind: "step", step: 1 });
    assert.equal(trace.steps.readySince(3), 20);
  });

  it("by a callback last since the callback was woken: it only passes them on", () => {
    const trace = traceOf(
      rows.step(1, 10),
      rows.idle(90),
      rows.callback(5, 20, WAKER.timer),
      rows.step(1, 1, SINCE_WAKER, 1),
    );
    assert.equal(trace.steps.readySince(2), 80);
  });

  it("never precede the end of the task's last step, nor follow the start", () => {
    const trace = traceOf(
      rows.step(1, 10),
      rows.step(1, 10, 500, WAKER.timer),
      rows.step(2, 5),
      rows.step(1, 1, SINCE_WAKER, 1),
    );
    assert.equal(trace.steps.readySince(1), 10);
    assert.equal(trace.steps.readySince(3), 25);
  });

  it("of a new task are its creation", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .tasks({ task: 1, t: 40 })
        .steps(1, 1, 100, [rows.step(1, 1, 5, WAKER.io)])
        .bytes(),
    );
    assert.equal(trace.steps.readySince(0), 40);
  });

  it("find their step across blocks, and across other loops' blocks", () => {
    const trace = readTrace(
      base()
        .steps(1, 1, 0, [rows.step(1, 10), rows.step(2, 10)])
        .steps(2, 1, 0, [rows.step(3, 1)])
        .steps(1, 3, 20, [rows.step(1, 1, SINCE_WAKER, 1)])
        .bytes(),
    );
    assert.deepEqual(trace.steps.waker(3), { kind: "step", step: 1 });
  });

  it("are unknown where the step was lost, and found again beyond the gap", () => {
    const trace = readTrace(
      base()
        .steps(1, 1, 0, [rows.step(1, 10), rows.step(2, 10)])
        .steps(1, 5, 50, [
          rows.step(1, 1, SINCE_WAKER, 1),
          rows.step(2, 1, SINCE_WAKER, 4),
          rows.step(3, 1, SINCE_WAKER, 1),
        ])
        .bytes(),
    );
    assert.deepEqual(trace.steps.waker(2), { kind: "unknown" });
    assert.equal(trace.steps.readySince(2), trace.steps.start(2));
    assert.deepEqual(trace.steps.waker(3), { kind: "step", step: 1 }, "number 2, four before number 6");
    assert.deepEqual(trace.steps.waker(4), { kind: "step", step: 3 });
  });

  it("by steps before the trace began are unknown", () => {
    const trace = traceOf(rows.step(1, 1, SINCE_WAKER, 5));
    assert.deepEqual(trace.steps.waker(0), { kind: "unknown" });
  });

  it("stay sane when the numbers of the steps go back", () => {
    const trace = readTrace(
      base()
        .steps(1, 100, 0, [rows.step(1, 10)])
        .steps(1, 1, 10, [rows.step(2, 10), rows.step(1, 1, SINCE_WAKER, 1)])
        .bytes(),
    );
    assert.deepEqual(trace.steps.waker(2), { kind: "step", step: 1 });
  });
});
