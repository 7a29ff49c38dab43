import assert from "node:assert/strict";
import { describeStep, describeWaker, readTrace, type Trace } from "../../../extension/trace";
import { draw, taskNamed } from "../../fixtures/reading";
import { rows, TraceWriter, wokenBy } from "../../fixtures/writer";

/** Why the task ran its step, in words; the first by default after its creation. */
function why(trace: Trace, name: string, i = 1): string {
  return describeWaker(trace, trace.stepsOf(taskNamed(trace, name).id).at(i));
}

/** What the task awaited after its step. */
function what(trace: Trace, name: string, i = 0): string {
  return describeStep(trace, trace.stepsOf(taskNamed(trace, name).id).at(i));
}

describe("A wake is told by", () => {
  it("the signal and the thread it came from", () => {
    const trace = draw(`
      A: #..#..#..#x
      A woken signal 15, thread 1, thread 2
      {"k": "thread", "id": 1, "name": "worker-1"}
    `);
    assert.deepEqual(
      [1, 2, 3].map((i) => why(trace, "A", i)),
      ["woken by signal SIGTERM", "woken by thread worker-1", "woken by another thread"],
    );
  });

  it("the connection, process or pipe that had something", () => {
    const trace = draw(`
      A: #..#..#..#..#..#x
      A woken source 1, source 2, source 3, source 4, source 5
      {"k": "source", "id": 1, "is": "socket", "fd": 7, "peer": "127.0.0.1:8080"}
      {"k": "source", "id": 2, "is": "process", "pid": 4711, "command": "sleep 5"}
      {"k": "source", "id": 3, "is": "listener", "fd": 8, "local": "127.0.0.1:80"}
      {"k": "source", "id": 4, "is": "pipe", "fd": 9}
    `);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((i) => why(trace, "A", i)),
      [
        "woken by data from 127.0.0.1:8080 (fd 7)",
        "woken by the exit of process 4711 (sleep 5)",
        "woken by a connection to 127.0.0.1:80 (fd 8)",
        "woken by data from a pipe (fd 9)",
        "woken by I/O",
      ],
    );
  });

  it("which way the data went, as asyncio's callback says", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .define(
          { k: "code", id: 1, file: 0, name: "_SelectorSocketTransport._write_ready", line: 1 },
          { k: "node", id: 1, parent: 0, code: 1, line: 1 },
          { k: "source", id: 1, is: "socket", fd: 7, peer: "[::1]:80" },
        )
        .tasks({ task: 1 })
        .steps(1, 1, 0, [rows.step(1, 1), rows.callback(1, 0, wokenBy.source(1), 1), rows.step(1, 1, 0, 1)])
        .bytes(),
    );
    assert.equal(describeWaker(trace, 2), "woken by room to send to [::1]:80 (fd 7)");
  });

  it("the executor job that was waited for", () => {
    const trace = draw(`
      A: #......#x
      A awaits executor 1 @3
      A woken thread
      {"k": "thread", "id": 2, "name": "pool_0"}
      {"k": "job", "id": 1, "loop": 1, "task": "A", "executor": "thread", "t": 0}
      {"k": "job_started", "job": 1, "thread": 2, "t": 2}
      {"k": "job_ended", "job": 1, "outcome": 1, "t": 6}
    `);
    assert.equal(why(trace, "A"), "executor job done");
    assert.equal(what(trace, "A"), "executor job in thread pool_0");
  });

  it("whoever cancelled it, and from where", () => {
    const trace = draw(`
      main: #...#..#x
      A:     #...#c
      {"k": "cancel", "task": "A", "by": "main", "site": "@12", "t": 5}
    `);
    assert.equal(why(trace, "A"), "cancelled by main at app.py:12");
  });

  it("the only one who ran while it was ready, and not whoever cancelled that one", () => {
    const trace = draw(`
      main: #...#..#...#c
      A:     #....#c
      {"k": "cancel", "task": "A", "by": "main", "site": 0, "ready": true, "t": 6}
      {"k": "cancel", "task": "main", "by": 0, "site": "@12", "t": 11}
    `);
    assert.equal(why(trace, "A"), "cancelled by main");
  });

  it("the one who began it, where a cancel was passed on", () => {
    const trace = draw(`
      main:  #...#...#x
      outer:  #.....#c
      inner:   #..#c
      outer awaits task inner @5
      {"k": "cancel", "task": "inner", "by": "main", "site": "@12", "t": 5}
      {"k": "cancel", "task": "outer", "by": "inner", "site": 0, "t": 6}
    `);
    assert.equal(why(trace, "outer"), "cancelled with inner: cancelled by main at app.py:12");
  });

  it("the timeout that fired", () => {
    const trace = draw(`
      A: #.....#x
      A awaits queue.get @5
      {"k": "group", "id": 1, "kind": "timeout", "owner": "A", "timeout": 2, "t": 0}
      {"k": "cancel", "task": "A", "by": 0, "site": 0, "group": 1, "t": 6}
    `);
    assert.equal(why(trace, "A"), "timeout after 2.0 s");
  });

  it("the member whose failure made its TaskGroup cancel it", () => {
    const trace = draw(`
      main: #..........#!
      A:     #...#!
      B:      #...#c
      taskgroup main: A B
      B woken A
      {"k": "cancel", "task": "B", "by": "A", "site": 0, "group": 1, "t": 6}
    `);
    assert.equal(why(trace, "B"), "cancelled by its TaskGroup, because A raised");
  });

  it("nobody in a circle of broken cancels", () => {
    const trace = draw(`
      A: #...#c
      B:  #...#c
      {"k": "cancel", "task": "A", "by": "B", "site": 0, "t": 2}
      {"k": "cancel", "task": "B", "by": "A", "site": 0, "t": 2}
    `);
    assert.match(why(trace, "A"), /^cancelled with B/);
  });
});

describe("A wait is told by", () => {
  it("the other end of the connection", () => {
    const trace = draw(`
      A: #..#..#..#x
      A awaits stream.read @3, stream.write @4, subprocess @5
      A woken source 1, source 1, source 2
      {"k": "source", "id": 1, "is": "socket", "fd": 7, "peer": "127.0.0.1:80"}
      {"k": "source", "id": 2, "is": "process", "pid": 5, "command": "ls"}
    `);
    assert.deepEqual(
      [0, 1, 2].map((i) => what(trace, "A", i)),
      ["stream read from 127.0.0.1:80", "stream write to 127.0.0.1:80", "subprocess 5 (ls)"],
    );
  });

  it("the lock and its holder, while it hangs", () => {
    const hanging = `
      A:  #..#....
      B:   #.....
      S:    #....
      A awaits lock @3
      B awaits lock @4
      killed
    `;
    const waits = `[
      {"task": "A", "on": "lock", "thing": 2, "holds": [1]},
      {"task": "B", "on": "lock", "thing": 1, "holds": [2]},
      {"task": "S", "on": "sleep", "due": 60003}
    ]`.replace(/\n\s*/g, "");
    const trace = draw(`${hanging}\n{"k": "standing", "loop": 1, "t": 6, "waits": ${waits}}`);
    assert.equal(what(trace, "A", 1), "lock #2, held by B");
    assert.equal(what(trace, "A", 0), "lock", "that wait is over");
    assert.equal(what(trace, "B"), "lock #1, held by A");
    assert.equal(what(trace, "S"), "sleep of 1 min 00 s");
    // What was seen before the last step says nothing of the wait after it.
    const early = draw(`${hanging}\n{"k": "standing", "loop": 1, "t": 2, "waits": ${waits}}`);
    assert.equal(what(early, "A", 1), "lock");
  });

  it("what is inside of it, and how full it is", () => {
    const trace = draw(`
      A: #....
      B:  #...
      A awaits wait_for @3
      B awaits queue.put @4
      killed
      {"k": "standing", "loop": 1, "t": 4, "waits": [{"task": "A", "on": "queue.get", "thing": 3, "due": 31}, {"task": "B", "on": "queue.put", "thing": 3, "size": 2, "limit": 2}]}
    `);
    assert.equal(what(trace, "A"), "wait_for: Queue.get #3, for at most 30 ms");
    assert.equal(what(trace, "B"), "Queue.put #3 (2 of 2)");
  });

  it("the library's own function, where user code calls a library", () => {
    const path = "/home/me/.venv/lib/python3.12/site-packages/";
    const trace = readTrace(
      new TraceWriter()
        .header()
        .define(
          { k: "file", id: 1, path: "/project/app.py", user: true },
          { k: "file", id: 2, path: `${path}aiohttp/client.py`, user: false },
          { k: "file", id: 3, path: "/usr/lib/python3.12/asyncio/locks.py", user: false },
          { k: "file", id: 4, path: `${path}single.py`, user: false },
          { k: "code", id: 1, file: 1, name: "main", line: 1 },
          { k: "code", id: 2, file: 2, name: "ClientSession.get", line: 1 },
          { k: "code", id: 3, file: 2, name: "ClientSession._request", line: 1 },
          { k: "code", id: 4, file: 3, name: "Event.wait", line: 1 },
          { k: "code", id: 5, file: 4, name: "call", line: 1 },
          { k: "node", id: 1, parent: 0, code: 1, line: 3 },
          { k: "node", id: 2, parent: 1, code: 2, line: 3 },
          { k: "node", id: 3, parent: 2, code: 3, line: 3 },
          { k: "node", id: 4, parent: 3, code: 4, line: 3 },
          { k: "node", id: 5, parent: 1, code: 4, line: 3 },
          { k: "node", id: 6, parent: 5, code: 5, line: 3 },
          { k: "node", id: 7, parent: 1, code: 5, line: 3 },
          { k: "node", id: 8, parent: 3, on: "shield" },
          { k: "node", id: 9, parent: 3, on: "gather" },
        )
        .tasks({ task: 1 }, { task: 2 })
        .define(
          { k: "group", id: 1, kind: "shield", owner: 1, site: 3, t: 0, members: [], futures: 1 },
          { k: "group", id: 2, kind: "gather", owner: 1, site: 3, t: 0, members: [2] },
        )
        .steps(1, 1, 0, [
          ...[4, 5, 6, 7].map((node) => rows.step(1, 1, 0, 0, node)),
          ...[1, 2].flatMap((group) => [rows.step(1, 1, 0, 0, 7 + group), rows.awaitsGroup(group)]),
          rows.step(1, 1, 0, 0, 3),
        ])
        .bytes(),
    );
    assert.deepEqual(
      [0, 1, 2, 3].map((step) => describeStep(trace, step)),
      // What asyncio calls in turn is asyncio's, whoever wrote it.
      ["aiohttp ClientSession._request", "event", "event", "single call"],
    );
    assert.deepEqual(
      [4, 5].map((step) => describeStep(trace, step)),
      // That a library waits for futures says less than where it does.
      ["aiohttp ClientSession._request", "gather of 1 task"],
    );
    assert.equal(trace.awaitSite(trace.steps.node(0))?.kind, "event", "the kind stays what it comes down to");
  });
});
