import assert from "node:assert/strict";
import { readTrace, type GroupInfo, type Trace } from "../../../extension/trace";
import { columns, draw, nameOf } from "../../fixtures/reading";
import { rows, TraceWriter } from "../../fixtures/writer";

function only(trace: Trace): GroupInfo {
  const [group] = trace.groups;
  assert.ok(group !== undefined && trace.groups.length === 1);
  return group;
}

function facts(trace: Trace): string {
  const group = only(trace);
  const ended = group.ended === undefined ? "open" : `ended ${columns(group.ended)}`;
  return `${ended}, ${group.outcome}, ${nameOf(trace, group.criticalMember) ?? "nobody"}`;
}

describe("A gather", () => {
  it("ends with its last member, which is the critical one", () => {
    const trace = draw(`
      main: #..........#x
      A:     #.......#x
      B:      #...#x
      A < main
      B < main
      gather main: A B @4:4-20
    `);
    assert.equal(facts(trace), "ended 10, returned, A");
    const group = only(trace);
    assert.deepEqual(
      [group.kind, nameOf(trace, group.owner), group.members.length, group.site?.line, columns(group.started)],
      ["gather", "main", 2, 4, 2],
    );
  });

  it("fails with the member that fails first, while others go on", () => {
    const trace = draw(`
      main: #.........#x
      A:     #.............#x
      B:      #...#!
      C:       #....#!
      gather main: A B C
    `);
    assert.equal(facts(trace), "ended 7, raised, B");
  });

  it("is cancelled with the member that is cancelled first", () => {
    const trace = draw(`
      main: #.........#x
      A:     #....#c
      B:      #......#x
      gather main: A B
    `);
    assert.equal(facts(trace), "ended 7, cancelled, A");
  });

  it("that returns exceptions waits for all and returns", () => {
    const trace = draw(`
      main: #.........#x
      A:     #.......#x
      B:      #...#!
      gather* main: A B
    `);
    assert.equal(facts(trace), "ended 10, returned, A");
  });

  it("is open as long as a member is", () => {
    const trace = draw(`
      main: #..........
      A:     #.......#x
      B:      #........
      gather main: A B
      killed
    `);
    assert.equal(facts(trace), "open, pending, nobody");
  });

  it("counts a task awaited twice once, and one that had ended before it", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .tasks({ task: 1 }, { task: 2 })
        .steps(1, 1, 0, [rows.step(2, 10), rows.ended(2, "returned"), rows.step(1, 5)])
        .define({ k: "group", id: 1, kind: "gather", owner: 1, site: 0, t: 15, members: [2, 2, 2] })
        .bytes(),
    );
    assert.deepEqual(only(trace).members, [2]);
    assert.deepEqual([only(trace).ended, only(trace).criticalMember], [15, 2]);
  });

  describe("of which the trace says how it ended", () => {
    const said = (gather: string, outcome: string, t: number): Trace =>
      draw(`
        main: #........#x
        A:     #......#x
        B:      #..#x
        {"k": "group", "id": 1, "kind": "gather", "owner": "main", "t": 3, "members": ["A", "B"], ${gather}}
        {"k": "group_ended", "group": 1, "outcome": "${outcome}", "t": ${String(t)}}
      `);

    it("was not ended by a member that ended before a future did", () => {
      const trace = draw(`
        main: #..........#x
        A:     #...#x
        {"k": "group", "id": 1, "kind": "gather", "owner": "main", "t": 3, "members": ["A"], "futures": 1}
        {"k": "group_ended", "group": 1, "outcome": "returned", "t": 11}
      `);
      assert.equal(facts(trace), "ended 11, returned, nobody");
    });

    it("was ended by its last member if that woke its owner", () => {
      const trace = draw(`
        main: #........+#x
        A:     #......#x
        {"k": "group", "id": 1, "kind": "gather", "owner": "main", "t": 3, "members": ["A"], "futures": 1}
        {"k": "group_ended", "group": 1, "outcome": "returned", "t": 9}
      `);
      assert.equal(facts(trace), "ended 9, returned, A");
    });

    it("raised with a future while its members go on", () => {
      assert.equal(facts(said(`"futures": 1`, "raised", 4)), "ended 4, raised, nobody");
    });

    it("raised with the member that failed first, though it has futures", () => {
      const trace = draw(`
        main: #.......#x
        A:     #...#!
        {"k": "group", "id": 1, "kind": "gather", "owner": "main", "t": 3, "members": ["A"], "futures": 1}
        {"k": "group_ended", "group": 1, "outcome": "raised", "t": 7}
      `);
      assert.equal(facts(trace), "ended 7, raised, A");
    });

    it("was cancelled, though its members returned", () => {
      assert.equal(facts(said(`"futures": 0`, "cancelled", 9)), "ended 9, cancelled, A");
      assert.equal(facts(said(`"return_exceptions": true`, "cancelled", 9)), "ended 9, cancelled, A");
    });
  });

  it("of nothing ends when it starts", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .tasks({ task: 1 })
        .define({ k: "group", id: 1, kind: "gather", owner: 1, site: 0, t: 15, members: [] })
        .bytes(),
    );
    assert.deepEqual([only(trace).ended, only(trace).outcome, only(trace).criticalMember], [15, "returned", undefined]);
  });

  it("of futures ends when its owner goes on", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .tasks({ task: 1 })
        .define({ k: "group", id: 1, kind: "gather", owner: 1, site: 0, t: 5, members: [], futures: 3 })
        .steps(1, 1, 0, [
          rows.step(1, 10),
          rows.awaitsGroup(1),
          rows.idle(20),
          rows.step(1, 9, 4),
          rows.ended(1, "returned"),
        ])
        .bytes(),
    );
    assert.deepEqual([only(trace).ended, only(trace).outcome, only(trace).criticalMember], [26, "returned", undefined]);
  });

  it("leaves out members that were never defined", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .tasks({ task: 1 })
        .define({ k: "group", id: 1, kind: "gather", owner: 9, site: 9, t: 15, members: [1, 9, "x", -4] })
        .bytes(),
    );
    assert.deepEqual([only(trace).members, only(trace).owner, only(trace).site], [[1], undefined, undefined]);
  });
});

describe("A TaskGroup", () => {
  it("has the tasks created in it, and ends with the last", () => {
    const trace = draw(`
      main: #..........#x
      A:     #.......#x
      B:      #...#x
      taskgroup main: A B
    `);
    assert.equal(facts(trace), "ended 10, returned, A");
    assert.deepEqual(
      trace.tasks.map((task) => task.group),
      [undefined, 1, 1],
    );
  });

  it("is open until its owner has left it", () => {
    const trace = draw(`
      main: #..........
      A:     #...#x
      taskgroup main: A
      killed
    `);
    assert.equal(facts(trace), "open, pending, nobody");
  });

  it("raises if a member raised, though the others were cancelled", () => {
    const trace = draw(`
      main: #...........#!
      A:     #...#!
      B:      #....#c
      taskgroup main: A B
    `);
    assert.equal(facts(trace), "ended 8, raised, B");
  });

  it("takes one cancelled member as nothing special, all of them as its own cancellation", () => {
    const one = draw(`
      main: #...........#x
      A:     #...#c
      B:      #....#x
      taskgroup main: A B
    `);
    assert.equal(only(one).outcome, "returned");
    const all = draw(`
      main: #...........#c
      A:     #...#c
      B:      #....#c
      taskgroup main: A B
    `);
    assert.equal(only(all).outcome, "cancelled");
  });

  it("ends as the trace says, and when its owner leaves it", () => {
    const said = (outcome: string, main: string): Trace =>
      draw(`
        main: ${main}
        A:     #......#x
        taskgroup main: A
        {"k": "group_ended", "group": 1, "outcome": "${outcome}", "t": 12}
      `);
    assert.equal(facts(said("raised", "#........+++#x")), "ended 12, raised, A");
    assert.equal(facts(said("cancelled", "#........+++#x")), "ended 12, cancelled, A");
    assert.equal(facts(said("returned", "#...........#x")), "ended 12, returned, nobody");
  });

  it("without members is open as long as its owner lives", () => {
    const empty = (): TraceWriter =>
      new TraceWriter()
        .header()
        .tasks({ task: 1 })
        .define({ k: "group", id: 1, kind: "taskgroup", owner: 1, site: 0, t: 5 });
    assert.equal(only(readTrace(empty().bytes())).ended, undefined);
    const ended = empty().steps(1, 1, 0, [rows.step(1, 9), rows.ended(1, "returned")]);
    assert.equal(only(readTrace(ended.bytes())).ended, 5);
  });
});

describe("A scope", () => {
  const drawn = (group: string, ...more: readonly string[]): Trace =>
    draw(`
      main: #..........#x
      A:     #.......#x
      B:      #...#!
      {"k": "group", "id": 1, "owner": "main", "site": "@4", "members": ["A", "B"], "t": 3, ${group}}
      ${more.join("\n")}
    `);

  it("ends when the trace says so, decided by the last member that ended before", () => {
    const trace = drawn(
      `"kind": "wait", "return_when": "FIRST_COMPLETED", "timeout": 1.5`,
      `{"k": "group_ended", "group": 1, "outcome": "returned", "t": 8}`,
    );
    assert.equal(facts(trace), "ended 8, returned, B");
    assert.deepEqual([columns(only(trace).timeout), nameOf(trace, only(trace).firstFailed)], [1500, "B"]);
  });

  it("that timed out was decided by no member", () => {
    const trace = drawn(`"kind": "wait"`, `{"k": "group_ended", "group": 1, "outcome": "timed_out", "t": 9}`);
    assert.equal(facts(trace), "ended 9, timed_out, nobody");
  });

  it("has the deadline it was given last", () => {
    const trace = drawn(
      `"kind": "timeout", "deadline": 20`,
      `{"k": "deadline", "group": 1, "deadline": 30, "t": 5}`,
      `{"k": "deadline", "group": 9, "deadline": 30, "t": 5}`,
    );
    assert.equal(columns(only(trace).deadline), 30);
  });

  it("ends with its members where that is how its kind ends", () => {
    assert.equal(facts(drawn(`"kind": "as_completed"`)), "ended 10, returned, A");
    assert.equal(facts(drawn(`"kind": "wait", "return_when": "FIRST_COMPLETED"`)), "ended 7, returned, B");
    assert.equal(facts(drawn(`"kind": "wait", "return_when": "FIRST_EXCEPTION"`)), "ended 7, returned, B");
    assert.equal(facts(drawn(`"kind": "shield"`)), "ended 10, returned, A");
  });

  it("ends at the latest with its owner", () => {
    assert.equal(facts(drawn(`"kind": "wait", "futures": 1`)), "ended 12, returned, nobody");
    const trace = draw(`
      main: #..
      {"k": "group", "id": 1, "kind": "timeout", "owner": "main", "t": 1}
      killed
    `);
    assert.equal(facts(trace), "open, pending, nobody");
  });
});
