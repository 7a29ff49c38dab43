/** Numbers as they stand in the source: short, with a unit. */
import type { Nanoseconds } from "../trace";

const UNITS = [
  [1e3, "ns"],
  [1e6, "µs"],
  [1e9, "ms"],
] as const;
const SECOND = 1e9;
const MINUTE = 60 * SECOND;

/** At least `digits` significant ones: with two "3.4 s", "120 ms", "2 min 05 s". */
export function formatDuration(ns: Nanoseconds, digits = 2): string {
  for (const [limit, unit] of UNITS) {
    // Rounding must not give "1000 ms".
    if (ns < limit * 0.9995) return `${significant(ns / (limit / 1e3), unit === "ns" ? 1 : digits)} ${unit}`;
  }
  if (ns < MINUTE) return `${significant(ns / SECOND, digits)} s`;
  const seconds = Math.round(ns / SECOND);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, "0")} min`;
  return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
}

function significant(value: number, digits: number): string {
  const before = value < 1 ? 1 : Math.floor(Math.log10(value)) + 1;
  return value.toFixed(Math.max(0, digits - before));
}

export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** "99 %", never "100 %" for what is not all of it. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return "0 %";
  const percent = Math.round((part / whole) * 100);
  return `${part < whole ? Math.min(percent, 99) : percent} %`;
}

export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Text of a trace in Markdown, as the text it is: a name may hold anything. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]()#+\-.!|<>~&:@/$^=]/g, (c) => `&#${c.charCodeAt(0)};`);
}
