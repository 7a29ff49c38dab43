import assert from "node:assert/strict";
import {
  brackets,
  visibleBands,
  layOut,
  loopTop,
  scrollTo,
  taskTop,
  visibleTasks,
  zoneAt,
} from "../../../media/timeline/layout";
import { draw, taskNamed } from "../../fixtures/reading";

const lanes = (n: number): readonly { task: number; depth: number; children: number }[] =>
  Array.from({ length: n }, (_, i) => ({ task: i + 1, depth: 0, children: 0 }));

const few = layOut({ width: 1000, height: 600, loops: [1], tasks: lanes(3), density: "simple", scroll: 0 });
const many = layOut({ width: 1000, height: 600, loops: [1], tasks: lanes(300), density: "expert", scroll: 1234 });

describe("The layout", () => {
  it("puts minimap, ruler, loops and tasks under one another without gaps", () => {
    assert.equal(few.ruler.top, few.minimap.top + few.minimap.height);
    assert.equal(loopTop(few, 0), few.ruler.top + few.ruler.height);
    assert.equal(taskTop(few, 0), loopTop(few, 0) + few.loopHeight);
    assert.equal(few.lanes.top + few.lanes.height, 600);
  });

  it("finds at each lane's middle that lane", () => {
    for (const layout of [few, many]) {
      const { from, to } = visibleTasks(layout);
      assert.ok(to > from);
      for (let i = from + 1; i < to - 1; i++) {
        const zone = zoneAt(layout, layout.plot.left + 5, taskTop(layout, i) + layout.laneHeight / 2);
        assert.deepEqual(zone, { kind: "task", task: i + 1, index: i, part: "plot" });
      }
    }
  });

  it("tells labels from bars, and knows the other zones", () => {
    assert.equal(zoneAt(few, 5, 5).kind, "minimap");
    assert.equal(zoneAt(few, 500, few.ruler.top + 3).kind, "ruler");
    assert.deepEqual(zoneAt(few, 5, loopTop(few, 0) + 3), { kind: "loop", loop: 1, part: "label" });
    assert.deepEqual(zoneAt(few, 5, taskTop(few, 2) + 3), { kind: "task", task: 3, index: 2, part: "label" });
    assert.equal(zoneAt(few, 500, 590).kind, "nothing");
  });

  it("keeps the loops in view while the tasks scroll under them", () => {
    assert.equal(loopTop(many, 0), few.ruler.top + few.ruler.height);
    assert.equal(zoneAt(many, 500, loopTop(many, 0) + 3).kind, "loop");
  });

  it("lets many loops scroll with the tasks", () => {
    const loops = [1, 2, 3, 4, 5, 6];
    const layout = layOut({ width: 1000, height: 300, loops, tasks: lanes(30), density: "expert", scroll: 40 });
    assert.equal(loopTop(layout, 0), layout.lanes.top - 40);
    assert.equal(taskTop(layout, 0), loopTop(layout, 0) + 6 * layout.loopHeight);
  });

  it("keeps pinned lanes in view under the loops while the others scroll under them", () => {
    const input = { width: 1000, height: 600, loops: [1], tasks: lanes(300), density: "expert", pinned: 2 } as const;
    const layout = layOut({ ...input, scroll: 1000 });
    const [x, half] = [layout.plot.left + 5, layout.laneHeight / 2];
    assert.equal(taskTop(layout, 0), loopTop(layout, 0) + layout.loopHeight);
    assert.equal(layout.lanes.top, taskTop(layout, 1) + layout.laneHeight);
    for (const i of [0, 1])
      assert.deepEqual(zoneAt(layout, x, taskTop(layout, i) + half), {
        kind: "task",
        task: i + 1,
        index: i,
        part: "plot",
      });
    const { from, to } = visibleTasks(layout);
    assert.equal(from, 2 + 1000 / layout.laneHeight);
    const zone = zoneAt(layout, x, taskTop(layout, from) + half);
    assert.ok(zone.kind === "task" && zone.index === from);
    assert.deepEqual(visibleBands(layout), [
      { band: layout.pins, from: 0, to: 2 },
      { band: layout.lanes, from, to },
    ]);
    assert.equal(scrollTo(layout, 1), layout.scroll);
    assert.equal(taskTop(layOut({ ...input, scroll: 1e9 }), 300), 600);
    const part = { top: taskTop(layout, from + 3) + half, height: 2 * layout.laneHeight };
    assert.deepEqual(visibleBands(layout, part), [{ band: layout.lanes, from: from + 3, to: from + 6 }]);
    assert.deepEqual(visibleBands(layout, { top: 0, height: layout.pins.top + half }), [
      { band: layout.pins, from: 0, to: 1 },
    ]);
  });

  it("leaves half of the room to the others, however many are pinned", () => {
    const input = { width: 1000, height: 600, loops: [1], tasks: lanes(300), density: "expert", scroll: 0 } as const;
    const layout = layOut({ ...input, pinned: 200 });
    assert.ok(layout.pins.height <= layout.lanes.height);
    assert.ok(layout.pinned > 5);
  });

  it("does not scroll past the last lane, nor when all fit", () => {
    const input = { width: 1000, height: 600, loops: [1], density: "expert" } as const;
    assert.equal(layOut({ ...input, tasks: lanes(3), scroll: 500 }).scroll, 0);
    const end = layOut({ ...input, tasks: lanes(300), scroll: 1e9 });
    assert.equal(taskTop(end, 300), 600);
    assert.equal(visibleTasks(end).to, 300);
  });

  it("scrolls no further than needed to show a lane", () => {
    const { from, to } = visibleTasks(many);
    assert.equal(scrollTo(many, from + 3), many.scroll);
    assert.ok(scrollTo(many, from - 5) < many.scroll);
    assert.ok(scrollTo(many, to + 5) > many.scroll);
  });
});

describe("Brackets", () => {
  const trace = draw(`
    main: #..........#x
    A:     +#....#x
    B:       +#...+#x
    C:         +#x
    gather main: A B
  `);
  const order = ["main", "A", "C", "B"].map((name) => taskNamed(trace, name).id);
  const laneOf = (task: number): number => order.indexOf(task);

  it("stand round the lanes of the members, in lane order", () => {
    const [bracket, ...others] = brackets(trace.groups, laneOf, { from: 0, to: 10 });
    assert.deepEqual(bracket?.lanes, [1, 3]);
    assert.equal(others.length, 0);
  });

  it("of members out of view are left out", () => {
    assert.deepEqual(brackets(trace.groups, laneOf, { from: 4, to: 10 }), []);
    assert.deepEqual(brackets(trace.groups, laneOf, { from: 0, to: 1 }), []);
  });

  it("of members that have no lane yet are left out", () => {
    assert.deepEqual(
      brackets(trace.groups, () => undefined, { from: 0, to: 10 }),
      [],
    );
  });
});
