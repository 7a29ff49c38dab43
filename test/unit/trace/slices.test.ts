import assert from "node:assert/strict";
import { report } from "../../../extension/cli/report";
import { forEachSlice, loopTimes, NO_STEP, standsAt, stateAt, taskLanes, type Trace } from "../../../extension/trace";
import { MS } from "../../fixtures/notation";
import { columns, draw, nameOf, taskNamed } from "../../fixtures/reading";

const MARKS = { running: "#", ready: "+", waiting: ".", done: "x" } as const;

/** The task's lane drawn again, from its slices. */
function redraw(trace: Trace, name: string, from = 0, to = columns(trace.end)): string {
  let lane = "";
  forEachSlice(trace, taskNamed(trace, name).id, from * MS, to * MS, (state, start, end) => {
    lane = lane.padEnd(columns(start) - from) + MARKS[state].repeat(columns(end - start));
  });
  return lane;
}

describe("A task's slices", () => {
  const trace = draw(`
    main: ##...++#....#x
    A:      +##...
    B:          +
    killed
  `);

  it("are what was drawn", () => {
    assert.equal(redraw(trace, "main"), "##...++#....#");
  });

  it("go on to the end of the trace while the task lives", () => {
    assert.equal(redraw(trace, "A").trim(), "+##..........".slice(0, columns(trace.end) - 2));
  });

  it("are ready until the first step, even if that never came", () => {
    const steps: number[] = [];
    forEachSlice(trace, taskNamed(trace, "B").id, 0, trace.end, (state, _from, _to, step) => {
      assert.equal(state, "ready");
      steps.push(step);
    });
    assert.deepEqual(steps, [NO_STEP]);
  });

  it("name the step they are, lead to or follow", () => {
    const seen: [string, number][] = [];
    const { id } = taskNamed(trace, "main");
    forEachSlice(trace, id, 0, trace.end, (state, _from, _to, step) => seen.push([state, step]));
    const steps = trace.stepsOf(id);
    assert.deepEqual(seen, [
      ["running", steps.at(0)],
      ["waiting", steps.at(0)],
      ["ready", steps.at(1)],
      ["running", steps.at(1)],
      ["waiting", steps.at(1)],
      ["running", steps.at(2)],
    ]);
  });

  it("in a window are those that overlap it, uncut", () => {
    const seen: string[] = [];
    forEachSlice(trace, taskNamed(trace, "main").id, 3 * MS, 6 * MS, (state, from, to) =>
      seen.push(`${state} ${columns(from)}-${columns(to)}`),
    );
    assert.deepEqual(seen, ["waiting 2-5", "ready 5-7"]);
  });

  it("outside of its life or of an unknown task are none", () => {
    const never = (): void => assert.fail("there is no slice");
    forEachSlice(trace, taskNamed(trace, "main").id, 13 * MS, 20 * MS, never);
    forEachSlice(trace, taskNamed(trace, "A").id, 0, 2 * MS, never);
    forEachSlice(trace, 99, 0, 20 * MS, never);
  });
});

describe("A step that blocks the loop, and whose row is still to come", () => {
  const trace = draw(`
    main: ##...>>>>>>>>
    A:     +#.........
    B:     ++++++++++++
    A < main
    B < main
    main blocks in crunch @7
    killed
  `);

  it("is the last slice of its task", () => {
    assert.equal(redraw(trace, "main"), "##...########");
  });

  it("leaves tasks ready that never ran, and waiting those that wait", () => {
    assert.equal(redraw(trace, "B").trim(), "++++++++++++");
    assert.equal(redraw(trace, "A").trim(), "+#..........");
  });

  it("is what its task does, and where it stands", () => {
    const { id } = taskNamed(trace, "main");
    assert.deepEqual(stateAt(trace, id, 4 * MS), { state: "waiting", since: 2 * MS, step: trace.stepsOf(id).at(0) });
    assert.deepEqual(stateAt(trace, id, 9 * MS), { state: "running", since: 5 * MS, step: undefined });
    assert.deepEqual(
      standsAt(trace, 9 * MS).map(({ task, state, site }) => [nameOf(trace, task), state, site.line]),
      [
        ["main", "running", 7],
        ["A", "waiting", 21],
        ["B", "ready", 30],
      ],
    );
    assert.match(report(trace), /  main: blocks the loop at \S*app\.py:7/);
  });

  it("keeps the loop busy", () => {
    assert.deepEqual(loopTimes(trace, 1), { steps: 2, busy: 11 * MS, idle: 2 * MS });
  });
});

describe("A task's state", () => {
  const trace = draw(`
    main: ##...++#x
    A:      +##..
  `);
  const at = (name: string, column: number): string => {
    const found = stateAt(trace, taskNamed(trace, name).id, column * MS);
    return found === undefined ? "not there" : `${found.state} since ${columns(found.since)}`;
  };

  it("changes at the first moment of the next slice", () => {
    assert.deepEqual(
      [0, 1.5, 2, 4.9, 5, 7, 8, 100].map((column) => at("main", column)),
      [
        "running since 0",
        "running since 0",
        "waiting since 2",
        "waiting since 2",
        "ready since 5",
        "running since 7",
        "done since 8",
        "done since 8",
      ],
    );
  });

  it("is ready from its creation to its first step, and nothing before", () => {
    assert.equal(at("A", 1.9), "not there");
    assert.equal(at("A", 2), "ready since 2");
    assert.equal(stateAt(trace, 99, 0), undefined);
  });

  it("is waiting after its last step as long as nobody knows better", () => {
    assert.equal(at("A", 100), "waiting since 5");
  });
});

describe("Task lanes", () => {
  it("come in tree order: parents before children, siblings by creation", () => {
    const trace = draw(`
      main:   #.............#x
      A:       #.......#x
      B:        #........#x
      A1:        #.......
      A2:         #.......#x
      A1a:         #.......#x
      A < main
      B < main
      A1 < A
      A2 < A
      A1a < A1
    `);
    assert.deepEqual(
      taskLanes(trace).map(
        ({ task, depth, children }) => `${"  ".repeat(depth)}${nameOf(trace, task) ?? ""} ${children}`,
      ),
      ["main 2", "  A 2", "    A1 1", "      A1a 0", "    A2 0", "  B 0"],
    );
  });

  it("take a chain of any length", () => {
    const names = Array.from({ length: 1000 }, (_, i) => i);
    const lines = names.map((i) => `T${i}:`.padEnd(8) + " ".repeat(i) + "#x");
    const parents = names.slice(1).map((i) => `T${i} < T${i - 1}`);
    const lanes = taskLanes(draw([...lines, ...parents].join("\n")));
    assert.equal(lanes.at(-1)?.depth, 999);
  });
});
