import assert from "node:assert/strict";
import { criticalPath } from "../../../extension/trace";
import { ARROWS } from "../../../media/timeline/arrows";
import { taskTop } from "../../../media/timeline/layout";
import type { Model } from "../../../media/timeline/model";
import { timeToX } from "../../../media/timeline/viewport";
import { drawn, modelOf, type Mark } from "../../fixtures/drawLog";
import { draw, taskNamed } from "../../fixtures/reading";

/** As many as are drawn at most: more would be a net. */
const MOST_ARROWS = 120;

const family = `
  main:   ##.......#.......#x
  A:       +#...#.#x
  B:       ++#........#x
  other:     +#..........#x
  A < main
  B < main
  gather main: A B
`;

/** The lines of the arrows, without their heads. */
function arrows(marks: readonly Mark[]): readonly string[] {
  const dashes: readonly string[] = Object.values(ARROWS).map(({ dash }) => dash.join());
  const colors: readonly string[] = ["awaits", "wakes", "spawns", "cancelled"];
  // From one lane to another: a head, or how a task was cancelled, is smaller.
  return marks
    .filter(({ what, color, y0, y1 }) => what === "line" && colors.includes(color) && y1 - y0 > 12)
    .filter(({ dash }) => dashes.includes(dash.join()))
    .map(({ color }) => color);
}

describe("The arrows", () => {
  it("are none where nothing is chosen or pointed at", () => {
    assert.deepEqual(arrows(drawn(modelOf(draw(family)))), []);
  });

  it("are those of the task that is pointed at", () => {
    const model = modelOf(draw(family));
    model.hover = { kind: "task", task: taskNamed(model.trace, "B").id };
    const ofB = arrows(drawn(model));
    assert.ok(ofB.includes("spawns"), ofB.join());
    model.hover = { kind: "task", task: taskNamed(model.trace, "other").id };
    assert.deepEqual(arrows(drawn(model)), []);
  });

  it("are those of the chosen task, whatever is pointed at", () => {
    const model = modelOf(draw(family));
    model.select({ kind: "task", task: taskNamed(model.trace, "main").id });
    const ofMain = arrows(drawn(model));
    assert.ok(
      ["spawns", "awaits"].every((kind) => ofMain.filter((of) => of === kind).length === 2),
      ofMain.join(),
    );
    model.hover = { kind: "task", task: taskNamed(model.trace, "other").id };
    assert.deepEqual(arrows(drawn(model)), ofMain);
  });

  it("are no more than can be told apart, however many tasks it created", () => {
    const names = Array.from({ length: 2 * MOST_ARROWS }, (_, i) => `t${i}`);
    const lanes = names.map((name, i) => `${name}:`.padEnd(7 + i) + "#x");
    const parents = names.map((name) => `${name} < main`);
    const trace = draw([`main: #${".".repeat(names.length)}#x`, ...lanes, ...parents].join("\n"));
    const model = modelOf(trace, 900, 6000);
    model.select({ kind: "task", task: taskNamed(trace, "main").id });
    assert.equal(arrows(drawn(model)).length, MOST_ARROWS);
  });
});

describe("The line of the critical path", () => {
  /** Nothing else has this colour as long as there is no time cursor. */
  const line = (model: Model): readonly Mark[] => drawn(model).filter(({ color }) => color === "cursor");

  it("is not there until a task or a group is chosen", () => {
    const model = modelOf(draw(family));
    assert.equal(line(model).length, 0);
    model.hover = { kind: "task", task: 1 };
    assert.equal(line(model).length, 0);
    model.select({ kind: "group", group: 1 });
    assert.equal(line(model).length, 1);
  });

  it("runs at the foot of each lane for as long as that task decided, and goes over to the next at that time", () => {
    const trace = draw(family);
    const model = modelOf(trace);
    const main = taskNamed(trace, "main").id;
    model.select({ kind: "task", task: main });
    const parts = criticalPath(trace, main);
    assert.ok(new Set(parts.map(({ task }) => task)).size > 1);
    const foot = (task: number): number =>
      taskTop(model.layout, model.laneIndex(task) ?? 0) + model.layout.laneHeight - 2;
    const corners: (readonly [x: number, y: number])[] = [];
    parts.forEach(({ task, from, to }, i) => {
      if (task !== parts[i - 1]?.task) corners.push([timeToX(model.view, from), foot(task)]);
      corners.push([timeToX(model.view, to), foot(task)]);
    });
    const [mark, ...others] = line(model);
    assert.equal(others.length, 0);
    assert.deepEqual(mark?.points, corners);
  });

  it("is cut where one does not look, and stays whole in between", () => {
    const trace = draw(family);
    const model = modelOf(trace);
    model.select({ kind: "task", task: taskNamed(trace, "main").id });
    const { from, to } = model.extent;
    model.look({ from: from + (to - from) / 3, to: to - (to - from) / 3 });
    const [mark] = line(model);
    const { left, width } = model.view;
    assert.deepEqual([mark?.x0, mark?.x1], [left, left + width]);
  });
});
