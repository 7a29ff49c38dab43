/** How long the ready queue was and how late the loop came to it: one panel under each loop's lane. */
import { formatDuration, type LoopId, type LoopPressure } from "../../../extension/trace";
import type { Model } from "../model";
import { nsPerPixel, upTo, type Viewport } from "../viewport";
import type { Pen } from "./canvas";

/** Pixels a value is drawn for. */
const BUCKET = 3;
/** A queue shorter than this fills no panel: one task taking its turn is no queue. */
const LEAST_DEPTH = 2;
/** A lag shorter than this is the loop's own turn-around, in nanoseconds. */
const LEAST_LAG = 1e6;

interface Peaks {
  readonly depth: number;
  readonly lag: number;
}

/** Calls `visit` for each bucket on screen; returns the greatest of both. */
function walk(view: Viewport, pressure: LoopPressure, visit?: (x: number, depth: number, lag: number) => void): Peaks {
  const length = nsPerPixel(view) * BUCKET;
  let depth = 0;
  let lag = 0;
  // Aligned to time, so that the picture does not shimmer while it moves.
  for (let from = Math.floor(view.from / length) * length; from < view.to; from += length) {
    const queue = pressure.depth(from, from + length);
    const late = pressure.lag(from, from + length);
    depth = Math.max(depth, queue);
    lag = Math.max(lag, late);
    visit?.(view.left + (from - view.from) / nsPerPixel(view), queue, late);
  }
  return { depth, lag };
}

export function drawCounters(pen: Pen, model: Model, loop: LoopId, top: number): void {
  const { layout, trace } = model;
  const view = upTo(model.view, layout.width);
  const pressure = trace.pressureOf(loop);
  if (pressure === undefined) return;
  const { palette } = pen;
  const height = layout.countersHeight - 4;
  const foot = top + layout.countersHeight - 2;
  const peaks = walk(view, pressure);
  const depthScale = height / Math.max(peaks.depth, LEAST_DEPTH);
  const lagScale = height / Math.max(peaks.lag, LEAST_LAG);
  walk(view, pressure, (x, depth, lag) => {
    const tall = depth * depthScale;
    if (tall >= 0.5) pen.rect(pen.hatch, x, foot - tall, BUCKET, tall);
    if (lag > 0) pen.rect(palette.blocked, x, Math.round(foot - lag * lagScale), BUCKET, 1.5);
  });
  pen.horizontal(palette.border, layout.plot.left, layout.width, foot + 1.5);
}

export function labelCounters(pen: Pen, model: Model, loop: LoopId, top: number): void {
  const { layout, view, trace } = model;
  const pressure = trace.pressureOf(loop);
  if (pressure === undefined) return;
  const { palette } = pen;
  const peaks = walk(view, pressure);
  const room = layout.labels.width - 30;
  pen.font(11);
  pen.rect(pen.hatch, 10, top + 4, 8, 8);
  // A mean over a bucket; whole where it is.
  const depth = Number(peaks.depth.toFixed(peaks.depth < 10 ? 1 : 0)).toString();
  const lag = formatDuration(peaks.lag);
  // The figure is what must not be cut off.
  const queued = pen.choose([`ready queue up to ${depth}`, `queue up to ${depth}`, `queue ${depth}`], room);
  const late = pen.choose([`loop lag up to ${lag}`, `lag up to ${lag}`, `lag ${lag}`], room);
  pen.text(queued, 22, top + 12, palette.dim, room);
  pen.rect(palette.blocked, 10, top + 21, 8, 2);
  pen.text(late, 22, top + 26, palette.dim, room);
}
