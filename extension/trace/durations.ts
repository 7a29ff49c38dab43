import type { Nanoseconds } from "./types";

const MICROSECOND = 1e3;
const MILLISECOND = 1e6;
const SECOND = 1e9;
/** What is closer to the next unit than half a digit is written in it: never "1000 ms" or "60.0 s". */
const ROUNDS_UP = 999.5;
const TENFOLD = 10;
/** Where a comma goes. */
const THOUSANDS = /\B(?=(\d{3})+$)/g;
const MINUTES_FROM = 59.95 * SECOND;

/** At least `digits` significant digits and a unit: "1.00 s", "12.3 ms", "2 min 05 s"; with two, "1.0 s" and "12 ms". */
export function formatDuration(ns: Nanoseconds, digits = 3): string {
  if (ns < 0) return `-${formatDuration(-ns, digits)}`;
  if (ns === 0) return "0 s";
  if (ns < ROUNDS_UP) return `${Math.round(ns)} ns`;
  if (ns < ROUNDS_UP * MICROSECOND) return `${significant(ns / MICROSECOND, digits)} µs`;
  if (ns < ROUNDS_UP * MILLISECOND) return `${significant(ns / MILLISECOND, digits)} ms`;
  if (ns < MINUTES_FROM) return `${significant(ns / SECOND, digits)} s`;
  const seconds = Math.round(ns / SECOND);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** How a duration changed: "−65 %", "+12 %", "×14" from ten times on; "new" and "gone" where one of them is nothing. */
export function formatChange(before: Nanoseconds, after: Nanoseconds): string {
  if (before === after) return "±0 %";
  if (before === 0) return "new";
  if (after === 0) return "gone";
  if (after >= TENFOLD * before) return `×${formatCount(Math.round(after / before))}`;
  const percent = Math.round(Math.abs(after / before - 1) * 100);
  if (percent === 0) return "±0 %";
  // Never "−100 %" for what is still there.
  return after < before ? `−${Math.min(percent, 99)} %` : `+${percent} %`;
}

/** "1,234,567". `toLocaleString` says the same, but a browser first loads what it knows of languages: 20 ms of a first frame. */
export function formatCount(count: number): string {
  return String(count).replace(THOUSANDS, ",");
}

function significant(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  const before = Math.floor(Math.log10(rounded)) + 1;
  return value.toFixed(Math.max(0, digits - before));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
