import assert from "node:assert/strict";
import { readTrace, summarize } from "../../../extension/trace";
import { draw } from "../../fixtures/reading";
import { rows, TraceWriter } from "../../fixtures/writer";

describe("The summary", () => {
  it("is exactly the document scripts rely on", () => {
    const trace = draw(`
      main: #.........++#x
      A:     #....+#x
      B:      #.......#!
      A < main @3:8-20
      B < main @3:8-20
      gather main: A B @4:4-20
      A awaits sleep @12:4-20
      B awaits queue.get @22:4-20
      B raises ValueError: no such page
      exit 1
    `);
    const site = (line: number, column = 4, end = 20): unknown => ({
      file: "/project/app.py",
      line,
      column,
      end_line: line,
      end_column: end,
    });
    const task = (id: number, name: string, facts: object): object => ({
      id,
      name,
      coro: name,
      parent: 1,
      from_thread: null,
      loop: 1,
      group: null,
      outcome: "returned",
      exception: null,
      cancelled_by: null,
      exception_unretrieved: false,
      destroyed_pending: false,
      create_site: site(3, 8),
      steps: 2,
      run_ms: 2,
      ready_ms: 0,
      ...facts,
    });
    assert.deepEqual(summarize(trace), {
      format: "awaitscope-summary",
      version: 1,
      program: {
        argv: ["app.py"],
        cwd: "/project",
        python: "3.12.1",
        exit_code: 1,
        started_at: "2026-11-22T12:00:00+00:00",
        wall_ms: 13,
        parent: null,
      },
      complete: true,
      lost_events: 0,
      lost: {},
      loops: [
        {
          id: 1,
          thread: "MainThread",
          class: "asyncio.SelectorEventLoop",
          policy: null,
          debug: null,
          steps: 6,
          busy_ms: 6,
          idle_ms: 7,
        },
      ],
      tasks: [
        task(1, "main", { parent: null, create_site: null, created_ms: 0, ended_ms: 13, ready_ms: 2, wait_ms: 9 }),
        task(2, "A", { created_ms: 1, ended_ms: 8, ready_ms: 1, wait_ms: 4 }),
        task(3, "B", {
          created_ms: 2,
          ended_ms: 11,
          wait_ms: 7,
          outcome: "raised",
          exception: { type: "ValueError", message: "no such page", traceback: [] },
        }),
      ],
      awaits: [
        { site: site(4), function: "main", kind: "gather", count: 1, total_ms: 11, max_ms: 11, tasks: 1 },
        { site: site(12), function: "A", kind: "sleep", count: 1, total_ms: 5, max_ms: 5, tasks: 1 },
        { site: site(22), function: "B", kind: "queue.get", count: 1, total_ms: 7, max_ms: 7, tasks: 1 },
      ],
      groups: [
        {
          id: 1,
          kind: "gather",
          owner: 1,
          members: [2, 3],
          site: site(4),
          started_ms: 2,
          ended_ms: 11,
          outcome: "raised",
          critical_member: 3,
          first_failed: 3,
          futures: 0,
          timeout_ms: null,
        },
      ],
      jobs: [],
      never_awaited: [],
      children: [],
    });
  });

  it("says null where nothing is known", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .tasks({ task: 1 })
        .define({ k: "group", id: 1, kind: "gather", owner: 9, site: 0, t: 0, members: [1] })
        .define({ k: "exception", task: 1, type: "E", message: null })
        .bytes(),
    );
    const summary = summarize(trace);
    assert.equal(summary.complete, false);
    assert.equal(summary.program.exit_code, null);
    const [task] = summary.tasks;
    assert.deepEqual(
      [task?.parent, task?.group, task?.ended_ms, task?.create_site, task?.outcome, task?.exception],
      [null, null, null, null, "pending", { type: "E", message: null, traceback: [] }],
    );
    const [group] = summary.groups;
    assert.deepEqual(
      [group?.owner, group?.site, group?.ended_ms, group?.critical_member, group?.outcome],
      [null, null, null, null, "pending"],
    );
  });

  it("counts in milliseconds to the microsecond", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .define({ k: "loop", id: 1, thread: "M", class: "L", t: 0 })
        .tasks({ task: 1 })
        .steps(1, 1, 0, [rows.step(1, 1_234_567), rows.idle(100_499)])
        .bytes(),
    );
    const summary = summarize(trace);
    assert.deepEqual(
      [summary.loops[0]?.busy_ms, summary.loops[0]?.idle_ms, summary.tasks[0]?.run_ms],
      [1.235, 0.1, 1.235],
    );
  });

  it("survives being JSON", () => {
    const summary = summarize(draw("A: #..#x"));
    assert.deepEqual(JSON.parse(JSON.stringify(summary)), summary);
  });
});
