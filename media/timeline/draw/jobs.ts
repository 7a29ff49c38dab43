/** Executor jobs: a thin line at the foot of the lane of the task that asked for them, as long as they were queued and ran. */
import { jobsOf, type TaskId } from "../../../extension/trace";
import { forEachJob } from "../jobRows";
import type { Band } from "../layout";
import type { Model } from "../model";
import { shortName } from "../names";
import type { Viewport } from "../viewport";
import type { Pen } from "./canvas";

/** A job that is queued is a hair, one that runs a line. */
const QUEUED = 1;
const RUNNING = 3;
/** Jobs this close look like one. */
const APART = 0.5;
/** A line shorter than this many pixels carries no name. */
const MIN_NAME = 60;

/** `tint` is what the lane stands on. */
export function drawJobs(
  pen: Pen,
  model: Model,
  view: Viewport,
  task: TaskId,
  { top, height }: Band,
  tint: string,
): void {
  const { trace, layout } = model;
  const { palette } = pen;
  const lane = model.laneOf(task);
  const drawnTo = new Map<number, number>();
  forEachJob(
    jobsOf(trace, task),
    trace.end,
    view,
    layout.density,
    { top, height },
    ({ job, x0, started, x1, y, isAlone }) => {
      if (x1 < (drawnTo.get(y) ?? -Infinity) + APART) return;
      drawnTo.set(y, x1);
      pen.horizontal(palette.waiting, x0, started, y, QUEUED);
      if (x1 > started)
        pen.horizontal(job.outcome === "raised" ? palette.error : palette.running, started, x1, y, RUNNING);
      if (layout.density !== "simple" || !isAlone || job.function === undefined) return;
      // The await that follows at once names it already.
      const asking = lane.firstEndingAfter(job.created);
      const awaited = asking < lane.length ? trace.steps.awaits(lane.steps.at(asking)) : undefined;
      if (awaited !== undefined && "job" in awaited && awaited.job === job.id) return;
      const left = Math.max(started, view.left);
      const room = Math.min(x1, view.left + view.width) - left - 16;
      if (room < MIN_NAME) return;
      // The line is interrupted by its name, as on a map.
      pen.font(10);
      const name = pen.fitted(shortName(job.function.name), room);
      for (const color of [palette.background, tint]) pen.rect(color, left + 6, y - 4, pen.width(name) + 8, 8);
      pen.text(name, left + 10, y + 3.5, palette.dim);
    },
  );
}
