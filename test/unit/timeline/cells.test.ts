import assert from "node:assert/strict";
import * as fc from "fast-check";
import { forEachSlice, readTrace, type TaskInfo, type Trace } from "../../../extension/trace";
import {
  Cells,
  forEachBlock,
  laneCells,
  loopSpan,
  MERGED,
  READY,
  RUNNING,
  taskSpan,
  WAITING,
} from "../../../media/timeline/cells";
import { Lane } from "../../../media/timeline/lane";
import type { Viewport } from "../../../media/timeline/viewport";
import { traceBytes } from "../../fixtures/arbitrary";
import { MS } from "../../fixtures/notation";
import { draw, taskNamed } from "../../fixtures/reading";

const NAMES = { [RUNNING]: "running", [READY]: "ready", [WAITING]: "waiting", [MERGED]: "merged" } as const;

const cellsOf = (trace: Trace, name: string, view: Viewport): Cells => cellsOfTask(trace, taskNamed(trace, name), view);

function cellsOfTask(trace: Trace, task: TaskInfo, view: Viewport): Cells {
  const lane = Lane.ofTask(trace, task.id);
  lane.update();
  const cells = new Cells();
  laneCells(lane, taskSpan(trace, task), view, cells);
  return cells;
}

function list(cells: Cells): readonly string[] {
  return Array.from({ length: cells.length }, (_, i) => {
    const name = NAMES[(cells.kind[i] ?? 0) as keyof typeof NAMES];
    return `${name} ${String(Math.round(cells.x0[i] ?? 0))}-${String(Math.round(cells.x1[i] ?? 0))}`;
  });
}

/** Ten pixels a column. */
const wide = (from: number, to: number): Viewport => ({
  from: from * MS,
  to: to * MS,
  left: 0,
  width: (to - from) * 10,
});

describe("A lane's cells", () => {
  const trace = draw(`
    main: ##...++#....#x
    A:      +##........
    killed
  `);

  it("are the task's slices while there is room for each", () => {
    assert.deepEqual(list(cellsOf(trace, "main", wide(0, 20))), [
      "running 0-20",
      "waiting 20-50",
      "ready 50-70",
      "running 70-80",
      "waiting 80-120",
      "running 120-130",
    ]);
  });

  it("go on to the trace's end while the task lives", () => {
    assert.deepEqual(list(cellsOf(trace, "A", wide(0, 20))), ["ready 20-30", "running 30-50", "waiting 50-130"]);
  });

  it("end with the step that blocks the loop, which has no row yet", () => {
    const blocked = draw(`
      main: ##...>>>>>>>>
      A:     +#.........
      A < main
      killed
    `);
    assert.deepEqual(list(cellsOf(blocked, "main", wide(0, 20))), ["running 0-20", "waiting 20-50", "running 50-130"]);
    assert.deepEqual(list(cellsOf(blocked, "main", wide(0, 5))), ["running 0-20", "waiting 20-50"]);
    const [lane, cells] = [Lane.ofLoop(blocked, 1), new Cells()];
    lane.update();
    const blocks: (readonly number[])[] = [];
    laneCells(lane, loopSpan(blocked, 1), wide(0, 20), cells);
    forEachBlock(lane, loopSpan(blocked, 1), wide(0, 20), (from, to) => blocks.push([from / MS, to / MS]));
    assert.deepEqual(list(cells), ["running 0-20", "running 20-30", "running 50-130"]);
    assert.deepEqual(blocks, [[5, 13]]);
  });

  it("outside of the window are left out", () => {
    assert.deepEqual(list(cellsOf(trace, "main", wide(6, 7))), ["ready -10-10"]);
  });

  it("agree with the trace's own slices at any window that is wide enough", () => {
    for (const name of ["main", "A"]) {
      for (let from = 0; from < 13; from++) {
        const view = wide(from, 13);
        const expected: string[] = [];
        forEachSlice(trace, taskNamed(trace, name).id, view.from, view.to, (state, begin, end) => {
          expected.push(`${state} ${String((begin / MS - from) * 10)}-${String((end / MS - from) * 10)}`);
        });
        assert.deepEqual(list(cellsOf(trace, name, view)), expected);
      }
    }
  });
});

describe("Many steps in few pixels", () => {
  const busy = draw(`
    main: ${"#.".repeat(500)}#x
  `);

  it("cost what the pixels cost", () => {
    const view: Viewport = { from: 0, to: 1001 * MS, left: 0, width: 100 };
    const cells = cellsOf(busy, "main", view);
    assert.ok(cells.length < 120, `${String(cells.length)} cells`);
  });

  it("know their share of running", () => {
    const cells = cellsOf(busy, "main", { from: 0, to: 1001 * MS, left: 0, width: 100 });
    const merged = Array.from({ length: cells.length }, (_, i) => i).filter((i) => cells.kind[i] === MERGED);
    const width = merged.reduce((sum, i) => sum + (cells.x1[i] ?? 0) - (cells.x0[i] ?? 0), 0);
    assert.ok(width > 99, String(width));
    // In eighths: neighbours of one height are one cell.
    for (const i of merged) assert.ok(Math.abs((cells.running[i] ?? 0) - 0.5) < 0.13, String(cells.running[i]));
  });

  it("are all drawn, wherever the window begins and ends", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 300, noNaN: true }),
        fc.double({ min: 500, max: 1500, noNaN: true }),
        (a, b) => {
          const view: Viewport = { from: a * MS, to: b * MS, left: 0, width: 100 };
          const cells = cellsOf(busy, "main", view);
          const drawn = Array.from({ length: cells.length }, (_, i) => (cells.x1[i] ?? 0) - (cells.x0[i] ?? 0));
          const scale = 100 / (b - a);
          const expected = (Math.min(b, 1001) - Math.max(a, 0)) * scale;
          assert.ok(Math.abs(drawn.reduce((sum, width) => sum + width, 0) - expected) < 0.2 * scale + 0.5);
        },
      ),
    );
  });

  it("are merged at the same times wherever the window begins", () => {
    const edges = (from: number): ReadonlySet<number> => {
      const view: Viewport = { from: from * MS, to: (from + 500) * MS, left: 0, width: 50 };
      const cells = cellsOf(busy, "main", view);
      const times = Array.from({ length: cells.length }, (_, i) => from + Math.round((cells.x0[i] ?? 0) * 10));
      return new Set(times.filter((t) => t > 250 && t < 450));
    };
    assert.deepEqual(edges(200), edges(213));
  });

  it("leave a long step among them whole", () => {
    const trace = draw(`main: ${"#.".repeat(30)}${"#".repeat(40)}${".#".repeat(30)}x`);
    const cells = cellsOf(trace, "main", { from: 0, to: 160 * MS, left: 0, width: 80 });
    const runs = list(cells).filter((cell) => cell.startsWith("running"));
    assert.ok(runs.includes("running 30-50"), runs.join());
  });

  it("are as many, and run and are ready as long, as the steps they stand for", () => {
    fc.assert(
      fc.property(traceBytes(), fc.integer({ min: 4, max: 600 }), (bytes, width) => {
        const trace = readTrace(bytes);
        const view: Viewport = { from: -1, to: trace.end + 1, left: 0, width };
        const scale = (trace.end + 2) / width;
        for (const task of trace.tasks) {
          const steps = trace.stepsOf(task.id);
          // What a task did before its first known step nobody knows.
          if (steps.length > 0 && trace.steps.readySince(steps.at(0)) !== task.created) continue;
          const cells = cellsOfTask(trace, task, view);
          let [count, running, ready] = [0, 0, 0];
          for (let i = 0; i < cells.length; i++) {
            const long = ((cells.x1[i] ?? 0) - (cells.x0[i] ?? 0)) * scale;
            const kind = cells.kind[i];
            if (kind === RUNNING || kind === MERGED) count += cells.count[i] ?? 0;
            running += kind === RUNNING ? long : kind === MERGED ? long * (cells.running[i] ?? 0) : 0;
            ready += kind === READY ? long : kind === MERGED ? long * (cells.ready[i] ?? 0) : 0;
          }
          if (steps.length === 0) continue;
          assert.equal(count, steps.length);
          const near = (actual: number, expected: number): void =>
            assert.ok(Math.abs(actual - expected) <= 2 + 1e-5 * trace.end, `${actual} for ${expected}`);
          near(running, steps.running(0, steps.length));
          near(ready, steps.ready(0, steps.length));
        }
      }),
      { numRuns: 200 },
    );
  });
});
