/** Arrows of the chosen task, or else of the one pointed at; each kind has a line and a head of its own. */
import { originalWaker, type StepIndex, type TaskId } from "../../../extension/trace";
import { ARROWS, HEAD_LENGTH, type Arrow } from "../arrows";
import { bandOf, taskBand, taskTop } from "../layout";
import type { Model } from "../model";
import { timeToX } from "../viewport";
import type { Pen } from "./canvas";

/** More arrows than this would be a net, not an explanation. */
const MAX_ARROWS = 120;

/** Who the chosen task waits for, who woke it, who created it and whom it created. */
export function drawArrows(pen: Pen, model: Model): void {
  const { layout, trace, view } = model;
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
  const arrow = (kind: Arrow, t0: number, from: TaskId, t1: number, to: TaskId): void => {
    const y0 = middle(from);
    const y1 = middle(to);
    if (y0 === undefined || y1 === undefined || from === to || drawn >= MAX_ARROWS) return;
    if (Math.max(t0, t1) < view.from || Math.min(t0, t1) > view.to) return;
    drawn++;
    curve(pen, kind, timeToX(view, t0), y0, timeToX(view, t1), y1);
  };
  pen.clip(layout.plot.left, band.top, layout.width - layout.plot.left, band.height, () => {
    if (task.parent !== undefined) arrow("spawns", task.created, task.parent, task.created, task.id);
    for (const other of trace.tasks) {
      if (other.parent === task.id) arrow("spawns", other.created, task.id, other.created, other.id);
    }
    const lane = model.laneOf(task.id);
    for (let i = lane.firstEndingAfter(view.from); i < lane.length && drawn < MAX_ARROWS; i++) {
      const step = lane.steps.at(i);
      if (steps.readySince(step) > view.to) break;
      if (i > 0) wakes(model, step, task.id, (t0, from) => arrow("wakes", t0, from, lane.readySince(i), task.id));
      const awaited = steps.awaits(step);
      if (awaited === undefined || "job" in awaited) continue;
      const members = "task" in awaited ? [awaited.task] : (trace.group(awaited.group)?.members ?? []);
      for (const member of members) {
        const begun = Math.max(trace.task(member)?.created ?? 0, steps.end(step));
        arrow("awaits", steps.end(step), task.id, begun, member);
      }
    }
    // Over the wakes: the wake that is a cancellation is drawn as one.
    for (const other of trace.tasks) {
      for (const { by, at } of trace.cancelsOf(other.id))
        if (by !== undefined && (by === task.id || other.id === task.id)) arrow("cancels", at, by, at, other.id);
    }
  });
}

function wakes(model: Model, step: StepIndex, to: TaskId, draw: (t0: number, from: TaskId) => void): void {
  const waker = originalWaker(model.trace, step);
  if (waker.kind !== "step") return;
  const from = model.trace.steps.task(waker.step);
  if (from !== 0 && from !== to) draw(model.trace.steps.end(waker.step), from);
}

function curve(pen: Pen, kind: Arrow, x0: number, y0: number, x1: number, y1: number): void {
  const { ctx, palette } = pen;
  const { dash, head, isFilled } = ARROWS[kind];
  const bend = Math.min(Math.max(Math.abs(x1 - x0) / 2, 10), 40);
  const down = y1 > y0 ? 1 : -1;
  const end = y1 - down * HEAD_LENGTH;
  ctx.strokeStyle = ctx.fillStyle = palette[kind === "cancels" ? "cancelled" : kind];
  ctx.lineWidth = 1.5;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.bezierCurveTo(x0 + bend, y0 + (end - y0) * 0.3, x1 - bend, y0 + (end - y0) * 0.7, x1, end);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.lineWidth = 2;
  ctx.beginPath();
  for (const line of head) line.forEach(([x, y], i) => ctx[i === 0 ? "moveTo" : "lineTo"](x1 + x, y1 + down * (y + 2)));
  if (isFilled) ctx.fill();
  else ctx.stroke();
}
