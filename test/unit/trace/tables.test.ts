import assert from "node:assert/strict";
import { readTrace, type Trace } from "../../../extension/trace";
import { TraceModel } from "../../../extension/trace/model";
import { readGroups, readTasks } from "../../../extension/trace/tables";
import { TraceWriter, type EndRow, type GroupRow, type TaskRow } from "../../fixtures/writer";

const HOUR = 3_600_000_000_000;

function base(): TraceWriter {
  return new TraceWriter()
    .header()
    .define(
      { k: "loop", id: 1, thread: "Main", class: "Loop", t: 0 },
      { k: "file", id: 1, path: "/project/app.py", user: true },
      { k: "code", id: 1, file: 1, name: "main", line: 1, is: "coroutine" },
      { k: "node", id: 1, parent: 0, code: 1, line: 3 },
      { k: "node", id: 2, parent: 0, code: 1, line: 4 },
    );
}

/** Everything that rows say, of tasks and of groups. */
function said(trace: Trace): unknown {
  return {
    tasks: trace.tasks.map((task) => ({ ...task })),
    groups: trace.groups.map(({ id, kind, owner, site, started, ended, outcome, members, futures, ...rest }) => ({
      ...{ id, kind, owner, site, started, ended, outcome, members, futures },
      ...{ timeout: rest.timeout, deadline: rest.deadline },
    })),
    end: trace.end,
  };
}

/** Time, numbers and names in every order: later, earlier, far away. */
const TASKS: readonly TaskRow[] = [
  { task: 1, code: 1, autoName: 1 },
  { task: 2, parent: 1, site: 1, code: 1, t: 10, autoName: 2 },
  { task: 300, parent: 2, site: 2, code: 1, t: 2 ** 32 + 5, autoName: 0 },
  { task: 3, loop: 7, parent: 300, t: 9, autoName: 70_000 },
  { task: 0xfffffeff, parent: 1, site: 1, t: 2 * HOUR, autoName: 3 },
  { task: 4, t: 3 * HOUR },
];
const ENDS: readonly EndRow[] = [
  [2, "raised", HOUR],
  [1, "returned", 2 ** 32 - 1],
  [0xfffffeff, "cancelled", 2 ** 32],
  [9, "returned", 4 * HOUR],
];
const GROUPS: readonly GroupRow[] = [
  { id: 1, kind: "wait_for", owner: 1, site: 1, member: 2, t: 5, timeout: 1, deadline: 5 + 1e9 },
  { id: 2, kind: "wait_for", owner: 2, site: 2, futures: 1, t: 6, timeout: 0.01, deadline: 6 + HOUR },
  { id: 3, kind: "timeout", owner: 1, site: 1, t: 2 ** 33 },
  { id: 70_000, kind: "shield", owner: 300, site: 2, member: 3, t: 7 },
  { id: 4, kind: "gather", owner: 77, site: 0, t: 2 * HOUR },
  { id: 5, kind: "timeout", owner: 4, site: 1, t: 8, timeout: 0, deadline: 8 },
];

describe("Rows by planes", () => {
  it("of tasks say what plain rows say, however many", () => {
    for (let count = 1; count <= TASKS.length; count++) {
      const some = TASKS.slice(0, count);
      assert.deepEqual(
        said(
          readTrace(
            base()
              .packedTasks(...some)
              .bytes(),
          ),
        ),
        said(
          readTrace(
            base()
              .tasks(...some)
              .bytes(),
          ),
        ),
      );
    }
  });

  it("of ends say what plain rows say", () => {
    const start = (): TraceWriter => base().tasks(...TASKS);
    for (let count = 1; count <= ENDS.length; count++) {
      const some = ENDS.slice(0, count);
      assert.deepEqual(
        said(
          readTrace(
            start()
              .packedEnds(...some)
              .bytes(),
          ),
        ),
        said(
          readTrace(
            start()
              .ends(...some)
              .bytes(),
          ),
        ),
      );
    }
  });

  it("of groups, and of their ends, say what lines of JSON say", () => {
    for (let count = 1; count <= GROUPS.length; count++) {
      const some = GROUPS.slice(0, count);
      const lines = some.map(({ member, ...facts }) => ({
        k: "group",
        ...facts,
        members: member === undefined ? [] : [member],
      }));
      const start = (): TraceWriter => base().tasks(...TASKS);
      const rows = start()
        .groups(...some)
        .groupEnds([1, "timed_out", HOUR], [3, "cancelled", HOUR + 5], [2, "ofMember", 9], [88, "returned", 1]);
      const json = start()
        .define(...lines)
        .define({ k: "group_ended", group: 1, t: HOUR, outcome: "timed_out" })
        .define({ k: "group_ended", group: 3, t: HOUR + 5, outcome: "cancelled" })
        .define({ k: "group_ended", group: 2, t: 9 });
      assert.deepEqual(said(readTrace(rows.bytes())), said(readTrace(json.bytes())), `${count} groups`);
    }
  });

  it("that refer to what is not there are read as unknown, kinds and outcomes of a later version as absent", () => {
    const trace = readTrace(
      base()
        .groups({ id: 1, kind: "shield", owner: 5, site: 99, member: 6, t: 3 })
        .block(8, new Uint8Array(new Uint32Array([2, 99, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0]).buffer))
        .block(9, new Uint8Array(new Uint32Array([1, 99, 7, 0]).buffer))
        .bytes(),
    );
    assert.deepEqual(
      trace.groups.map(({ id, owner, site, members, ended }) => ({ id, owner, site, members, ended })),
      [{ id: 1, owner: undefined, site: undefined, members: [], ended: 7 }],
    );
  });

  it("stop at more tasks or groups than can be shown, with what was read before", () => {
    const model = new TraceModel();
    const task = (id: number): readonly number[] => [id, 1, 0, 0, 0, 0, 0, 0, 0];
    const group = (id: number): readonly number[] => [id, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    assert.match(readTasks(model, Uint32Array.from([1, 2, 3].flatMap(task)), 2) ?? "", /more than 2 tasks/);
    assert.match(readGroups(model, Uint32Array.from([1, 2, 3].flatMap(group)), 2) ?? "", /more than 2 groups/);
    assert.deepEqual([model.tasks.length, model.groups.length], [2, 2]);
  });
});
