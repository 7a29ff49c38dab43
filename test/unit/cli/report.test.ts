import assert from "node:assert/strict";
import { report } from "../../../extension/cli/report";
import { coloured, plain, styleFor } from "../../../extension/cli/style";
import { printable } from "../../../extension/cli/text";
import { readTrace } from "../../../extension/trace";
import { draw } from "../../fixtures/reading";
import { TraceWriter } from "../../fixtures/writer";

const GREETING = `
  main: #..........#x
  A:     #......#x
  B:      #.......#x
  A = greet
  B = greet
  A < main
  B < main
  gather main: A B @8:4-40
  A awaits sleep @3:4-24
  B awaits sleep @3:4-24
`;

describe("The report", () => {
  it("says how long, how much at once, where the time went, and who decided", () => {
    assert.equal(
      report(draw(GREETING)),
      [
        "app.py ran for 12.0 ms with 3 tasks.",
        "The loop was busy for 6.00 ms and idle for 6.00 ms.",
        "One after another, its tasks would have taken at least 19.0 ms.",
        "",
        "    total  longest  count  await   where     in",
        "  13.0 ms  7.00 ms      2  sleep   app.py:3  greet",
        "  10.0 ms  10.0 ms      1  gather  app.py:8  main",
        "",
        "  gather of 2 tasks at app.py:8: 9.00 ms, decided by B (greet)",
      ].join("\n"),
    );
  });

  it("does not count waits for other tasks as time saved", () => {
    const text = report(
      draw(`
        main: #..........#x
        A:     #........#x
        A < main
        main awaits task A @4:4-20
        A awaits lock @5:4-20
      `),
    );
    assert.doesNotMatch(text, /One after another/);
  });

  it("does not count tasks that only go on until they are stopped", () => {
    const text = report(
      draw(`
        main: #.............#x
        A:     #............
        B:      #..........#c
      `),
    );
    assert.doesNotMatch(text, /One after another/);
  });

  it("counts libraries' own tasks apart", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .define({ k: "loop", id: 1, thread: "", class: "", t: 0 })
        .define({ k: "file", id: 1, path: "/usr/lib/python3.12/asyncio/base_events.py", user: false })
        .define({ k: "code", id: 1, file: 1, name: "BaseEventLoop.shutdown_asyncgens", line: 1 })
        .tasks({ task: 1 }, { task: 2, code: 1 }, { task: 3, code: 1 })
        .bytes(),
    );
    assert.match(report(trace), /with 1 task \(and 2 of libraries\)\./);
  });

  it("tells of tasks that raised, were cancelled or never ended", () => {
    const text = report(
      draw(`
        A:   #..#!
        B:    #..#c
        C:     #...
        A raises ValueError: no such page
      `),
    );
    assert.match(text, /^A raised ValueError: no such page\.$/m);
    assert.match(text, /^1 task was cancelled\.$/m);
    assert.match(text, /^1 task never ended\.$/m);
  });

  it("tells who cancelled whom", () => {
    const text = report(
      draw(`
        main: #...#......#x
        A:     #...#c
        B:      #....#c
        {"k": "cancel", "task": "A", "by": "main", "site": "@12", "t": 5}
      `),
    );
    assert.match(text, /^A was cancelled by main at app\.py:12\.\n1 more task was cancelled\.$/m);
  });

  it("tells what the program will not say: lost exceptions, tasks and coroutines", () => {
    const text = report(
      draw(`
        A:   #..#!
        B:    #.....
        A raises ValueError: no such page
        {"k": "unretrieved", "task": "A", "t": 5}
        {"k": "destroyed", "task": "B", "t": 6}
        {"k": "never_awaited", "code": 1, "by": "A", "site": "@7", "t": 6}
        {"k": "never_awaited", "code": 1, "by": "A", "site": "@7", "t": 6}
      `),
    );
    assert.match(text, /^A raised ValueError: no such page\. Nobody ever asked for that exception\.$/m);
    assert.match(text, /^A was never awaited: dropped at app\.py:7, 2 times\.$/m);
    assert.match(text, /^B was destroyed while it was pending: is in sleep at app\.py:21\.$/m);
    assert.doesNotMatch(text, /never ended/);
  });

  it("of tasks that had not ended tells where they stand", () => {
    const text = report(
      draw(`
        A:  #..#....
        B:   #.....
        A awaits lock @3
        B awaits lock @4
        killed
        {"k": "standing", "loop": 1, "t": 6, "waits": [{"task": "A", "on": "lock", "thing": 2, "holds": [1]}, {"task": "B", "on": "lock", "thing": 1, "holds": [2]}]}
      `),
    );
    assert.match(
      text,
      /^2 tasks had not ended\.\n  A: waits for lock #2, held by B, at app\.py:3\n  B: waits for lock #1, held by A, at app\.py:4$/m,
    );
  });

  it("leaves out scopes that were left in peace", () => {
    const timeout = `{"k": "group", "id": 1, "kind": "timeout", "owner": "A", "site": "@3", "timeout": 0.002, "t": 1}`;
    const ended = (outcome: string): string => `{"k": "group_ended", "group": 1, "outcome": "${outcome}", "t": 3}`;
    assert.doesNotMatch(report(draw(`A: #..#x\n${timeout}\n${ended("returned")}`)), /timeout/);
    assert.match(
      report(draw(`A: #..#x\n${timeout}\n${ended("timed_out")}`)),
      /^ {2}timeout of 2\.0 ms at app\.py:3: 2\.00 ms, timed out$/m,
    );
  });

  it("leads to the traces of child processes", () => {
    const text = report(draw(`A: #..#x\n{"k": "child", "pid": 7, "path": "/project/c.awaitscope", "t": 2}`));
    assert.match(text, /^Its child process 7 has a trace of its own: \/project\/c\.awaitscope$/m);
  });

  it("of a program that never started a loop says so", () => {
    const trace = readTrace(new TraceWriter().header().end(5).bytes());
    assert.equal(report(trace), "app.py: No asyncio loop was started.");
    const killed = readTrace(new TraceWriter().header().bytes());
    assert.match(report(killed), /No asyncio loop was seen yet\.\nThe program was killed/);
  });

  it("of a killed program says up to when it is known", () => {
    assert.match(report(draw("A: #....\nkilled")), /was killed, or is still running: .* up to 5\.00 ms/);
  });

  it("knows better where it was told how the program ended", () => {
    const killed = draw("A: #....\nkilled");
    assert.match(report(killed, plain, { signal: "SIGTERM" }), /\nThe program was killed by SIGTERM\.\n/);
    assert.doesNotMatch(report(killed, plain, { signal: "SIGTERM" }), /still running/);
    const text = report(killed, plain, { signal: undefined });
    assert.match(text, /\nRecording stopped after 5\.00 ms, before the program ended\.\n/);
    assert.doesNotMatch(text, /killed/);
  });

  it("shortens what is too long to read", () => {
    const text = report(draw(`A: #..#!\nA = ${"long".repeat(1000)}\nA raises E: ${"x".repeat(5000)}`));
    assert.ok(text.split("\n").every((line) => line.length < 1000));
  });

  it("admits what was lost and where recording stopped", () => {
    assert.match(report(draw("A: #..#x\nlost 5")), /^Not in the trace: 5 steps\.$/m);
    const failed = new TraceWriter().header().define({ k: "loop", id: 1, thread: "", class: "", t: 0 });
    const trace = readTrace(failed.define({ k: "failed", message: "disk full", t: 7 }).bytes());
    assert.match(report(trace), /Recording stopped early: disk full\./);
  });

  it("never lets a trace speak to the terminal", () => {
    const evil = "\u001b]0;title\u0007\n\u202e";
    const trace = readTrace(
      new TraceWriter()
        .header({ argv: [evil], cwd: evil })
        .define({ k: "loop", id: 1, thread: evil, class: evil, t: 0 })
        .tasks({ task: 1 })
        .define({ k: "name", task: 1, name: evil }, { k: "exception", task: 1, type: evil, message: evil })
        .bytes(),
    );
    assert.doesNotMatch(report(trace).replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
    assert.equal(printable("naïve 日本 🙂"), "naïve 日本 🙂");
  });

  it("has colours on a terminal that wants them only", () => {
    assert.equal(styleFor({ isTTY: true }, {}), coloured);
    assert.equal(styleFor({ isTTY: true }, { NO_COLOR: "" }), coloured);
    assert.equal(styleFor({ isTTY: true }, { NO_COLOR: "1" }), plain);
    assert.equal(styleFor({ isTTY: true }, { TERM: "dumb" }), plain);
    assert.equal(styleFor({}, {}), plain);
    assert.equal(report(draw(GREETING), coloured).replace(/\u001b\[\d+m/g, ""), report(draw(GREETING)));
  });
});
