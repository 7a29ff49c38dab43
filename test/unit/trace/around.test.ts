import assert from "node:assert/strict";
import { describeWaker, forEachSlice, readTrace, taskTimes, type Trace } from "../../../extension/trace";
import { rows, TraceWriter, wokenBy } from "../../fixtures/writer";

const LOOP = { k: "loop", id: 1, thread: "MainThread", class: "Loop", policy: "Policy", debug: true, t: 0 };
const CODE = [
  { k: "file", id: 1, path: "/project/app.py", user: true },
  { k: "code", id: 1, file: 1, name: "main", line: 1 },
  { k: "code", id: 2, file: 1, name: "read_file", line: 20 },
  { k: "node", id: 1, parent: 0, code: 1, line: 4 },
  { k: "node", id: 2, parent: 0, code: 2, line: 20 },
];

function written(fill: (writer: TraceWriter) => TraceWriter): Trace {
  return readTrace(fill(new TraceWriter().header().define(LOOP, ...CODE)).bytes());
}

describe("Around the tasks", () => {
  it("a loop has a policy and may be in debug mode", () => {
    const [loop] = written((writer) => writer).loops;
    assert.deepEqual([loop?.policy, loop?.debug], ["Policy", true]);
  });

  it("a job is asked for, started in a thread, and done", () => {
    const asked = { k: "job", id: 1, loop: 1, task: 1, site: 1, function: 2, executor: "thread", t: 10 };
    const trace = written((writer) =>
      writer
        .tasks({ task: 1 })
        .define({ k: "thread", id: 3, name: "pool_0" }, asked, { k: "job_started", job: 1, thread: 3, t: 12 })
        .steps(1, 1, 0, [rows.step(1, 10), rows.awaitsJob(1)])
        .define({ k: "job_ended", job: 1, outcome: 2, t: 20 }, { ...asked, t: 99 }),
    );
    const [job] = trace.jobs;
    assert.ok(job !== undefined && trace.jobs.length === 1);
    assert.deepEqual(
      [job.task, job.site?.line, job.function?.name, job.executor, trace.threadName(job.thread ?? 0)],
      [1, 4, "read_file", "thread", "pool_0"],
    );
    assert.deepEqual([job.created, job.started, job.ended, job.outcome], [10, 12, 20, "raised"]);
    assert.deepEqual(trace.steps.awaits(0), { job: 1 });
  });

  it("wakers are sources, signals and threads by their ids", () => {
    const trace = written((writer) =>
      writer
        .define({ k: "source", id: 7, is: "socket", fd: 9, peer: "127.0.0.1:80", local: "127.0.0.1:5000", t: 1 })
        .define({ k: "source", id: 8, is: "novelty", peer: "127.0.0.1:5000" })
        .steps(
          1,
          1,
          0,
          [wokenBy.source(7), wokenBy.signal(15), wokenBy.thread(2), wokenBy.source(0), 0x84000001, 0x80000009].map(
            (waker) => rows.callback(1, 0, waker),
          ),
        ),
    );
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((step) => trace.steps.waker(step)),
      [
        { kind: "io", source: 7 },
        { kind: "signal", signal: 15 },
        { kind: "thread", thread: 2 },
        { kind: "io" },
        { kind: "unknown" },
        { kind: "unknown" },
      ],
    );
    assert.deepEqual(trace.source(7), {
      id: 7,
      kind: "socket",
      fd: 9,
      peer: "127.0.0.1:80",
      local: "127.0.0.1:5000",
      pid: undefined,
      command: undefined,
    });
    assert.equal(trace.source(8)?.kind, "fd");
    assert.deepEqual([trace.isInside(7), trace.isInside(8), trace.isInside(9)], [false, true, false]);
  });

  it("a cancelled task knows the cancel that ended it; one that did not let itself be cancelled has none", () => {
    const trace = written((writer) =>
      writer
        .tasks({ task: 1 }, { task: 2 }, { task: 3 })
        .define(
          { k: "cancel", task: 2, by: 1, site: 1, t: 3, group: 0 },
          { k: "cancel", task: 2, by: 0, site: 0, t: 4, group: 0 },
          { k: "cancel", task: 3, by: 1, site: 1, t: 3, group: 0 },
        )
        .steps(1, 1, 0, [rows.step(2, 5), rows.ended(2, "cancelled"), rows.step(3, 5), rows.ended(3, "returned")]),
    );
    assert.deepEqual(trace.task(2)?.cancelledBy, {
      task: 2,
      by: undefined,
      site: undefined,
      group: undefined,
      wasReady: false,
      at: 4,
    });
    assert.equal(trace.task(3)?.cancelledBy, undefined);
    assert.deepEqual(
      trace.cancelsOf(3).map((cancel) => [cancel.by, cancel.site?.line]),
      [[1, 4]],
    );
  });

  it("what the program lost is kept: exceptions, tasks, coroutines", () => {
    const trace = written((writer) =>
      writer
        .define({ k: "unretrieved", task: 1, t: 9 })
        .tasks({ task: 1 }, { task: 2 })
        .define({ k: "destroyed", task: 2, t: 8 }, { k: "never_awaited", code: 2, site: 1, t: 11 }),
    );
    assert.deepEqual([trace.task(1)?.unretrieved, trace.task(2)?.destroyed], [9, 8]);
    const [dropped] = trace.neverAwaited;
    assert.deepEqual([dropped?.code?.name, dropped?.site?.line, dropped?.at, trace.end], ["read_file", 4, 11, 11]);
  });

  it("the last known standing of a loop holds", () => {
    const wait = { task: 1, on: "lock", thing: 3, holds: [1, "x", 2], due: 5, size: 1, limit: 2 };
    const trace = written((writer) =>
      writer.define(
        { k: "standing", loop: 1, t: 1, waits: [] },
        { k: "standing", loop: 1, t: 2, waits: [wait, 5, { task: 0 }, { task: 2, on: "novelty" }] },
      ),
    );
    const standing = trace.standingOf(1);
    assert.equal(standing?.at, 2);
    assert.deepEqual(standing.waits.get(1), {
      on: "lock",
      due: 5,
      source: undefined,
      job: undefined,
      thing: 3,
      holds: [1, 2],
      size: 1,
      limit: 2,
    });
    assert.deepEqual([standing.waits.size, standing.waits.get(2)?.on], [2, "other"]);
  });

  it("children, partial loops and losses by kind are kept", () => {
    const trace = written((writer) =>
      writer.define(
        { k: "child", pid: 5, path: "/project/c.awaitscope", t: 3 },
        { k: "partial", loop: 1, what: "timers" },
        { k: "lost", count: 3, what: "steps", t: 1 },
        { k: "lost", count: 4, what: "bytes", t: 2 },
        { k: "lost", count: 5, what: "steps", t: 2 },
      ),
    );
    assert.deepEqual(trace.children, [{ pid: 5, path: "/project/c.awaitscope", at: 3 }]);
    assert.deepEqual(trace.partial, [{ loop: 1, what: "timers" }]);
    assert.deepEqual(
      [[...trace.lost], trace.lostEvents],
      [
        [
          ["steps", 8],
          ["bytes", 4],
        ],
        8,
      ],
    );
  });

  it("a task's end may be known from the block of ends alone", () => {
    const trace = written((writer) =>
      writer
        .tasks({ task: 1 }, { task: 2 })
        .define({ k: "group", id: 1, kind: "gather", owner: 1, members: [2], t: 0 })
        .ends([2, "raised", 2 ** 33], [9, "returned", 1])
        .steps(1, 1, 0, [rows.step(2, 5), rows.ended(2, "returned")]),
    );
    assert.deepEqual([trace.task(2)?.ended, trace.task(2)?.outcome, trace.end], [2 ** 33, "raised", 2 ** 33]);
    assert.deepEqual([trace.groups[0]?.outcome, trace.groups[0]?.firstFailed], ["raised", 2]);
  });

  it("a task whose first steps were given up is not said to have been ready meanwhile", () => {
    const trace = written((writer) =>
      writer
        .tasks({ task: 1 }, { task: 2, t: 5 })
        .ends([2, "returned", 50])
        .define({ k: "lost", count: 9, what: "steps", t: 100 })
        .steps(1, 10, 100, [rows.step(1, 5, 2, 0x80000002)]),
    );
    assert.equal(trace.steps.readySince(0), 98);
    assert.equal(describeWaker(trace, 0), "woken by a timer");
    assert.deepEqual(taskTimes(trace, 2), { steps: 0, run: 0, ready: 0, wait: 0 });
    forEachSlice(trace, 2, 0, 200, () => assert.fail("nobody knows what it did"));
  });
});
