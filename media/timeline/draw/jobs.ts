/** Executor jobs: a thin line under the lane of the task that asked for them, as long as they were queued and ran. */
import { jobsOf, type TaskId } from "../../../extension/trace";
import type { Model } from "../model";
import { timeToX, type Viewport } from "../viewport";
import type { Pen } from "./canvas";

/** A job that is queued is a hair, one that runs a line. */
const QUEUED = 1;
const RUNNING = 3;
/** From the foot of the lane. */
const FOOT = 3;
/** Jobs this close look like one. */
const APART = 0.5;

export function drawJobs(pen: Pen, model: Model, view: Viewport, task: TaskId, top: number, height: number): void {
  const { trace, layout } = model;
  if (layout.density === "compact") return;
  const y = top + height - FOOT;
  let drawnTo = -Infinity;
  for (const job of jobsOf(trace, task)) {
    const end = job.ended ?? trace.end;
    if (job.created > view.to || end < view.from) continue;
    const x1 = Math.max(timeToX(view, end), timeToX(view, job.created) + 2);
    if (x1 < drawnTo + APART) continue;
    drawnTo = x1;
    // Of a job in another process nobody says when it began.
    const started = job.started ?? (job.ended === undefined ? end : job.created);
    const x = timeToX(view, started);
    pen.horizontal(pen.palette.waiting, timeToX(view, job.created), x, y, QUEUED);
    if (x1 > x) pen.horizontal(job.outcome === "raised" ? pen.palette.error : pen.palette.running, x, x1, y, RUNNING);
  }
}
