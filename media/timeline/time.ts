/** Durations and times in words a person reads, and where the ruler puts its ticks. */
import type { Nanoseconds } from "../../extension/trace/types";
import type { Span } from "./viewport";

const MICROSECOND = 1e3;
const MILLISECOND = 1e6;
const SECOND = 1e9;
const MINUTE = 60 * SECOND;

/** A point in time, exact to `resolution`: "1.234560 s" while one pixel is a microsecond. */
export function formatTime(t: Nanoseconds, resolution: Nanoseconds, scale: Nanoseconds = Math.abs(t)): string {
  const [unit, name] = unitOf(scale);
  const decimals = Math.min(9, Math.max(0, Math.ceil(-Math.log10(resolution / unit) - 1e-9)));
  return `${(t / unit).toFixed(decimals)} ${name}`;
}

/** So many moments of a list are told apart. */
export const DISTINCT = 500;

/** Moments of a run, all in one unit and fine enough to tell apart what lies in the span; counted from `zero`. */
export function momentsOf(zero: Nanoseconds, { from, to }: Span, parts: number): (t: Nanoseconds) => string {
  const scale = Math.max(Math.abs(from - zero), Math.abs(to - zero));
  const resolution = Math.max((to - from) / parts, 1);
  return (t) => formatTime(t - zero, resolution, scale);
}

function unitOf(scale: Nanoseconds): readonly [Nanoseconds, string] {
  if (scale >= SECOND) return [SECOND, "s"];
  if (scale >= MILLISECOND) return [MILLISECOND, "ms"];
  if (scale >= MICROSECOND) return [MICROSECOND, "µs"];
  return [1, "ns"];
}

export interface Tick {
  readonly time: Nanoseconds;
  readonly label: string;
}

/** Ticks at round times inside the span, counted from `zero`; about one every `spacing` pixels, all in one unit. */
export function ticks(zero: Nanoseconds, span: Span, width: number, spacing: number): readonly Tick[] {
  const [from, to] = [span.from - zero, span.to - zero];
  if (!(to > from) || width <= 0) return [];
  const step = roundStep(((to - from) / width) * spacing);
  const scale = Math.max(Math.abs(from), Math.abs(to));
  const result: Tick[] = [];
  // Counting multiples instead of adding steps keeps far ticks exact.
  // Nothing happened before the zero.
  for (let n = Math.max(Math.ceil(from / step), 0); n * step <= to; n++) {
    const time = n * step;
    result.push({ time: zero + time, label: time === 0 ? "0" : formatTime(time, step, scale) });
  }
  return result;
}

/** The smallest of 1, 2, 5 × 10ⁿ (from 100 s on: minutes) that is at least `ns`; never below a nanosecond. */
export function roundStep(ns: Nanoseconds): Nanoseconds {
  if (ns <= 1) return 1;
  if (ns > 50 * SECOND) {
    for (const minutes of [1, 2, 5, 10, 30, 60, 120, 360, 720]) {
      if (minutes * MINUTE >= ns) return minutes * MINUTE;
    }
    return Math.ceil(ns / (1440 * MINUTE)) * 1440 * MINUTE;
  }
  const power = 10 ** Math.floor(Math.log10(ns));
  for (const factor of [1, 2, 5, 10]) {
    if (factor * power >= ns * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}
