/** Finding tasks and await sites by their names, and times by how they are written. */
import { awaitStats, type Nanoseconds, type Trace } from "../../extension/trace";
import { fileName } from "./names";
import type { Target } from "./targets";

/** Tasks whose name or coroutine has the text in it, then places that do; case does not matter. */
export function find(trace: Trace, text: string): readonly Target[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const found: Target[] = [];
  for (const task of trace.tasks) {
    if (task.name.toLowerCase().includes(wanted) || task.coro.toLowerCase().includes(wanted))
      found.push({ kind: "task", task: task.id });
  }
  for (const { site, function: code, kind } of awaitStats(trace)) {
    const words = `${kind} ${code.name} ${fileName(site.file)}:${site.line}`.toLowerCase();
    if (words.includes(wanted)) found.push({ kind: "site", site });
  }
  return found;
}

const UNITS: Readonly<Record<string, Nanoseconds>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, min: 60e9 };

/** "1.5 s", "20ms", "300" (milliseconds); undefined if it is no time. */
export function parseTime(text: string): Nanoseconds | undefined {
  const match = /^@?\s*(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|min)?$/.exec(text.trim().toLowerCase());
  if (match === null) return undefined;
  return Number(match[1]) * (UNITS[match[2] ?? "ms"] ?? 1e6);
}
