/** The column of names left of the plot. */
import { blockedSince, formatDuration, type LoopId, type TaskInfo } from "../../../extension/trace";
import { glyphAt, type Glyph } from "../hit";
import { laneIndent, loopTop, overlap, taskTop, visibleBands, type Band } from "../layout";
import type { Model } from "../model";
import { isHousekeeping, taskSubtitle, taskTitle } from "../names";
import type { Pen } from "./canvas";
import { labelCounters } from "./counters";

/** Cut shorter than this many pixels, what stands beside the title says nothing: "Tas…". */
const MIN_SUBTITLE = 64;

export function drawLabels(pen: Pen, model: Model, part: Band): void {
  const { layout } = model;
  const { palette } = pen;
  pen.clip(0, layout.loopsTop, layout.labels.width, layout.height - layout.loopsTop, () => {
    const draw = (): void =>
      layout.loops.forEach((loop, i) => {
        if (overlap({ top: loopTop(layout, i), height: layout.loopHeight }, part)) drawLoopLabel(pen, model, loop, i);
      });
    if (layout.loopsPinned) draw();
    else pen.clip(0, layout.lanes.top, layout.labels.width, layout.lanes.height, draw);
    for (const { band, from, to } of visibleBands(layout, part)) {
      pen.clip(0, band.top, layout.labels.width, band.height, () => {
        for (let i = from; i < to; i++) {
          const lane = layout.tasks[i];
          const task = model.trace.task(lane?.task ?? 0);
          if (lane !== undefined && task !== undefined)
            drawTaskLabel(pen, model, task, lane.depth, taskTop(layout, i), lane.children > 0);
        }
      });
    }
  });
  pen.vertical(palette.border, layout.labels.width - 0.5, layout.ruler.top, layout.height);
  if (layout.loopsPinned) pen.horizontal(palette.border, 0, layout.width, layout.pins.top - 0.5);
  if (layout.pinned > 0) pen.horizontal(palette.border, 0, layout.width, layout.lanes.top - 0.5, 2);
}

function drawTaskLabel(pen: Pen, model: Model, task: TaskInfo, depth: number, top: number, isParent: boolean): void {
  const { layout } = model;
  const { palette } = pen;
  const simple = layout.density === "simple";
  const indent = laneIndent(depth);
  const middle = top + layout.laneHeight / 2;
  if (layout.density === "compact") {
    // No room for a name: where the task is in the tree, and whether it failed.
    const color = task.outcome === "raised" ? palette.error : palette.dim;
    pen.rect(color, indent, middle - 1, 14, 2);
    return;
  }
  if (isParent) drawTwisty(pen, indent - 7, middle, model.lanes.collapsed.has(task.id));
  drawGlyph(pen, glyphAt(model, task.id, model.cursor ?? model.trace.end), indent + 4, middle);
  const x = indent + 16;
  const room = layout.labels.width - x - 8;
  const second = taskSubtitle(task);
  const color = isHousekeeping(task) ? palette.dim : palette.foreground;
  if (simple) {
    pen.font(13);
    pen.text(taskTitle(task), x, Math.round(middle - 2), color, room);
    pen.font(11);
    const life = formatDuration((task.ended ?? model.trace.end) - task.created);
    pen.text(second === "" ? life : `${second} · ${life}`, x, Math.round(middle + 12), palette.dim, room);
    return;
  }
  pen.font(12);
  const width = pen.text(taskTitle(task), x, Math.round(middle + 4), color, room);
  pen.font(11);
  const left = room - width - 8;
  if (pen.width(second) <= left || left >= MIN_SUBTITLE)
    pen.text(second, x + width + 8, Math.round(middle + 4), palette.dim, left);
}

/** Right of a closed lane, down over an open one's tasks. */
function drawTwisty(pen: Pen, x: number, y: number, isClosed: boolean): void {
  const { ctx, palette } = pen;
  ctx.strokeStyle = palette.dim;
  ctx.lineWidth = 1.4;
  ctx.beginPath();
  ctx.moveTo(x - (isClosed ? 1.5 : 3), y - (isClosed ? 3 : 1.5));
  ctx.lineTo(x + 1.5 * (isClosed ? 1 : 0), y + (isClosed ? 0 : 1.5));
  ctx.lineTo(isClosed ? x - 1.5 : x + 3, y + (isClosed ? 3 : -1.5));
  ctx.stroke();
}

function drawLoopLabel(pen: Pen, model: Model, loop: LoopId, i: number): void {
  const { layout, trace } = model;
  const { palette } = pen;
  const info = trace.loops.find((one) => one.id === loop);
  const top = loopTop(layout, i);
  const height = layout.loopHeight - layout.countersHeight;
  const middle = top + height / 2;
  if (layout.countersHeight > 0) labelCounters(pen, model, loop, top + height);
  const name = layout.loops.length > 1 ? `Event loop ${i + 1}` : "Event loop";
  const lane = model.loopLane(loop);
  const from = info?.started ?? 0;
  const length = Math.max((info?.closed ?? trace.end) - from, 1);
  const blocked = blockedSince(trace, loop);
  const blocking = blocked === undefined ? 0 : trace.end - blocked.since;
  const share = percent((lane.running(0, lane.length) + blocking) / length);
  const busy = `${share} busy`;
  const second = layout.loops.length > 1 && info !== undefined ? `${busy} · ${info.thread}` : busy;
  const room = layout.labels.width - 18;
  if (layout.density === "simple") {
    pen.font(13, 600);
    pen.text(name, 10, Math.round(middle - 2), palette.foreground, room);
    pen.font(11);
    pen.text(second, 10, Math.round(middle + 12), palette.dim, room);
    return;
  }
  pen.font(12, 600);
  const width = pen.text(name, 10, Math.round(middle + 4), palette.foreground, room);
  pen.font(11);
  const left = room - width - 8;
  if (left > 32)
    pen.text(pen.choose([second, busy, share], left), 18 + width, Math.round(middle + 4), palette.dim, left);
}

export function percent(share: number): string {
  if (share > 0 && share < 0.01) return "< 1 %";
  return `${Math.round(Math.min(share, 1) * 100)} %`;
}

/** One shape a state; the same shapes as on the bars. */
export function drawGlyph(pen: Pen, glyph: Glyph, x: number, y: number): void {
  const { ctx, palette } = pen;
  const r = 4;
  const stroke = (color: string, draw: () => void): void => {
    ctx.strokeStyle = color;
    ctx.lineWidth = 1.6;
    ctx.beginPath();
    draw();
    ctx.stroke();
  };
  switch (glyph) {
    case "running":
      ctx.fillStyle = palette.running;
      ctx.beginPath();
      ctx.arc(x, y, r + 0.5, 0, Math.PI * 2);
      ctx.fill();
      return;
    case "ready":
      ctx.fillStyle = palette.ready;
      ctx.beginPath();
      ctx.arc(x, y, r, Math.PI / 2, Math.PI * 1.5);
      ctx.fill();
      stroke(palette.ready, () => ctx.arc(x, y, r, 0, Math.PI * 2));
      return;
    case "waiting":
      stroke(palette.waiting, () => ctx.arc(x, y, r, 0, Math.PI * 2));
      return;
    case "returned":
      stroke(palette.dim, () => {
        ctx.moveTo(x - 3.5, y + 0.5);
        ctx.lineTo(x - 1, y + 3);
        ctx.lineTo(x + 4, y - 3);
      });
      return;
    case "raised":
      pen.font(13, 700);
      pen.text("!", x - 2, y + 5, palette.error);
      return;
    case "cancelled":
      stroke(palette.cancelled, () => {
        ctx.moveTo(x - 3, y - 3);
        ctx.lineTo(x + 3, y + 3);
        ctx.moveTo(x + 3, y - 3);
        ctx.lineTo(x - 3, y + 3);
      });
      return;
    case "none":
      return;
  }
}
