/** Task lanes: states told apart by shape first, then by colour. */
import {
  describeStep,
  formatDuration,
  type GroupId,
  type GroupInfo,
  type StepIndex,
  type TaskInfo,
  type Trace,
} from "../../../extension/trace";
import {
  Cells,
  forEachBlock,
  laneCells,
  MERGED,
  MIN_READY,
  READY,
  RUNNING,
  taskSpan,
  WAITING,
  type LaneSpan,
} from "../cells";
import { SLOW_CALLBACK, type Lane } from "../lane";
import { taskTop, visibleBands, type Band } from "../layout";
import type { Model } from "../model";
import { lifeEnd } from "../slices";
import { blockLabels } from "../runStory";
import { atOnceWords } from "../story";
import { nsPerPixel, timeToX, upTo, type Viewport } from "../viewport";
import type { Pen } from "./canvas";
import { drawJobs } from "./jobs";

/** A single step is drawn at least this wide: it happened, however short it was. */
export const MIN_STEP = 2;
/** Bars narrower than this carry no words. */
export const MIN_WORDS = 34;
/** Nor words cut to fewer letters than this. */
const MIN_LETTERS = 8;

/** Pixels that the line of a wait is thick. */
const WAIT_LINE = 2;

/** Ready time wider than this has an outline. */
const OUTLINED = 3;

/** Pixels that show nothing. */
const HAIR = 1;
/** A merged cell with less waiting than the rest has none to show. */
const FULL = 0.98;

/** Cells no further apart than this many CSS pixels are drawn as one. */
const TOUCHING = 0.5;

/** Of the lane that is being drawn. */
export const cells = new Cells();

/** `crowded`: groups whose words have no place beside them, and stand at their owner's wait. */
export function drawTaskLanes(pen: Pen, model: Model, part: Band, crowded: ReadonlySet<GroupId>): void {
  const { layout, trace } = model;
  // Past the plot's end too: a picture that goes on there must not end in rags.
  const view = upTo(model.view, layout.width);
  const selected = model.taskOf(model.selection);
  const { palette } = pen;
  for (const { band, from, to } of visibleBands(layout, part)) {
    const forEachTask = (visit: (task: TaskInfo, i: number, tint: string) => void): void => {
      for (let i = from; i < to; i++) {
        const task = trace.task(layout.tasks[i]?.task ?? 0);
        const stripe = i % 2 === 1 ? palette.band : "transparent";
        if (task !== undefined) visit(task, i, task.id === selected ? palette.selected : stripe);
      }
    };
    pen.clip(0, band.top, layout.width, band.height, () => {
      forEachTask((task, i, tint) => {
        if (tint !== "transparent") pen.rect(tint, 0, taskTop(layout, i), layout.width, layout.laneHeight);
        // Where there are no tints, a border says which is chosen.
        if (palette.contrast && task.id === selected)
          pen.outline(palette.focus, 0, taskTop(layout, i), layout.width, layout.laneHeight);
      });
    });
    // One clip for all lanes: each draws only between its own edges.
    pen.clip(layout.plot.left, band.top, layout.width - layout.plot.left, band.height, () => {
      forEachTask((task, i, tint) => {
        if (task.created <= view.to && lifeEnd(trace, task) >= view.from)
          drawTask(pen, model, view, task, taskTop(layout, i), tint, crowded);
      });
    });
  }
}

function drawTask(
  pen: Pen,
  model: Model,
  view: Viewport,
  task: TaskInfo,
  top: number,
  tint: string,
  crowded: ReadonlySet<GroupId>,
): void {
  const { trace, layout } = model;
  const height = layout.laneHeight;
  const lane = model.laneOf(task.id);
  const span = taskSpan(trace, task);
  laneCells(lane, span, view, cells);
  drawWaits(pen, top, height);
  drawReady(pen, top, height);
  drawRuns(pen, top, height);
  drawSlow(pen, lane, span, view, top, height);
  drawJobs(pen, model, view, task.id, { top, height }, tint);
  if (layout.density !== "compact") drawWords(pen, model, task, view, top, height, tint, crowded);
  if (task.ended === undefined || task.ended > view.to) return;
  const x = timeToX(view, task.ended);
  const cap = (): void => drawCap(pen, task, x, top, height);
  // Its "!" is taller than a compact lane.
  if (task.outcome === "raised") pen.clip(layout.plot.left, top, layout.width - layout.plot.left, height, cap);
  else cap();
}

export function barPadding(height: number): number {
  return height > 28 ? 6 : height > 12 ? 3 : 1;
}

/** One line for as many waits as possible: what covers it between them is drawn over it. */
function drawWaits(pen: Pen, top: number, height: number): void {
  const y = pen.snap(top + (height - WAIT_LINE) / 2);
  let from = 0;
  let to = -Infinity;
  /** Up to here the line is seen or covered. */
  let reach = -Infinity;
  let lines = 0;
  const line = (): void => {
    if (to <= from) return;
    if (lines++ === 0) pen.ctx.beginPath();
    pen.ctx.rect(from, y, to - from, WAIT_LINE);
  };
  for (let i = 0; i < cells.length; i++) {
    const x0 = cells.x0[i]!;
    const x1 = cells.x1[i]!;
    const kind = cells.kind[i]!;
    const isWait = kind === WAITING || (kind === MERGED && cells.running[i]! + cells.ready[i]! <= FULL);
    // Ready time this short is not drawn.
    if (kind === READY && x1 - x0 < HAIR) continue;
    if (x0 > reach + HAIR) {
      line();
      to = -Infinity;
    }
    if (isWait && to === -Infinity) from = x0;
    if (isWait) to = x1;
    reach = Math.max(reach, x1);
  }
  line();
  if (lines === 0) return;
  pen.ctx.fillStyle = pen.palette.waiting;
  pen.ctx.fill();
}

function drawReady(pen: Pen, top: number, height: number): void {
  const { palette } = pen;
  const bar = Math.round((height - 2 * barPadding(height)) / 2);
  const y = Math.round(top + (height - bar) / 2);
  const isShown = (i: number): boolean =>
    (cells.x1[i] ?? 0) - (cells.x0[i] ?? 0) >= HAIR &&
    (cells.kind[i] === READY || (cells.kind[i] === MERGED && (cells.ready[i] ?? 0) > MIN_READY));
  const isOutlined = (i: number): boolean =>
    cells.kind[i] === READY && (cells.x1[i] ?? 0) - (cells.x0[i] ?? 0) > OUTLINED;
  // One path for the whole lane: a canvas sets up a pattern anew for everything that it fills with it.
  let from = 0;
  let to = -Infinity;
  let bars = 0;
  const add = (): void => {
    if (to <= from) return;
    if (bars++ === 0) pen.ctx.beginPath();
    pen.ctx.rect(from, y, to - from, bar);
  };
  for (let i = 0; i < cells.length; i++) {
    if (!isShown(i)) continue;
    const x0 = cells.x0[i]!;
    // A crowded lane's cells touch: a rectangle each would cost more than all the rest of the picture.
    if (x0 > to + TOUCHING) {
      add();
      from = x0;
    }
    to = cells.x1[i]!;
  }
  add();
  if (bars === 0) return;
  for (const color of [palette.background, pen.hatch]) {
    pen.ctx.fillStyle = color;
    pen.ctx.fill();
  }
  for (let i = 0; i < cells.length; i++) {
    if (isOutlined(i)) pen.outline(palette.ready, cells.x0[i] ?? 0, y, (cells.x1[i] ?? 0) - (cells.x0[i] ?? 0), bar);
  }
}

export function drawRuns(pen: Pen, top: number, height: number): void {
  const pad = barPadding(height);
  const bar = height - 2 * pad;
  const { palette, ctx } = pen;
  let from = 0;
  let to = -Infinity;
  let tall = 0;
  const add = (): void => {
    if (to <= from) return;
    const y = top + pad + (bar - tall) / 2;
    if (!palette.contrast) {
      ctx.rect(from, y, to - from, tall);
      return;
    }
    // Each with its border, over the one before it.
    ctx.fillRect(from, y, to - from, tall);
    if (to - from > 4) pen.outline(palette.border, from, y, to - from, tall);
  };
  // One path for the whole lane: a crowded picture has tens of thousands of steps, and each rectangle that a canvas is told
  // by itself takes it several times as long.
  ctx.fillStyle = palette.running;
  ctx.beginPath();
  for (let i = 0; i < cells.length; i++) {
    const kind = cells.kind[i];
    if (kind !== RUNNING && kind !== MERGED) continue;
    const x0 = cells.x0[i]!;
    const width = Math.max(cells.x1[i]! - x0, MIN_STEP);
    // Many steps in one place: as tall as their share of the time, so that "often" does not look like "always".
    const share = kind === MERGED ? 0.3 + 0.7 * Math.min(cells.running[i]!, 1) : 1;
    const height = Math.round(bar * share);
    const x = width <= MIN_STEP ? pen.snap(x0) : x0;
    // Steps that are drawn one by one stay so; crowds of one height are one.
    if (kind === MERGED && height === tall && x <= to + TOUCHING) {
      to = Math.max(to, x + width);
      continue;
    }
    add();
    from = x;
    to = x + width;
    tall = height;
  }
  add();
  if (to > from && !palette.contrast) ctx.fill();
}

/** A red cap on every step that blocked its loop, and on the one that blocks it. */
export function drawSlow(pen: Pen, lane: Lane, span: LaneSpan, view: Viewport, top: number, height: number): void {
  const y = top + barPadding(height);
  forEachBlock(lane, span, view, (from, to) => {
    const x0 = timeToX(view, from);
    pen.rect(pen.palette.blocked, x0, y, Math.max(timeToX(view, to) - x0, MIN_STEP), height > 28 ? 4 : 3);
  });
}

function drawWords(
  pen: Pen,
  model: Model,
  task: TaskInfo,
  view: Viewport,
  top: number,
  height: number,
  tint: string,
  crowded: ReadonlySet<GroupId>,
): void {
  const { trace, layout } = model;
  const simple = layout.density === "simple";
  const { palette } = pen;
  pen.font(simple ? 12 : 11);
  const baseline = Math.round(top + height / 2 + 4);
  const right = view.left + view.width;
  for (let i = 0; i < cells.length; i++) {
    const kind = cells.kind[i];
    const x0 = Math.max(cells.x0[i] ?? 0, view.left);
    const x1 = Math.min(cells.x1[i] ?? 0, right);
    const room = x1 - x0 - 16;
    if (room < MIN_WORDS || kind === MERGED) continue;
    const step = cells.step[i] ?? -1;
    const ns = ((cells.x1[i] ?? 0) - (cells.x0[i] ?? 0)) * nsPerPixel(view);
    const long = formatDuration(ns);
    if (kind === RUNNING) {
      const run = { task: task.id, step: step < 0 ? undefined : step };
      const words = ns > SLOW_CALLBACK ? blockLabels(trace, run, long) : [];
      const shown = pen.choose([...words, `running ${long}`, "running"], room);
      pen.text(shown, x0 + 8, baseline, palette.onRunning, room);
      continue;
    }
    const words = kind === READY ? "ready" : step < 0 ? "" : describeStep(trace, step);
    // "executor job read_file in thread pool_0": the place goes first.
    const [short = words] = words.split(" in ");
    const group = kind === READY ? undefined : awaitedGroup(trace, step);
    const all = group && crowded.has(group.id) ? [`${words} ${long}, ${atOnceWords(trace, group)}`] : [];
    const shown = pen.fitted(pen.choose([...all, `${words} ${long}`, `${short} ${long}`, short], room), room);
    // "sem…" says nothing.
    if (shown === "" || (shown.endsWith("…") && shown.length < MIN_LETTERS)) continue;
    // The line is interrupted by its label, as on a map.
    const width = pen.width(shown) + 8;
    for (const color of [palette.background, tint]) pen.rect(color, x0 + 6, top + height / 2 - 8, width, 16);
    pen.text(shown, x0 + 10, baseline, kind === READY ? palette.foreground : palette.dim);
  }
}

function awaitedGroup(trace: Trace, step: StepIndex): GroupInfo | undefined {
  const awaited = trace.steps.awaits(step);
  return awaited !== undefined && "group" in awaited ? trace.group(awaited.group) : undefined;
}

/** How it ended: a plain stop, a red "!" or a "×". */
function drawCap(pen: Pen, task: TaskInfo, x: number, top: number, height: number): void {
  const { palette, ctx } = pen;
  const pad = barPadding(height);
  const y0 = top + pad;
  const y1 = top + height - pad;
  const middle = (y0 + y1) / 2;
  switch (task.outcome) {
    case "returned":
      pen.vertical(palette.dim, x + 0.5, y0, y1, 2);
      return;
    case "raised": {
      pen.vertical(palette.error, x + 0.5, top + 2, top + height - 2, 3);
      ctx.fillStyle = palette.error;
      ctx.beginPath();
      ctx.moveTo(x + 2, top + 2);
      ctx.lineTo(x + 9, top + 2);
      ctx.lineTo(x + 2, top + 9);
      ctx.fill();
      pen.font(12, 700);
      pen.text("!", x + 5, middle + 5, palette.error);
      return;
    }
    case "cancelled": {
      const r = Math.min(5, (y1 - y0) / 2 - 1);
      ctx.strokeStyle = palette.cancelled;
      ctx.lineWidth = 2;
      ctx.beginPath();
      ctx.moveTo(x - r + 2, middle - r);
      ctx.lineTo(x + r + 2, middle + r);
      ctx.moveTo(x + r + 2, middle - r);
      ctx.lineTo(x - r + 2, middle + r);
      ctx.stroke();
      return;
    }
    case "pending":
      return;
  }
}
