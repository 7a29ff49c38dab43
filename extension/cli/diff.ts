/** `awaitscope diff`: what became slower and faster between two traces, and whether by more than is allowed. */
import {
  compare,
  diffDocument,
  formatChange,
  formatDuration,
  isExceeded,
  splitLines,
  type Comparison,
  type Limit,
  type SiteChange,
  type SourceFile,
  type TextOf,
  type Trace,
} from "../trace";
import type { DiffCommand } from "./args";
import { CliError } from "./errors";
import { readTraceFile } from "./readFile";
import { align, programName } from "./report";
import { readTraced } from "./sources";
import { styleFor, type Style } from "./style";
import { count, place, printable, short } from "./text";

/** More would not be read; `--json` has everything. */
const MOST_SITES = 20;

/** 1 when a limit was given and is exceeded. */
export async function diff({ before, after, json, limit }: DiffCommand): Promise<number> {
  const one = await wholeTrace(before);
  const other = await wholeTrace(after);
  const comparison = compare(one, other, textOf);
  const document = diffDocument(comparison, before, after, limit);
  const text = json
    ? JSON.stringify(document, undefined, 2)
    : diffReport(one, other, comparison, limit, styleFor(process.stdout, process.env));
  process.stdout.write(`${text}\n`);
  return document.exceeded ? 1 : 0;
}

/** A damaged trace would make a change out of what could not be read. */
async function wholeTrace(file: string): Promise<Trace> {
  const { trace, error } = await readTraceFile(file);
  if (error !== undefined) throw new CliError(`${file}: ${error.message} ${error.nextStep}`);
  if (trace.header === undefined) throw new CliError(`${file} ends before anything was recorded.`);
  return trace;
}

const textOf: TextOf = ({ path, sha256 }: SourceFile) => {
  const text = sha256 === undefined ? undefined : readTraced(path, sha256);
  return text === undefined ? undefined : splitLines(text);
};

export function diffReport(
  before: Trace,
  after: Trace,
  comparison: Comparison,
  limit: Limit | undefined,
  style: Style,
): string {
  const { before: was, after: is, sites } = comparison;
  const names = [...new Set([programName(before), programName(after)])].map((name) =>
    style.strong(short(printable(name))),
  );
  const change = (from: number, to: number): string =>
    `${formatDuration(from)} → ${formatDuration(to)}, ${formatChange(from, to)}`;
  const tasks = was.tasks === is.tasks ? count(is.tasks, "task") : `${was.tasks} → ${count(is.tasks, "task")}`;
  return [
    `${names.join(" → ")} ran for ${change(was.wall, is.wall)}, with ${tasks}.`,
    `The loop was busy for ${change(was.busy, is.busy)}.`,
    ...incomplete(before, after).map(style.warning),
    ...table(before, after, sites, limit, style),
    ...(limit === undefined ? [] : ["", verdict(comparison, limit, style)]),
  ].join("\n");
}

function incomplete(before: Trace, after: Trace): readonly string[] {
  const which = [...(before.complete ? [] : ["first"]), ...(after.complete ? [] : ["second"])];
  return which.map((one) => `The ${one} program was killed, or is still running: its times are those up to there.`);
}

function table(
  before: Trace,
  after: Trace,
  sites: readonly SiteChange[],
  limit: Limit | undefined,
  style: Style,
): readonly string[] {
  if (sites.length === 0) return ["", "In neither of them a task waited in user code."];
  const shown = sites.slice(0, MOST_SITES);
  const rows = shown.map((site) => {
    const { before: was, after: is } = site;
    const here = is ?? was;
    const where = is === undefined ? before : after;
    const counts = [was?.count ?? 0, is?.count ?? 0];
    return [
      signed(site.change),
      formatChange(was?.total ?? 0, is?.total ?? 0),
      was === undefined ? "–" : formatDuration(was.total),
      is === undefined ? "–" : formatDuration(is.total),
      counts[0] === counts[1] ? String(counts[0]) : counts.join(" → "),
      here?.kinds.join(", ") ?? "",
      here === undefined ? "" : place(where, here.site),
      here === undefined ? "" : short(printable(here.function.name)),
    ];
  });
  const [head = "", ...lines] = align([["change", "", "before", "after", "count", "await", "where", "in"], ...rows], 5);
  const more = sites.length > MOST_SITES ? [style.faint(`  … and ${sites.length - MOST_SITES} more`)] : [];
  const styled = lines.map((line, i) => {
    const site = shown[i];
    const bad = limit !== undefined && site !== undefined && isExceeded(limit, site.before?.total, site.after?.total);
    return bad ? style.warning(`  ${line}`) : `  ${line}`;
  });
  return ["", style.faint(`  ${head}`), ...styled, ...more];
}

function signed(change: number): string {
  return change === 0 ? "0 s" : `${change < 0 ? "−" : "+"}${formatDuration(Math.abs(change))}`;
}

function verdict({ before, after, sites }: Comparison, limit: Limit, style: Style): string {
  const slower = sites.filter((site) => isExceeded(limit, site.before?.total, site.after?.total)).length;
  const what = [
    ...(isExceeded(limit, before.wall, after.wall) ? ["the whole run"] : []),
    ...(slower > 0 ? [count(slower, "await")] : []),
  ];
  const by = `more than ${limit.percent} % (and ${formatDuration(limit.ignore)})`;
  return what.length === 0 ? `Nothing became slower by ${by}.` : style.warning(`Slower by ${by}: ${what.join(", ")}.`);
}
