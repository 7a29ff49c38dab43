import assert from "node:assert/strict";
import { stateAt, TraceReader, type Trace } from "../../../extension/trace";
import { Lane } from "../../../media/timeline/lane";
import { neighbour, refresh, sliceAt, sliceNear, type Slice } from "../../../media/timeline/slices";
import { MS } from "../../fixtures/notation";
import { draw, taskNamed } from "../../fixtures/reading";
import { rows, TraceWriter, WAKER } from "../../fixtures/writer";

function laneOf(trace: Trace, name: string): Lane {
  const lane = Lane.ofTask(trace, taskNamed(trace, name).id);
  lane.update();
  return lane;
}

const columns = (slice: Slice | undefined): string | undefined =>
  slice && `${slice.state} ${String(slice.from / MS)}-${String(slice.to / MS)}`;

describe("The slice under a time", () => {
  const trace = draw(`
    main: ##...++#....#x
    A:      +##.........
    killed
  `);
  const main = taskNamed(trace, "main");
  const lane = laneOf(trace, "main");

  it("is the state the trace tells for that time", () => {
    for (let t = 0; t < 13 * MS; t += MS / 4) {
      const slice = sliceAt(trace, lane, main, t);
      const told = stateAt(trace, main.id, t);
      assert.equal(slice?.state, told?.state);
      assert.equal(slice?.from, told?.since);
    }
  });

  it("does not exist before the task and after it", () => {
    assert.equal(sliceAt(trace, laneOf(trace, "A"), taskNamed(trace, "A"), 1 * MS), undefined);
    assert.equal(sliceAt(trace, lane, main, 20 * MS), undefined);
  });

  it("is a step close by where the step is thinner than the pointer", () => {
    assert.equal(columns(sliceNear(trace, lane, main, 6.5 * MS, MS)), "running 7-8");
    assert.equal(columns(sliceNear(trace, lane, main, 6.5 * MS, 0.1 * MS)), "ready 5-7");
  });
});

describe("A step that blocks the loop, and has no row yet", () => {
  const trace = draw(`
    main: ##...>>>>>>>>
    A:     ++++++++++++
    A < main
    killed
  `);
  const main = taskNamed(trace, "main");
  const lane = laneOf(trace, "main");

  it("is the last slice, and what was before it is found from it", () => {
    const run = sliceAt(trace, lane, main, 9 * MS);
    assert.ok(run !== undefined);
    assert.equal(columns(run), "running 5-13");
    assert.equal(run.step, undefined);
    assert.equal(neighbour(trace, lane, main, run, 1), undefined);
    const wait = neighbour(trace, lane, main, run, -1);
    assert.ok(wait !== undefined);
    assert.equal(columns(wait), "waiting 2-5");
    assert.equal(columns(neighbour(trace, lane, main, wait, 1)), "running 5-13");
    assert.equal(columns(refresh(trace, lane, main, run)), "running 5-13");
    assert.equal(columns(sliceAt(trace, laneOf(trace, "A"), taskNamed(trace, "A"), 9 * MS)), "ready 1-13");
  });

  it("may be the first that its task does", () => {
    const first = draw(`
      main: >>>>>>>>
      killed
    `);
    const [own, task] = [laneOf(first, "main"), taskNamed(first, "main")];
    assert.equal(columns(sliceAt(first, own, task, 4 * MS)), "running 0-8");
  });
});

describe("Going along a lane", () => {
  const trace = draw(`
    main: ##...++#....#x
    A:      +##.........
    killed
  `);
  const main = taskNamed(trace, "main");
  const lane = laneOf(trace, "main");
  const all = ["running 0-2", "waiting 2-5", "ready 5-7", "running 7-8", "waiting 8-12", "running 12-13"];

  it("passes every slice once, and no empty ones", () => {
    const seen: (string | undefined)[] = [];
    for (
      let slice = sliceAt(trace, lane, main, 0);
      slice !== undefined;
      slice = neighbour(trace, lane, main, slice, 1)
    ) {
      seen.push(columns(slice));
    }
    assert.deepEqual(seen, all);
  });

  it("backwards passes the same", () => {
    const seen: (string | undefined)[] = [];
    let slice = sliceAt(trace, lane, main, 12.5 * MS);
    for (; slice !== undefined; slice = neighbour(trace, lane, main, slice, -1)) seen.unshift(columns(slice));
    assert.deepEqual(seen, all);
  });

  it("ends in the wait of a task that still waits", () => {
    const task = taskNamed(trace, "A");
    const own = laneOf(trace, "A");
    const wait = sliceAt(trace, own, task, 8 * MS);
    assert.ok(wait?.state === "waiting");
    assert.equal(neighbour(trace, own, task, wait, 1), undefined);
  });
});

describe("A slice in a growing trace", () => {
  it("is an open wait until the task goes on, then the wait that it was", () => {
    const reader = new TraceReader();
    const writer = new TraceWriter().header().define({ k: "loop", id: 1, thread: "MainThread", class: "L", t: 0 });
    const flushed = writer
      .tasks({ task: 1 })
      .steps(1, 1, 0, [rows.step(1, MS), rows.idle(2 * MS)])
      .bytes();
    reader.push(flushed);
    const { trace } = reader;
    const [main] = trace.tasks;
    assert.ok(main !== undefined);
    const lane = Lane.ofTask(trace, 1);
    lane.update();
    const open = sliceAt(trace, lane, main, 2 * MS);
    assert.ok(open !== undefined);
    assert.equal(columns(open), "waiting 1-3");

    const more = writer.steps(1, 2, 3 * MS, [rows.idle(4 * MS), rows.step(1, MS, MS, WAKER.timer)]).bytes();
    reader.push(more.subarray(flushed.byteLength));
    lane.update();
    assert.equal(columns(refresh(trace, lane, main, open)), "waiting 1-6");
  });
});
