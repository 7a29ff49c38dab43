/** Durations and times in words a person reads, and where the ruler puts its ticks. */
import type { Nanoseconds } from "../../extension/trace/types";

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

/** Ticks at round times inside [from, to], about one every `spacing` pixels, all in one unit. */
export function ticks(from: Nanoseconds, to: Nanoseconds, width: number, spacing: number): readonly Tick[] {
  if (!(to > from) || width <= 0) return [];
  const step = roundStep(((to - from) / width) * spacing);
  const scale = Math.max(Math.abs(from), Math.abs(to));
  const result: Tick[] = [];
  // Counting multiples instead of adding steps keeps far ticks exact.
  for (let n = Math.ceil(from / step); n * step <= to; n++) {
    const time = n * step;
    result.push({ time, label: time === 0 ? "0" : formatTime(time, step, scale) });
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
