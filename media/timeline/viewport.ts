/**
 * Time ↔ pixel. A viewport is the window of time on screen and the pixels it is drawn on; every function here returns a
 * new one. Times are nanoseconds from the trace's start (exact in a double), pixels are CSS pixels of the canvas.
 */
import type { Nanoseconds } from "../../extension/trace/types";

export interface Span {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
}

export interface Viewport extends Span {
  readonly left: number;
  readonly width: number;
}

/** Below this a pixel would be a fraction of the clock's own resolution. */
const MIN_SPAN: Nanoseconds = 500;
/** Share of the window left free at either end of a fitted span, so that its first and last bar can be seen whole. */
const MARGIN = 0.02;

export function timeToX(view: Viewport, t: Nanoseconds): number {
  return view.left + ((t - view.from) / (view.to - view.from)) * view.width;
}

export function xToTime(view: Viewport, x: number): Nanoseconds {
  return view.from + ((x - view.left) / view.width) * (view.to - view.from);
}

/** The same picture as far as `x`: past the plot's end, or short of it. */
export function upTo(view: Viewport, x: number): Viewport {
  return { ...view, to: xToTime(view, x), width: x - view.left };
}

export function nsPerPixel(view: Viewport): number {
  return (view.to - view.from) / view.width;
}

/** A window that shows `span` whole, with a little air. */
export function fit(span: Span): Span {
  const length = Math.max(span.to - span.from, MIN_SPAN);
  const middle = (span.from + span.to) / 2;
  const half = length * (0.5 + MARGIN);
  return { from: middle - half, to: middle + half };
}

/** Zooms by `factor` (above 1: closer) so that the time under `x` stays under `x`. */
export function zoomAt(view: Viewport, factor: number, x: number, extent: Span): Span {
  const length = Math.min(Math.max((view.to - view.from) / factor, MIN_SPAN), maxSpan(extent));
  const anchor = xToTime(view, x);
  const from = anchor - ((x - view.left) / view.width) * length;
  return clamp({ from, to: from + length }, extent);
}

export function panBy(view: Viewport, pixels: number, extent: Span): Span {
  const shift = pixels * nsPerPixel(view);
  return clamp({ from: view.from + shift, to: view.to + shift }, extent);
}

/** The same zoom, with the extent's end at the right edge: what following a live run shows. */
export function follow(view: Span, extent: Span): Span {
  const length = view.to - view.from;
  const to = extent.to + length * MARGIN;
  return { from: to - length, to };
}

/** The same zoom, moved no further than needed to have `span` in view (its start, when it does not fit). */
export function ensureVisible(view: Span, span: Span, extent: Span): Span {
  const length = view.to - view.from;
  const air = length * 0.05;
  if (span.from >= view.from && span.to <= view.to) return view;
  if (span.from <= view.from && span.to >= view.to) return view;
  if (span.to - span.from > length - 2 * air || span.from < view.from) {
    return clamp({ from: span.from - air, to: span.from - air + length }, extent);
  }
  return clamp({ from: span.to + air - length, to: span.to + air }, extent);
}

/** Keeps the window on the trace: never past its ends by more than the margin, never wider than all of it. */
export function clamp(window: Span, extent: Span): Span {
  const length = Math.min(window.to - window.from, maxSpan(extent));
  const air = length * MARGIN;
  const whole = fit(extent);
  if (length >= whole.to - whole.from - 1) return whole;
  const first = extent.from - air;
  const last = extent.to + air - length;
  const from = Math.min(Math.max(window.from, Math.min(first, last)), Math.max(first, last));
  return { from, to: from + length };
}

function maxSpan(extent: Span): Nanoseconds {
  const whole = fit(extent);
  return whole.to - whole.from;
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.from === b.from && a.to === b.to;
}
