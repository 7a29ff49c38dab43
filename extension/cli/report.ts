/** What the tasks of a trace did, for people to read in a terminal. */
import {
  awaitStats,
  describeGroup,
  formatDuration,
  loopTimes,
  oneAfterAnother,
  type AwaitStat,
  type GroupInfo,
  type TaskInfo,
  type Trace,
} from "../trace";
import type { Finding } from "../insights";
import { findings } from "./findings";
import { problems, type Ended } from "./problems";
import { plain, type Style } from "./style";
import { count, place, printable, short, taskName } from "./text";

/** More would not be read; `--json` and the timeline have everything. */
const MOST_AWAITS = 10;
const MOST_GROUPS = 10;

/** Tasks must have saved this share of the time before it is worth a line. */
const WORTH_SAYING = 1.1;

/** Lines without a newline at the end; every text from the trace made safe to print. */
export function report(trace: Trace, style: Style = plain, ended?: Ended, found: readonly Finding[] = []): string {
  return [
    ...whatIf(trace, style),
    ...headline(trace, style),
    ...problems(trace, ended).map(style.warning),
    ...children(trace),
    ...findings(trace, found, style),
    ...awaits(trace, style),
    ...groups(trace, style),
  ].join("\n");
}

/** Of a run that nobody saw. */
function whatIf(trace: Trace, style: Style): string[] {
  const what = trace.header?.whatIf;
  return what === undefined ? [] : [style.warning(`What if: ${short(printable(what.headline))}.`), ""];
}

function headline(trace: Trace, style: Style): string[] {
  const program = short(printable(programName(trace)));
  if (trace.loops.length === 0)
    return [
      `${style.strong(program)}: ${trace.complete ? "No asyncio loop was started." : "No asyncio loop was seen yet."}`,
    ];
  // asyncio.run alone makes two tasks of its own.
  const libraries = trace.tasks.filter((task) => task.code?.file?.user === false).length;
  const tasks =
    count(trace.tasks.length - libraries, "task") + (libraries === 0 ? "" : ` (and ${libraries} of libraries)`);
  const loops = trace.loops.length === 1 ? "" : ` on ${trace.loops.length} loops`;
  const lines = [`${style.strong(program)} ran for ${style.strong(formatDuration(trace.end))} with ${tasks}${loops}.`];
  const times = trace.loops.map((loop) => loopTimes(trace, loop.id));
  const busy = times.reduce((sum, loop) => sum + loop.busy, 0);
  const idle = times.reduce((sum, loop) => sum + loop.idle, 0);
  const whose = trace.loops.length === 1 ? "The loop was" : "The loops were";
  lines.push(`${whose} busy for ${formatDuration(busy)} and idle for ${formatDuration(idle)}.`);
  const sequential = oneAfterAnother(trace);
  const lasted = trace.loops.reduce((sum, loop) => sum + (loop.closed ?? trace.end) - loop.started, 0);
  if (sequential > WORTH_SAYING * lasted)
    lines.push(`One after another, its tasks would have taken at least ${style.strong(formatDuration(sequential))}.`);
  return lines;
}

function children(trace: Trace): string[] {
  return trace.children.map(({ pid, path }) => `Its child process ${pid} has a trace of its own: ${printable(path)}`);
}

function awaits(trace: Trace, style: Style): string[] {
  const stats = [...awaitStats(trace)].sort((a, b) => b.total - a.total);
  if (stats.length === 0) return [];
  const cells = stats
    .slice(0, MOST_AWAITS)
    .map((stat: AwaitStat) => [
      formatDuration(stat.total),
      formatDuration(stat.max),
      stat.count.toString(),
      stat.kind,
      place(trace, stat.site),
      short(printable(stat.function.name)),
    ]);
  const table = align([["total", "longest", "count", "await", "where", "in"], ...cells], 3);
  const more = stats.length > MOST_AWAITS ? [`  … and ${stats.length - MOST_AWAITS} more`] : [];
  return ["", ...table.map((line, i) => (i === 0 ? style.faint(`  ${line}`) : `  ${line}`)), ...more];
}

/** A scope that was left in peace says no more than its await. */
function isTold(group: GroupInfo): boolean {
  const isScope = group.kind === "timeout" || group.kind === "wait_for" || group.kind === "shield";
  return !isScope || group.members.length + group.futures > 1 || group.outcome !== "returned";
}

function groups(trace: Trace, style: Style): string[] {
  const length = (group: GroupInfo): number => (group.ended ?? trace.end) - group.started;
  const sorted = trace.groups.filter(isTold).sort((a, b) => length(b) - length(a));
  if (sorted.length === 0) return [];
  const lines = sorted.slice(0, MOST_GROUPS).map((group) => {
    const where = group.site === undefined ? "" : ` at ${place(trace, group.site)}`;
    const critical = group.criticalMember === undefined ? undefined : trace.task(group.criticalMember);
    const state = stateOf(group, critical);
    const first = group.firstFailed === group.criticalMember ? undefined : trace.task(group.firstFailed ?? 0);
    const failed = first === undefined ? "" : `, ${taskName(first)} raised first`;
    const decided = critical === undefined ? "" : `, decided by ${taskName(critical)}${ending(critical)}`;
    const name = short(printable(describeGroup(trace, group.id)));
    return `  ${name}${where}: ${formatDuration(length(group))}${state}${failed}${decided}`;
  });
  const more = sorted.length > MOST_GROUPS ? [`  … and ${sorted.length - MOST_GROUPS} more groups`] : [];
  return ["", ...lines, ...more].map((line) => (line.startsWith("  …") ? style.faint(line) : line));
}

/** How a group ended, where that of its members does not say it. */
function stateOf(group: GroupInfo, critical: TaskInfo | undefined): string {
  if (group.ended === undefined) return ", still open";
  if (group.outcome === "timed_out") return ", timed out";
  if (group.outcome === "raised") return group.firstFailed === undefined ? ", raised" : "";
  return group.outcome === "cancelled" && critical?.outcome !== "cancelled" ? ", cancelled" : "";
}

function ending(task: TaskInfo): string {
  return task.outcome === "raised" || task.outcome === "cancelled" ? `, which ${wasWord(task.outcome)}` : "";
}

function wasWord(outcome: "raised" | "cancelled"): string {
  return outcome === "raised" ? "raised" : "was cancelled";
}

export function programName(trace: Trace): string {
  const [first = "The program", module] = trace.header?.argv ?? [];
  return first === "-m" && module !== undefined ? `python -m ${module}` : (first.split(/[\\/]/).at(-1) ?? first);
}

/** Columns of equal width; the first `numbers` of them to the right. */
export function align(table: readonly (readonly string[])[], numbers: number): string[] {
  const widths = (table[0] ?? []).map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, i) => (i < numbers ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
