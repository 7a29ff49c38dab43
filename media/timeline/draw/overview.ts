/** The minimap: the whole trace in one strip, and which part of it is on screen. The ruler under it. */
import type { Trace } from "../../../extension/trace";
import { Cells, forEachBlock, laneCells, loopSpan, MERGED } from "../cells";
import { overlap, taskTop, type Band } from "../layout";
import type { Model } from "../model";
import { lifeEnd } from "../slices";
import { ticks } from "../time";
import { fit, nsPerPixel, timeToX, xToTime, type Viewport } from "../viewport";
import type { Pen } from "./canvas";

const TICK_SPACING = 92;

const cells = new Cells();

/** The minimap's own axis: always the whole trace. */
export function overview(model: Model): Viewport {
  return { ...fit(model.extent), ...model.layout.plot };
}

/** Height of the strip that tells how busy the loops were; the rest is for the tasks alive. */
const BUSY = 7;

export function drawMinimap(pen: Pen, model: Model, part: Band): void {
  const { layout, trace } = model;
  if (!overlap(layout.minimap, part)) return;
  const { palette, ctx } = pen;
  const { top, height } = layout.minimap;
  const view = overview(model);
  const bottom = top + height - 3;
  const foot = bottom - BUSY - 1;
  const tall = height - 8 - BUSY;
  pen.font(11);
  pen.text("whole run", 10, top + height / 2 + 4, palette.dim, layout.labels.width - 20);

  // Tasks alive, as a hill.
  const alive = aliveCounts(trace, view);
  let most = 1;
  // By index: iterators and callbacks leave an object a pixel behind.
  for (let x = 0; x < alive.length; x++) most = Math.max(most, alive[x]!);
  ctx.fillStyle = palette.waiting;
  ctx.globalAlpha = palette.contrast ? 0.6 : 0.4;
  ctx.beginPath();
  ctx.moveTo(view.left, foot);
  for (let x = 0; x < alive.length; x++) {
    const y = foot - (alive[x]! / most) * tall;
    ctx.lineTo(view.left + x, y);
    ctx.lineTo(view.left + x + 1, y);
  }
  ctx.lineTo(view.left + view.width, foot);
  ctx.fill();
  ctx.globalAlpha = 1;

  for (const loop of layout.loops) {
    const lane = model.loopLane(loop);
    const span = loopSpan(trace, loop);
    laneCells(lane, span, view, cells);
    for (let i = 0; i < cells.length; i++) {
      const share = cells.kind[i] === MERGED ? Math.max(cells.running[i] ?? 0, 0.15) : 1;
      const x0 = cells.x0[i] ?? 0;
      pen.rect(palette.running, x0, bottom - share * BUSY, Math.max((cells.x1[i] ?? 0) - x0, 1), share * BUSY);
    }
    forEachBlock(lane, span, view, (from, to) => {
      const x0 = timeToX(view, from);
      pen.rect(palette.blocked, x0, bottom - BUSY, Math.max(timeToX(view, to) - x0, 2), 3);
    });
  }
  for (const task of trace.tasks) {
    if (task.outcome !== "raised" || task.ended === undefined) continue;
    pen.vertical(palette.error, timeToX(view, task.ended), top + 3, foot, 2);
  }

  // Everything outside of the window is veiled.
  const right = view.left + view.width;
  const x0 = Math.max(timeToX(view, model.window.from), view.left);
  const x1 = Math.min(timeToX(view, model.window.to), right);
  if (x1 - x0 < view.width - 2) {
    ctx.globalAlpha = 0.55;
    pen.rect(palette.background, view.left, top, x0 - view.left, height);
    pen.rect(palette.background, x1, top, right - x1, height);
    ctx.globalAlpha = 1;
    pen.outline(palette.focus, x0, top + 1, Math.max(x1 - x0, 4), height - 2, palette.contrast ? 2 : 1);
  }
  pen.horizontal(palette.border, 0, layout.width, top + height - 0.5);
}

let aliveCache: { readonly trace: Trace; readonly key: string; readonly counts: Float32Array } | undefined;

/** How many tasks were alive at each pixel; kept until the trace or the width changes. */
function aliveCounts(trace: Trace, view: Viewport): Float32Array {
  const width = Math.max(Math.ceil(view.width), 1);
  const key = `${trace.revision} ${width}`;
  if (aliveCache?.trace === trace && aliveCache.key === key) return aliveCache.counts;
  const counts = new Float32Array(width + 1);
  const px = nsPerPixel(view);
  for (const task of trace.tasks) {
    const from = Math.min(Math.max(Math.floor((task.created - view.from) / px), 0), width - 1);
    const to = Math.min(Math.max(Math.ceil((lifeEnd(trace, task) - view.from) / px), from + 1), width);
    counts[from] = (counts[from] ?? 0) + 1;
    counts[to] = (counts[to] ?? 0) - 1;
  }
  for (let i = 1; i <= width; i++) counts[i] = (counts[i] ?? 0) + (counts[i - 1] ?? 0);
  aliveCache = { trace, key, counts };
  return counts;
}

export function drawRuler(pen: Pen, model: Model): void {
  const { layout, view } = model;
  const { palette } = pen;
  const { top, height } = layout.ruler;
  pen.font(11);
  const right = view.left + view.width;
  for (const tick of ticks(model.extent.from, view, view.width, TICK_SPACING)) {
    const x = timeToX(view, tick.time);
    pen.vertical(palette.grid, x, top + height, layout.height);
    pen.vertical(palette.border, x, top + height - 6, top + height);
    const width = pen.width(tick.label);
    if (x + width + 4 < right) pen.text(tick.label, x + 4, top + 15, palette.dim);
  }
  pen.text("time", 10, top + 15, palette.dim, layout.labels.width - 20);
  pen.horizontal(palette.border, 0, layout.width, top + height - 0.5);
}

/** The time cursor, the pointer's own line, and the chosen range. */
export function drawCursors(pen: Pen, model: Model): void {
  drawNotes(pen, model);
  drawFindings(pen, model);
  const { layout, view } = model;
  const { palette, ctx } = pen;
  const { range, cursor, pointer } = model;
  const bottom = layout.height;
  if (range !== undefined) {
    const x0 = Math.max(timeToX(view, range.from), view.left);
    const x1 = Math.min(timeToX(view, range.to), view.left + view.width);
    if (x1 > x0) {
      ctx.globalAlpha = 0.16;
      pen.rect(palette.focus, x0, layout.ruler.top, x1 - x0, bottom - layout.ruler.top);
      ctx.globalAlpha = 1;
      pen.vertical(palette.focus, x0, layout.ruler.top, bottom);
      pen.vertical(palette.focus, x1, layout.ruler.top, bottom);
    }
  }
  if (pointer !== undefined && pointer.x > view.left && pointer.y > layout.ruler.top) {
    ctx.globalAlpha = 0.35;
    pen.vertical(palette.foreground, pointer.x, layout.ruler.top, bottom);
    ctx.globalAlpha = 1;
    const time = xToTime(view, pointer.x);
    if (time >= model.extent.from) flag(pen, model, time, palette.dim);
  }
  if (cursor !== undefined && cursor >= view.from && cursor <= view.to) {
    pen.vertical(palette.cursor, timeToX(view, cursor), layout.ruler.top, bottom, palette.contrast ? 2 : 1.5);
    flag(pen, model, cursor, palette.cursor);
  }
}

/** A flag on the ruler for each note, and a line down to its task's lane. */
function drawNotes(pen: Pen, model: Model): void {
  const { layout, view, notes } = model;
  const { ctx, palette } = pen;
  const { top, height } = layout.ruler;
  for (const note of notes.all) {
    if (note.at < view.from || note.at > view.to) continue;
    const x = timeToX(view, note.at);
    ctx.fillStyle = palette.group;
    ctx.beginPath();
    ctx.moveTo(x, top + 4);
    ctx.lineTo(x + 9, top + 8);
    ctx.lineTo(x, top + 12);
    ctx.fill();
    const lane = note.task === undefined ? undefined : model.laneIndex(note.task);
    const foot = lane === undefined ? layout.lanes.top : taskTop(layout, lane) + layout.laneHeight / 2;
    pen.vertical(palette.group, x, top + 4, Math.min(Math.max(foot, top + height), layout.height));
  }
}

/** A mark at the ruler's lower edge where each finding is; the one looked at is larger. */
function drawFindings(pen: Pen, model: Model): void {
  const { layout, view, findings } = model;
  const { ctx, palette } = pen;
  const bottom = layout.ruler.top + layout.ruler.height;
  for (const finding of findings.all) {
    if (finding.at < view.from || finding.at > view.to) continue;
    const x = timeToX(view, finding.at);
    const size = finding === findings.chosen ? 6 : 4;
    ctx.fillStyle = finding.severity === "error" ? palette.error : palette.ready;
    ctx.beginPath();
    ctx.moveTo(x, bottom);
    ctx.lineTo(x - size, bottom - 1.6 * size);
    ctx.lineTo(x + size, bottom - 1.6 * size);
    ctx.fill();
  }
}

function flag(pen: Pen, model: Model, time: number, color: string): void {
  const { layout, view } = model;
  const { palette } = pen;
  pen.font(11);
  const label = model.moment(time);
  const width = pen.width(label) + 10;
  const x = Math.min(Math.max(timeToX(view, time) - width / 2, view.left), view.left + view.width - width);
  // A tick's label that it would cut goes.
  for (const tick of ticks(model.extent.from, view, view.width, TICK_SPACING)) {
    const [left, long] = [timeToX(view, tick.time) + 2, pen.width(tick.label) + 4];
    if (left < x + width && left + long > x)
      pen.rect(palette.background, left, layout.ruler.top + 2, long, layout.ruler.height - 4);
  }
  pen.rect(palette.background, x, layout.ruler.top + 2, width, layout.ruler.height - 4);
  pen.outline(color, x, layout.ruler.top + 2, width, layout.ruler.height - 4);
  pen.text(label, x + 5, layout.ruler.top + 15, palette.foreground);
}
