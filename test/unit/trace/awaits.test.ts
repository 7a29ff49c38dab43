import assert from "node:assert/strict";
import {
  awaitStats,
  coroutineStats,
  loopTimes,
  taskTimes,
  TraceReader,
  visitsOf,
  type Trace,
} from "../../../extension/trace";
import { MS, traceFromText } from "../../fixtures/notation";
import { columns, draw, nameOf, taskNamed } from "../../fixtures/reading";

/** `kind line: count×, total (longest), waiting + ready, tasks` */
function stats(trace: Trace): readonly string[] {
  return awaitStats(trace).map(
    ({ kind, site, count, total, max, waiting, ready, tasks }) =>
      `${kind} ${site.line}: ${count}×, ${columns(total)} (${columns(max)}), ` +
      `${columns(waiting)} + ${columns(ready)}, ${tasks} tasks`,
  );
}

describe("Await statistics", () => {
  it("sum the visits of a site over all tasks", () => {
    const trace = draw(`
      A:    #...+#....#x
      B:     #......+#x
      A = work
      B = work
      A awaits sleep @5:4-20
      B awaits sleep @5:4-20
    `);
    assert.deepEqual(stats(trace), ["sleep 5: 3×, 15 (7), 13 + 2, 2 tasks"]);
    assert.equal(awaitStats(trace)[0]?.function.name, "work");
  });

  it("keep apart what was awaited at one place, and places in one line", () => {
    const trace = draw(`
      A:    #.#..#...#x
      A awaits sleep @5:4-20, queue.get @5:4-20, queue.get @5:30-40
    `);
    assert.deepEqual(stats(trace), [
      "sleep 5: 1×, 1 (1), 1 + 0, 1 tasks",
      "queue.get 5: 1×, 2 (2), 2 + 0, 1 tasks",
      "queue.get 5: 1×, 3 (3), 3 + 0, 1 tasks",
    ]);
  });

  it("count an await that suspends several times once, with the library's steps in between", () => {
    const trace = draw(`
      A:    #..##.+#...#x
      A awaits stream.read @5:4-20, &, sleep @6:4-20
    `);
    assert.deepEqual(stats(trace), ["stream.read 5: 1×, 6 (6), 3 + 1, 1 tasks", "sleep 6: 1×, 3 (3), 3 + 0, 1 tasks"]);
  });

  it("count a task that still waits up to the end of the trace", () => {
    const trace = draw(`
      A:    #........#x
      B:     #....
      killed
    `);
    assert.deepEqual(stats(trace), ["sleep 11: 1×, 8 (8), 8 + 0, 1 tasks", "sleep 21: 1×, 8 (8), 8 + 0, 1 tasks"]);
  });

  it("are the same read at once and as they grow", () => {
    const bytes = traceFromText(`
      main: #...............+#x
      A:     #....#..#....#x
      B:      #......++#x
      A < main
      B < main
      gather main: A B
      A awaits stream.read @5:4-20, &, sleep @6:4-20
    `);
    const whole = new TraceReader();
    whole.push(bytes);
    const growing = new TraceReader();
    for (let at = 0; at < bytes.length; at += 7) {
      growing.push(bytes.subarray(at, at + 7));
      awaitStats(growing.trace);
      coroutineStats(growing.trace);
    }
    assert.deepEqual(awaitStats(growing.trace), awaitStats(whole.trace));
    assert.deepEqual(coroutineStats(growing.trace), coroutineStats(whole.trace));
  });

  it("are computed once a revision", () => {
    const trace = draw("A: #..#x");
    assert.equal(awaitStats(trace), awaitStats(trace));
    assert.equal(coroutineStats(trace), coroutineStats(trace));
  });

  it("without a user frame are nobody's", () => {
    const trace = draw("*: #..#");
    assert.deepEqual(awaitStats(trace), []);
  });
});

describe("The visits of an await site", () => {
  const trace = draw(`
    A:    #...+#....#..#x
    B:     #.........
    A awaits sleep @5:4-20, sleep @5:4-20, sleep @6:4-20
    B awaits lock @5:4-20
    B = A
  `);
  const site = awaitStats(trace)[0]?.site;
  assert.ok(site !== undefined);

  it("are each task's stays there, whatever it awaited", () => {
    assert.deepEqual(
      visitsOf(trace, site)
        .list()
        .map(({ task, from, to }) => [nameOf(trace, task), columns(from), columns(to)]),
      [
        ["A", 1, 5],
        ["B", 2, 14],
        ["A", 6, 10],
      ],
    );
  });

  it("follow the step they name", () => {
    for (const { task, from, step } of visitsOf(trace, site).list()) {
      assert.equal(trace.steps.task(step), task);
      assert.equal(trace.steps.end(step), from);
    }
  });

  it("add up to the statistics", () => {
    const total = visitsOf(trace, site)
      .list()
      .reduce((sum, visit) => sum + visit.to - visit.from, 0);
    const here = awaitStats(trace).filter((stat) => stat.site.line === 5);
    assert.equal(
      total,
      here.reduce((sum, stat) => sum + stat.total, 0),
    );
  });

  it("that suspend several times are one", () => {
    const longer = draw(`
      A:    #..##.+#...#x
      A awaits stream.read @5:4-20, &, sleep @6:4-20
    `);
    const read = awaitStats(longer)[0]?.site;
    assert.ok(read !== undefined);
    assert.deepEqual(
      visitsOf(longer, read)
        .list()
        .map(({ from, to }) => [columns(from), columns(to)]),
      [[1, 7]],
    );
  });

  it("of a site nobody stood at are none", () => {
    assert.deepEqual(visitsOf(trace, { ...site, line: 99 }).list(), []);
  });
});

describe("Times", () => {
  const trace = draw(`
    main: #..........+#x
    A:     +#....++#x
    B:        +#....
    N:                +
    A < main
    B < main
    B = A
    killed
  `);

  it("of a task are its life split in three", () => {
    const { id } = taskNamed(trace, "A");
    const { steps, run, ready, wait } = taskTimes(trace, id);
    assert.deepEqual([steps, columns(run), columns(ready), columns(wait)], [2, 2, 3, 4]);
  });

  it("of a pending task run on to the end of the trace", () => {
    for (const name of ["A", "B", "N"]) {
      const task = taskNamed(trace, name);
      const { run, ready, wait } = taskTimes(trace, task.id);
      assert.equal(run + ready + wait, (task.ended ?? trace.end) - task.created, name);
    }
    assert.equal(taskTimes(trace, taskNamed(trace, "N").id).steps, 0);
    assert.deepEqual(taskTimes(trace, 99), { steps: 0, run: 0, ready: 0, wait: 0 });
  });

  it("of a coroutine function are its tasks'", () => {
    const stat = coroutineStats(trace).find(({ code }) => code.name === "A");
    assert.deepEqual([stat?.tasks, stat?.steps], [2, 3]);
  });

  it("of a loop count callbacks as busy, but not as steps", () => {
    const times = loopTimes(draw("A: #..#x\n*:  #"), 1);
    assert.deepEqual(times, { steps: 2, busy: 3 * MS, idle: MS });
  });
});
