/** What the tasks of a trace did, for people to read in a terminal. */
import {
  awaitStats,
  describeGroup,
  formatDuration,
  loopTimes,
  oneAfterAnother,
  type AwaitStat,
  type GroupInfo,
  type Nanoseconds,
  type Site,
  type TaskInfo,
  type Trace,
} from "../trace";
import { plain, type Style } from "./style";

/** More would not be read; `--json` and the timeline have everything. */
const MOST_AWAITS = 10;
const MOST_GROUPS = 10;
const MOST_FAILURES = 5;
const MOST_BLOCKED = 3;

/** Tasks must have saved this share of the time before it is worth a line. */
const WORTH_SAYING = 1.1;

/** How the program ended, where that is known from elsewhere than the trace. */
export interface Ended {
  /** undefined: it exited. */
  readonly signal: string | undefined;
}

/** Lines without a newline at the end; every text from the trace made safe to print. */
export function report(trace: Trace, style: Style = plain, ended?: Ended): string {
  return [
    ...headline(trace, style),
    ...problems(trace, style, ended),
    ...awaits(trace, style),
    ...groups(trace, style),
  ].join("\n");
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
  if (sequential > WORTH_SAYING * (busy + idle))
    lines.push(`One after another, its tasks would have taken at least ${style.strong(formatDuration(sequential))}.`);
  return lines;
}

function problems(trace: Trace, style: Style, ended: Ended | undefined): string[] {
  const lines: string[] = [];
  if (ended?.signal !== undefined) lines.push(`The program was killed by ${ended.signal}.`);
  if (trace.failure !== undefined) lines.push(`Recording stopped early: ${printable(trace.failure)}.`);
  else if (trace.truncated && ended === undefined)
    lines.push(`The program was killed, or is still running: this is what it did up to ${formatDuration(trace.end)}.`);
  else if (trace.truncated && ended?.signal === undefined)
    lines.push(`Recording stopped after ${formatDuration(trace.end)}, before the program ended.`);
  lines.push(...blocked(trace));
  if (trace.lostEvents > 0) lines.push(`${count(trace.lostEvents, "event")} could not be recorded.`);
  const failed = trace.tasks.filter((task) => task.outcome === "raised");
  for (const task of failed.slice(0, MOST_FAILURES)) {
    const { type, message } = task.exception ?? { type: "an exception", message: undefined };
    const text = message === undefined || message === "" ? type : `${type}: ${message}`;
    lines.push(`${taskName(task)} raised ${short(printable(text))}.`);
  }
  if (failed.length > MOST_FAILURES) lines.push(`${failed.length - MOST_FAILURES} more tasks raised.`);
  const cancelled = trace.tasks.filter((task) => task.outcome === "cancelled").length;
  if (cancelled > 0) lines.push(`${count(cancelled, "task")} ${cancelled === 1 ? "was" : "were"} cancelled.`);
  const pending = trace.tasks.filter((task) => task.outcome === "pending").length;
  if (pending > 0 && trace.complete) lines.push(`${count(pending, "task")} never ended.`);
  return lines.map(style.warning);
}

/** The steps that held a loop longest, and where they stood. */
function blocked(trace: Trace): string[] {
  const { steps } = trace;
  const long = (step: number): Nanoseconds => steps.end(step) - steps.start(step);
  const slow = trace.loops
    .flatMap((loop) => {
      const list = trace.stepsOfLoop(loop.id);
      return list.slow.map((position) => list.at(position));
    })
    .sort((a, b) => long(b) - long(a));
  const lines = slow.slice(0, MOST_BLOCKED).map((step) => {
    const task = trace.task(steps.task(step));
    const who = task === undefined ? "a callback" : taskName(task);
    const inner = trace.blockedAt(step).find((frame) => frame.code.file?.user === true && frame.site !== undefined);
    const where = inner?.site === undefined ? "" : `, at ${place(trace, inner.site)}`;
    return `The loop was blocked for ${formatDuration(long(step))} by ${who}${where}.`;
  });
  if (slow.length > MOST_BLOCKED) lines.push(`It was blocked ${slow.length - MOST_BLOCKED} more times.`);
  return lines;
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

function groups(trace: Trace, style: Style): string[] {
  const length = (group: GroupInfo): number => (group.ended ?? trace.end) - group.started;
  const sorted = [...trace.groups].sort((a, b) => length(b) - length(a));
  if (sorted.length === 0) return [];
  const lines = sorted.slice(0, MOST_GROUPS).map((group) => {
    const where = group.site === undefined ? "" : ` at ${place(trace, group.site)}`;
    const critical = group.criticalMember === undefined ? undefined : trace.task(group.criticalMember);
    const state = group.ended === undefined ? ", still open" : "";
    const decided = critical === undefined ? "" : `, decided by ${taskName(critical)}${ending(critical)}`;
    return `  ${describeGroup(trace, group.id)}${where}: ${formatDuration(length(group))}${state}${decided}`;
  });
  const more = sorted.length > MOST_GROUPS ? [`  … and ${sorted.length - MOST_GROUPS} more groups`] : [];
  return ["", ...lines, ...more].map((line) => (line.startsWith("  …") ? style.faint(line) : line));
}

function ending(task: TaskInfo): string {
  return task.outcome === "raised" || task.outcome === "cancelled" ? `, which ${wasWord(task.outcome)}` : "";
}

function wasWord(outcome: "raised" | "cancelled"): string {
  return outcome === "raised" ? "raised" : "was cancelled";
}

function programName(trace: Trace): string {
  const [first = "The program", module] = trace.header?.argv ?? [];
  return first === "-m" && module !== undefined ? `python -m ${module}` : (first.split(/[\\/]/).at(-1) ?? first);
}

function taskName(task: TaskInfo): string {
  const [name, coro] = [short(printable(task.name)), short(printable(task.coro))];
  return name === coro ? name : `${name} (${coro})`;
}

/** `file:line`, short below the folder the program ran in. */
function place(trace: Trace, site: Site): string {
  const cwd = trace.header?.cwd ?? "";
  const inside = cwd !== "" && site.file.startsWith(cwd) && /^[\\/]/.test(site.file.slice(cwd.length));
  const file = inside ? site.file.slice(cwd.length + 1) : site.file;
  return `${printable(file)}:${site.line}`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

/** Columns of equal width; the first `numbers` of them to the right. */
function align(table: readonly (readonly string[])[], numbers: number): string[] {
  const widths = (table[0] ?? []).map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, i) => (i < numbers ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** A trace is untrusted: what it says must not reach the terminal as a command to it, nor move what it stands among. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "\ufffd");
}

const LONGEST_TEXT = 200;

function short(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
