import assert from "node:assert/strict";
import { describeStep, readTrace, type AwaitKind, type AwaitPoint, type Trace } from "../../../extension/trace";
import { asyncioModule, kindOfFunction } from "../../../extension/trace/kinds";
import { rows, TraceWriter, type Json } from "../../fixtures/writer";

const PYTHON = "/usr/lib/python3.12";
const FILES: Readonly<Record<string, string>> = {
  app: "/project/app.py",
  lib: "/venv/lib/python3.12/site-packages/lib/client.py",
  contextlib: `${PYTHON}/contextlib.py`,
  uvloop: "uvloop/loop.pyx",
};

/** A trace of one step of one task whose chain this is: `file:function`, outermost first, and perhaps a leaf. */
function traceOf(...chain: readonly string[]): Trace {
  const definitions: Json[] = [];
  let parent = 0;
  for (const [i, entry] of chain.entries()) {
    const id = i + 1;
    const [module, name] = entry.split(":");
    if (name === undefined) {
      definitions.push({ k: "node", id, parent, on: module });
    } else {
      const path = FILES[module ?? ""] ?? `${PYTHON}/asyncio/${module ?? ""}.py`;
      const is = name.startsWith("agen") ? "async_generator" : "coroutine";
      definitions.push(
        { k: "file", id, path, user: module === "app" },
        { k: "code", id, file: id, name, line: 1, is },
        { k: "node", id, parent, code: id, line: 10 * id, end_line: 10 * id, col: 4, end_col: 9 },
      );
    }
    parent = id;
  }
  return readTrace(
    new TraceWriter()
      .header()
      .define(...definitions)
      .tasks({ task: 1 })
      .steps(1, 1, 0, [rows.step(1, 1, 0, 0, parent)])
      .bytes(),
  );
}

function pointOf(...chain: readonly string[]): AwaitPoint | undefined {
  const trace = traceOf(...chain);
  return trace.awaitSite(trace.steps.node(0));
}

describe("The kind of an await", () => {
  const cases: readonly (readonly [AwaitKind, ...string[]])[] = [
    ["sleep", "tasks:sleep", "future"],
    ["sleep", "tasks:sleep"],
    ["sleep", "tasks:sleep", "tasks:__sleep0", "yield"],
    ["task", "task"],
    ["gather", "gather"],
    ["future", "future"],
    ["other", "yield"],
    ["lock", "locks:Lock.acquire", "future"],
    ["lock", "locks:_ContextManagerMixin.__aenter__", "locks:Lock.acquire", "future"],
    ["semaphore", "locks:_ContextManagerMixin.__aenter__", "locks:Semaphore.acquire"],
    ["semaphore", "locks:BoundedSemaphore.acquire"],
    ["event", "locks:Event.wait"],
    ["condition", "locks:Condition.wait_for", "locks:Condition.wait", "future"],
    ["barrier", "locks:Barrier.__aenter__", "locks:Barrier.wait", "locks:Barrier._wait", "locks:Condition.wait_for"],
    ["queue.get", "queues:Queue.get", "future"],
    ["queue.put", "queues:Queue.put", "future"],
    ["queue.join", "queues:Queue.join", "locks:Event.wait", "future"],
    [
      "stream.read",
      "streams:StreamReader.readline",
      "streams:StreamReader.readuntil",
      "streams:StreamReader._wait_for_data",
    ],
    ["stream.write", "streams:StreamWriter.drain", "streams:FlowControlMixin._drain_helper"],
    ["stream.write", "streams:StreamWriter.wait_closed", "future"],
    ["socket", "streams:open_connection", "base_events:BaseEventLoop.create_connection", "future"],
    ["socket", "selector_events:BaseSelectorEventLoop.sock_recv", "future"],
    ["executor", "base_events:BaseEventLoop.getaddrinfo", "future"],
    ["subprocess", "subprocess:create_subprocess_exec", "base_events:BaseEventLoop.subprocess_exec", "future"],
    ["subprocess", "subprocess:Process.communicate", "gather"],
    ["subprocess", "subprocess:Process.wait", "base_subprocess:BaseSubprocessTransport._wait", "future"],
    ["wait", "tasks:wait", "tasks:_wait", "future"],
    ["wait_for", "tasks:wait_for", "queues:Queue.get", "future"],
    ["wait_for", "tasks:wait_for", "task"],
    ["as_completed", "tasks:as_completed.<locals>._wait_for_one", "queues:Queue.get", "future"],
    ["as_completed", "tasks:_AsCompletedIterator.__anext__", "tasks:_AsCompletedIterator._wait_for_one"],
    ["taskgroup", "taskgroups:TaskGroup.__aexit__", "future"],
    ["timeout", "timeouts:Timeout.__aexit__", "future"],
    ["executor", "threads:to_thread", "executor"],
    ["executor", "executor"],
    ["shield", "shield"],
    ["future", "a leaf of a later version"],
    ["asyncgen", "lib:agen", "future"],
    ["other", "lib:call", "future"],
    ["other", "lib:call"],
    ["task", "lib:call", "task"],
    ["executor", "lib:call", "executor"],
    ["stream.read", "lib:call", "streams:StreamReader.read", "future"],
    [
      "lock",
      "contextlib:AsyncExitStack.enter_async_context",
      "locks:_ContextManagerMixin.__aenter__",
      "locks:Lock.acquire",
    ],
    ["socket", "uvloop:sock_recv"],
    ["socket", "uvloop:Loop.create_datagram_endpoint"],
    ["socket", "streams:open_connection", "uvloop:create_connection"],
    ["executor", "uvloop:Loop.getaddrinfo"],
    ["subprocess", "uvloop:subprocess_exec"],
    ["asyncgen", "uvloop:shutdown_asyncgens"],
  ];
  for (const [kind, ...below] of cases)
    it(`below user code, ${below.join(" → ")} is ${kind}`, () => {
      assert.equal(pointOf("app:main", ...below)?.kind, kind);
    });

  it("is what the innermost user function awaits, not what its caller does", () => {
    const point = pointOf("app:main", "tasks:wait_for", "app:work", "queues:Queue.get", "future");
    assert.deepEqual([point?.kind, point?.function.name, point?.site.line], ["queue.get", "work", 30]);
  });

  it("of a user function that suspends by itself is other", () => {
    assert.equal(pointOf("app:main")?.kind, "other");
  });

  it("is nobody's without user code", () => {
    assert.equal(pointOf("streams:StreamReader.read", "future"), undefined);
    assert.equal(traceOf("app:main").awaitSite(0), undefined);
    assert.equal(traceOf("app:main").awaitSite(99), undefined);
  });

  it("is known of a task whose coroutine is no user code: create_task(event.wait())", () => {
    const meaning = (...chain: readonly string[]): unknown => {
      const trace = traceOf(...chain);
      return trace.awaitMeaning(trace.steps.node(0));
    };
    assert.deepEqual(meaning("locks:Event.wait"), { kind: "event", library: undefined });
    assert.deepEqual(meaning("tasks:wait_for", "queues:Queue.get"), { kind: "wait_for", library: undefined });
    assert.deepEqual(meaning("lib:pump", "queues:Queue.get"), { kind: "queue.get", library: "lib pump" });
    assert.deepEqual(meaning("lib:pump"), { kind: "other", library: "lib pump" });
    const trace = traceOf("app:main", "tasks:sleep");
    assert.deepEqual(trace.awaitMeaning(trace.steps.node(0)), trace.awaitSite(trace.steps.node(0)));
    assert.deepEqual([trace.awaitMeaning(0), trace.awaitMeaning(99)], [undefined, undefined]);
    const event = traceOf("locks:Event.wait");
    assert.equal(describeStep(event, 0), "event");
  });

  it("does not take other packages' asyncio folders for asyncio", () => {
    assert.equal(asyncioModule("/venv/lib/python3.12/site-packages/redis/asyncio/locks.py", false), undefined);
    assert.equal(asyncioModule("/project/asyncio/locks.py", true), undefined);
    assert.equal(asyncioModule("uvloop/loop.pyx", true), undefined);
    assert.equal(asyncioModule("/venv/uvloop/loop.pyx", false), undefined);
    assert.equal(asyncioModule("C:\\Python312\\Lib\\asyncio\\locks.py", false), "locks");
    assert.equal(kindOfFunction("constructor", "name"), undefined);
  });
});

describe("The await chain", () => {
  it("is outermost first, with each frame's place, and without what is no frame", () => {
    const trace = traceOf("app:main", "tasks:wait_for", "app:work", "tasks:sleep", "future");
    assert.deepEqual(
      trace.chain(trace.steps.node(0)).map(({ code, site }) => [code.name, site?.line]),
      [
        ["main", 10],
        ["wait_for", 20],
        ["work", 30],
        ["sleep", 40],
      ],
    );
  });

  it("has no columns where Python gave none", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .define({ k: "file", id: 1, path: "/a.py", user: true }, { k: "code", id: 1, file: 1, name: "f", line: 1 })
        .define({ k: "node", id: 1, parent: 0, code: 1, line: 7 })
        .tasks({ task: 1 })
        .steps(1, 1, 0, [rows.step(1, 1, 0, 0, 1)])
        .bytes(),
    );
    assert.deepEqual(trace.awaitSite(trace.steps.node(0))?.site, {
      file: "/a.py",
      line: 7,
      column: undefined,
      endLine: undefined,
      endColumn: undefined,
    });
  });

  it("names a function that was never defined as unknown", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .define({ k: "node", id: 1, parent: 0, code: 5, line: 7 })
        .tasks({ task: 1 })
        .steps(1, 1, 0, [rows.step(1, 1, 0, 0, 1)])
        .bytes(),
    );
    const [frame] = trace.chain(trace.steps.node(0));
    assert.deepEqual([frame?.code.name, frame?.site], ["(unknown function)", undefined]);
  });
});
