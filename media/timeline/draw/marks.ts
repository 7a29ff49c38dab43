/** Marks of what is chosen and pointed at: its lane, its frame, and what decided when it ended. */
import { jobsOf, visitsOf, type JobId, type TaskId } from "../../../extension/trace";
import { forEachJob } from "../jobRows";
import { bandOf, loopBand, loopTop, taskBand, taskTop, visibleBands } from "../layout";
import type { Model } from "../model";
import type { Target } from "../targets";
import { timeToX } from "../viewport";
import type { Pen } from "./canvas";
import { drawOwnSteps } from "./loops";

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
    const visits = visitsOf(model.trace, target.site);
    const tasks = visibleBands(layout).flatMap(({ from, to }) => layout.tasks.slice(from, to));
    const count = tasks.reduce((sum, { task }) => sum + visits.countIn(task, view.from, view.to), 0);
    const apart = count > MANY ? ((view.to - view.from) * tasks.length) / MANY : -1;
    for (const { task } of tasks)
      visits.forEachIn(task, view.from, view.to, apart, (from, to) => around(task, from, to));
  }
}

/** More visits than this are framed together where they are close to each other. */
const MANY = 1000;

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
