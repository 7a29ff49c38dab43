/** The rows of the view "Awaits". Pure. */
import { formatDuration, type AwaitStat, type Site } from "../trace";
import { formatCount, formatShare, functionName, plural } from "./words";

export type Order = "total" | "waiting" | "ready" | "count";

export const ORDERS: readonly { readonly id: Order; readonly label: string; readonly detail: string }[] = [
  { id: "total", label: "Total", detail: "Time from suspension to going on, over all visits" },
  { id: "waiting", label: "Waiting", detail: "Time until it was woken" },
  { id: "ready", label: "Ready", detail: "Time it was woken and the loop was busy with something else" },
  { id: "count", label: "Count", detail: "How often it was reached" },
];

export interface AwaitRow {
  /** The same for the same await while the trace grows, so that a selected row stays selected. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** For a screen reader. */
  readonly words: string;
  readonly site: Site;
}

/** More are not read as a list. */
const MOST_ROWS = 1_000;

export function sortAwaits(stats: readonly AwaitStat[], order: Order): readonly AwaitStat[] {
  return [...stats].sort((a, b) => b[order] - a[order] || b.total - a.total).slice(0, MOST_ROWS);
}

export function rowOf(stat: AwaitStat, order: Order): AwaitRow {
  const { site, kind, count, total, max, waiting, ready, tasks } = stat;
  const { file, line, column, endLine, endColumn } = site;
  const name = clean(functionName(stat.function.name));
  const place = `${clean(file.split(/[\\/]/).at(-1) ?? file)}:${line}`;
  const share = `${formatShare(waiting, total)} waiting, ${formatShare(ready, total)} ready`;
  const first = order === "count" ? `×${formatCount(count)}` : formatDuration(stat[order], 2);
  const rest = order === "count" ? `Σ ${formatDuration(total, 2)}` : `×${formatCount(count)}`;
  const story = `${plural(count, "visit")} by ${plural(tasks, "task")}, ${formatDuration(total)} in all, longest ${formatDuration(max)}, ${share}`;
  return {
    id: [kind, line, column, endLine, endColumn, file].join(":"),
    label: `${first}  ${kind} in ${name}`,
    description: `${place}  ${rest}`,
    tooltip: `${kind} in ${name}, ${clean(file)}:${line}: ${story}`,
    words: `${kind} in ${name}, ${place}: ${story}`,
    site,
  };
}

/** On one line and not too long, whatever a trace says. */
function clean(text: string): string {
  return text.slice(0, 300).replace(/[\s\p{C}]+/gu, " ");
}
