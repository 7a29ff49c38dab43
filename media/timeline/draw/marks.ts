/** What is drawn over the lanes: brackets, arrows of the chosen task, marks of the chosen and the pointed-at. */
import {
  jobsOf,
  originalWaker,
  type GroupInfo,
  type JobId,
  type StepIndex,
  type TaskId,
} from "../../../extension/trace";
import { placeBrackets } from "../hit";
import { forEachJob } from "../jobRows";
import { bandOf, loopBand, loopTop, taskBand, taskTop } from "../layout";
import type { Model } from "../model";
import { atOnceWords } from "../story";
import type { Target } from "../targets";
import { timeToX } from "../viewport";
import type { Pen } from "./canvas";
import { drawOwnSteps } from "./lanes";

/** More arrows than this would be a net, not an explanation. */
const MAX_ARROWS = 120;
/** An arrow shorter than this in time and in lanes shows nothing. */
const HEAD = 5;

export function drawBrackets(pen: Pen, model: Model): void {
  const { layout } = model;
  const { palette, ctx } = pen;
  const chosen = new Set<number>();
  for (const target of [model.selection, model.hover]) if (target?.kind === "group") chosen.add(target.group);
  pen.clip(layout.plot.left, layout.lanes.top, layout.width - layout.plot.left, layout.lanes.height, () => {
    for (const { group, lanes, x0, x1, top, bottom, critical } of placeBrackets(model)) {
      ctx.strokeStyle = palette.group;
      // Two whole pixels, so that it is never a blur.
      ctx.lineWidth = chosen.has(group.id) ? 4 : 2;
      ctx.beginPath();
      bracket(ctx, pen.snap(x0), top, bottom, 4);
      if (group.ended !== undefined) bracket(ctx, pen.snap(x1), top, bottom, -4);
      ctx.stroke();
      // Lanes inside that are not members have no dot.
      if (lanes.length < (lanes.at(-1) ?? 0) - (lanes[0] ?? 0) + 1) {
        for (const lane of lanes)
          pen.rect(palette.group, x0 - 2, taskTop(layout, lane) + layout.laneHeight / 2 - 2, 4, 4);
      }
      if (layout.density !== "compact") concurrency(pen, model, group, x0, x1, (top + bottom) / 2);
      if (critical !== undefined && lanes.length > 1 && group.ended !== undefined) {
        tick(pen, x1 + 4, taskTop(layout, critical) + layout.laneHeight / 2);
      }
    }
  });
}

/** "2.3 of 10 at once", where the members' lanes are empty: before the bracket, else after it. */
function concurrency(pen: Pen, model: Model, group: GroupInfo, x0: number, x1: number, middle: number): void {
  if (group.members.length < 2) return;
  const { view } = model;
  pen.font(11);
  const text = atOnceWords(model.trace, group);
  const width = pen.width(text);
  const after = x1 + 20;
  const x = x0 - width - 10 >= view.left ? x0 - width - 10 : after;
  if (x === after && after + width > view.left + view.width) return;
  pen.rect(pen.palette.background, x - 3, middle - 8, width + 6, 16);
  pen.text(text, x, Math.round(middle + 4), pen.palette.group);
}

function bracket(ctx: CanvasRenderingContext2D, x: number, top: number, bottom: number, foot: number): void {
  ctx.moveTo(x + foot, top);
  ctx.lineTo(x, top);
  ctx.lineTo(x, bottom);
  ctx.lineTo(x + foot, bottom);
}

/** On the member that decided when the group ended. */
function tick(pen: Pen, x: number, y: number): void {
  const { ctx, palette } = pen;
  ctx.strokeStyle = palette.group;
  ctx.lineWidth = 2.5;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + 3.5, y + 4);
  ctx.lineTo(x + 10, y - 5);
  ctx.stroke();
}

/** Who the chosen task waits for, who woke it, who created it and whom it created. */
export function drawArrows(pen: Pen, model: Model): void {
  const { layout, trace, view } = model;
  const { palette } = pen;
  const id = model.taskOf(model.selection) ?? model.taskOf(model.hover);
  const task = trace.task(id ?? 0);
  if (task === undefined) return;
  const { steps } = trace;
  let drawn = 0;
  const middle = (of: TaskId): number | undefined => {
    const lane = model.laneIndex(of);
    if (lane === undefined) return undefined;
    // To a lane out of sight it goes as far as there is sight.
    const { top, height } = bandOf(layout, lane);
    return Math.min(Math.max(taskTop(layout, lane) + layout.laneHeight / 2, top), top + height);
  };
  const band = taskBand(layout);
  const arrow = (color: string, t0: number, from: TaskId, t1: number, to: TaskId): void => {
    const y0 = middle(from);
    const y1 = middle(to);
    if (y0 === undefined || y1 === undefined || from === to || drawn >= MAX_ARROWS) return;
    if (Math.max(t0, t1) < view.from || Math.min(t0, t1) > view.to) return;
    drawn++;
    curve(pen, color, timeToX(view, t0), y0, timeToX(view, t1), y1);
  };
  pen.clip(layout.plot.left, band.top, layout.width - layout.plot.left, band.height, () => {
    if (task.parent !== undefined) arrow(palette.spawns, task.created, task.parent, task.created, task.id);
    for (const other of trace.tasks) {
      if (other.parent === task.id) arrow(palette.spawns, other.created, task.id, other.created, other.id);
    }
    const lane = model.laneOf(task.id);
    for (let i = lane.firstEndingAfter(view.from); i < lane.length && drawn < MAX_ARROWS; i++) {
      const step = lane.steps.at(i);
      if (steps.readySince(step) > view.to) break;
      if (i > 0) wakes(model, step, task.id, (t0, from) => arrow(palette.wakes, t0, from, lane.readySince(i), task.id));
      const awaited = steps.awaits(step);
      if (awaited === undefined || "job" in awaited) continue;
      const members = "task" in awaited ? [awaited.task] : (trace.group(awaited.group)?.members ?? []);
      for (const member of members) {
        const begun = Math.max(trace.task(member)?.created ?? 0, steps.end(step));
        arrow(palette.awaits, steps.end(step), task.id, begun, member);
      }
    }
    // Over the wakes: the wake that is a cancellation is drawn as one.
    for (const other of trace.tasks) {
      for (const { by, at } of trace.cancelsOf(other.id))
        if (by !== undefined && (by === task.id || other.id === task.id))
          arrow(palette.cancelled, at, by, at, other.id);
    }
  });
}

function wakes(model: Model, step: StepIndex, to: TaskId, draw: (t0: number, from: TaskId) => void): void {
  const waker = originalWaker(model.trace, step);
  if (waker.kind !== "step") return;
  const from = model.trace.steps.task(waker.step);
  if (from !== 0 && from !== to) draw(model.trace.steps.end(waker.step), from);
}

function curve(pen: Pen, color: string, x0: number, y0: number, x1: number, y1: number): void {
  const { ctx } = pen;
  const bend = Math.min(Math.max(Math.abs(x1 - x0) / 2, 10), 40);
  const down = y1 > y0 ? 1 : -1;
  const end = y1 - down * 7;
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.bezierCurveTo(x0 + bend, y0 + (end - y0) * 0.3, x1 - bend, y0 + (end - y0) * 0.7, x1, end);
  ctx.stroke();
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.moveTo(x1, end + down * 2);
  ctx.lineTo(x1 - HEAD, end - down * HEAD);
  ctx.lineTo(x1 + HEAD, end - down * HEAD);
  ctx.fill();
}

/** The lane under the pointer, and its steps in the loop's lane. */
export function drawHover(pen: Pen, model: Model): void {
  const { layout } = model;
  const plot = layout.width - layout.plot.left;
  const task = model.taskOf(model.hover);
  const index = task === undefined ? undefined : model.laneIndex(task);
  if (index !== undefined && task !== model.taskOf(model.selection)) {
    const { top, height } = bandOf(layout, index);
    pen.clip(0, top, layout.width, height, () => {
      pen.ctx.globalAlpha = HOVER;
      pen.rect(pen.palette.foreground, 0, taskTop(layout, index), layout.width, layout.laneHeight);
      pen.ctx.globalAlpha = 1;
    });
  }
  const band = loopBand(layout);
  pen.clip(layout.plot.left, band.top, plot, band.height, () => {
    layout.loops.forEach((loop, i) => drawOwnSteps(pen, model, loop, loopTop(layout, i)));
  });
}

/** Over the picture, so it must let everything through. */
const HOVER = 0.06;

/** What decided when the chosen task, or the chosen group, ended. */
export function drawPath(pen: Pen, model: Model): void {
  const { layout, view } = model;
  const { palette, ctx } = pen;
  const band = taskBand(layout);
  const low = (task: TaskId): number | undefined => {
    const lane = model.laneIndex(task);
    if (lane === undefined) return undefined;
    const { top, height } = bandOf(layout, lane);
    return Math.min(Math.max(taskTop(layout, lane) + layout.laneHeight - 2, top), top + height);
  };
  pen.clip(layout.plot.left, band.top, layout.width - layout.plot.left, band.height, () => {
    ctx.strokeStyle = palette.cursor;
    ctx.lineWidth = 2.5;
    ctx.beginPath();
    let last: TaskId | undefined;
    for (const { task, from, to } of model.path) {
      const y = low(task);
      if (y === undefined || to < view.from || from > view.to) continue;
      const x0 = Math.max(timeToX(view, from), view.left);
      if (last === undefined) ctx.moveTo(x0, y);
      else if (task !== last) ctx.lineTo(x0, y);
      ctx.lineTo(Math.min(timeToX(view, to), view.left + view.width), y);
      last = task;
    }
    ctx.stroke();
  });
}

/** A frame round what is chosen and what is pointed at, here or in the editor; of an await site, round every visit. */
export function drawTargets(pen: Pen, model: Model): void {
  const { layout } = model;
  pen.clip(layout.plot.left, layout.loopsTop, layout.width - layout.plot.left, layout.height - layout.loopsTop, () => {
    frame(pen, model, model.editor.lit, 1);
    frame(pen, model, model.hover, 1);
    frame(pen, model, model.selection, 2);
  });
}

function frame(pen: Pen, model: Model, target: Target | undefined, line: number): void {
  const { layout, view } = model;
  const { palette } = pen;
  const around = (task: TaskId, from: number, to: number): void => {
    const lane = model.laneIndex(task);
    if (lane === undefined || to < view.from || from > view.to) return;
    const top = taskTop(layout, lane);
    const band = bandOf(layout, lane);
    if (top + layout.laneHeight < band.top || top > layout.height) return;
    const x0 = Math.max(timeToX(view, from) - 2, view.left - 4);
    const x1 = Math.min(timeToX(view, to) + 2, view.left + view.width + 4);
    pen.clip(layout.plot.left, band.top, layout.width - layout.plot.left, band.height, () => {
      pen.outline(palette.focus, x0, top + 2, Math.max(x1 - x0, 6), layout.laneHeight - 4, line);
    });
  };
  if (target?.kind === "slice") around(target.slice.task, target.slice.from, target.slice.to);
  if (target?.kind === "job") aroundJob(pen, model, target.job, line);
  if (target?.kind === "site") {
    let drawn = 0;
    for (const { task, from, to } of model.visits(target.site)) {
      if (to < view.from || from > view.to) continue;
      around(task, from, to);
      if (++drawn === MAX_VISITS) break;
    }
  }
}

const MAX_VISITS = 2000;

function aroundJob(pen: Pen, model: Model, id: JobId, line: number): void {
  const { layout, view, trace } = model;
  const task = trace.job(id)?.task;
  const lane = task === undefined ? undefined : model.laneIndex(task);
  if (task === undefined || lane === undefined) return;
  const place = { top: taskTop(layout, lane), height: layout.laneHeight };
  const band = bandOf(layout, lane);
  forEachJob(jobsOf(trace, task), trace.end, view, layout.density, place, ({ job, x0, x1, y }) => {
    if (job.id !== id) return;
    pen.clip(layout.plot.left, band.top, layout.width - layout.plot.left, band.height, () => {
      pen.outline(pen.palette.focus, x0 - 3, y - 4, x1 - x0 + 6, 8, line);
    });
  });
}
