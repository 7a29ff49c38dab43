/** How long the ready queue was and how late the loop came to it: one panel under each loop's lane. */
import { formatDuration, type LoopId, type LoopPressure, type Nanoseconds } from "../../../extension/trace";
import type { Model } from "../model";
import { nsPerPixel, sameSpan, timeToX, upTo, type Viewport } from "../viewport";
import type { Pen } from "./canvas";

/** Pixels a value is drawn for. */
const BUCKET = 3;
/** A queue shorter than this fills no panel: one task taking its turn is no queue. */
const LEAST_DEPTH = 2;
/** A lag shorter than this is the loop's own turn-around, in nanoseconds. */
const LEAST_LAG = 1e6;

/** A loop's two values for each bucket on screen, and the greatest of each. */
interface Counters {
  readonly revision: number;
  readonly view: Viewport;
  /** Start of the first bucket, and a bucket's length. */
  readonly from: Nanoseconds;
  readonly length: Nanoseconds;
  /** Depth and lag in turn. */
  readonly values: Float64Array;
  readonly depth: number;
  readonly lag: Nanoseconds;
}

/** Kept for the label, and for other stripes of the same picture. */
const counted = new WeakMap<LoopPressure, Counters>();

function countersOf({ trace, view, layout }: Model, pressure: LoopPressure): Counters {
  const seen = upTo(view, layout.width);
  const known = counted.get(pressure);
  const { revision } = trace;
  if (known?.revision === revision && sameSpan(known.view, seen) && known.view.width === seen.width) return known;
  const length = nsPerPixel(seen) * BUCKET;
  // Aligned to time, so that the picture does not shimmer while it moves.
  const from = Math.floor(seen.from / length) * length;
  const values = new Float64Array(2 * Math.ceil((seen.to - from) / length));
  let depth = 0;
  let lag = 0;
  for (let i = 0; i < values.length; i += 2) {
    const at = from + (i / 2) * length;
    const queue = pressure.depth(at, at + length);
    const late = pressure.lag(at, at + length);
    values[i] = queue;
    values[i + 1] = late;
    if (queue > depth) depth = queue;
    if (late > lag) lag = late;
  }
  const counters = { revision, view: seen, from, length, values, depth, lag };
  counted.set(pressure, counters);
  return counters;
}

export function drawCounters(pen: Pen, model: Model, loop: LoopId, top: number): void {
  const { layout, trace } = model;
  const pressure = trace.pressureOf(loop);
  if (pressure === undefined) return;
  const { palette } = pen;
  const height = layout.countersHeight - 4;
  const foot = top + layout.countersHeight - 2;
  const { view, from, length, values, depth, lag } = countersOf(model, pressure);
  const depthScale = height / Math.max(depth, LEAST_DEPTH);
  const lagScale = height / Math.max(lag, LEAST_LAG);
  for (let i = 0; i < values.length; i += 2) {
    const x = timeToX(view, from + (i / 2) * length);
    const tall = (values[i] ?? 0) * depthScale;
    const late = values[i + 1] ?? 0;
    if (tall >= 0.5) pen.rect(pen.hatch, x, foot - tall, BUCKET, tall);
    if (late > 0) pen.rect(palette.blocked, x, Math.round(foot - late * lagScale), BUCKET, 1.5);
  }
  pen.horizontal(palette.border, layout.plot.left, layout.width, foot + 1.5);
}

export function labelCounters(pen: Pen, model: Model, loop: LoopId, top: number): void {
  const { layout, trace } = model;
  const pressure = trace.pressureOf(loop);
  if (pressure === undefined) return;
  const { palette } = pen;
  const peaks = countersOf(model, pressure);
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
