/** The whole story of an await, as Markdown with links into the timeline. Pure; whatever the trace says is escaped. */
import { Command, InternalCommand } from "../keys";
import {
  busiestStep,
  causeOf,
  describeStep,
  distributionOf,
  formatDuration,
  KIND_WORDS,
  placeOfStep,
  standingWait,
  timeoutAround,
  timeoutWords,
  visitsOf,
  type GroupInfo,
  type GroupSite,
  type OuterStat,
  type Site,
  type StepIndex,
  type Trace,
  type Visit,
  type Words,
} from "../trace";
import { changeText, runningOf, type PlacedSite, type SiteBefore } from "./annotations";
import type { SiteFacts } from "./fileFacts";
import { atOnceText, decisionText, hasMembers, membersText } from "./groupWords";
import {
  commandLink,
  escapeMarkdown,
  formatCount,
  formatShare,
  functionName,
  oneLine,
  plural,
  sparkline,
} from "./words";

/** More are found in the timeline. */
const SLOWEST_VISITS = 5;
const LONGEST_GROUPS = 3;
/** Among more visits than this nothing is looked for: it would take longer than a hover may. */
const MOST_VISITS = 100_000;
/** Frames of a library's call that are shown from either end. */
const FRAMES = 4;
/** What is left free on either side of a visit when a link shows it. */
const MARGIN = 0.5;

export function siteStory(trace: Trace, site: SiteFacts & Pick<PlacedSite, "before">): string {
  const { count, total, kinds, tasks, before } = site;
  const visits = count > MOST_VISITS ? [] : visitsOf(trace, site.site).list();
  const spread = distributionOf(visits.map(lengthOf));
  // While traces are compared, a row says what it was before.
  const rows: readonly SiteBefore[] = before === undefined ? [site] : [site, before];
  const cells = (cell: (row: SiteBefore) => string): readonly string[] => rows.map(cell);
  const typical = (row: SiteBefore): string =>
    row !== site || spread === undefined ? "" : formatDuration(spread.typical);
  const columns: (readonly [string, readonly string[]])[] = [
    ["visits", cells((row) => formatCount(row.count))],
    ["total", cells((row) => formatDuration(row.total))],
    ["typical", cells(typical)],
    ["longest", cells((row) => formatDuration(row.max))],
    ["waiting", cells((row) => withShare(row.waiting, row.total))],
    ["ready", cells((row) => withShare(row.ready, row.total))],
  ];
  if (rows.some((row) => runningOf(row) > 0))
    columns.push(["running", cells((row) => withShare(runningOf(row), row.total))]);
  if (before !== undefined) columns.unshift([changeText(before.total, total), ["now", "before"]]);
  const parts = [
    `**Await in ${escapeMarkdown(functionName(site.function))}**: ${kinds.map((kind) => escapeMarkdown(KIND_WORDS[kind])).join(", ")}, ${plural(tasks, "task")}`,
    table(
      columns.map(([name]) => name),
      rows.map((_, i) => columns.map(([, column]) => column[i] ?? "")),
      "--:",
    ),
  ];
  if (spread !== undefined && count > 2) {
    const high = count >= 20 ? `, 95 % below ${formatDuration(spread.high)}` : "";
    const ends = [formatDuration(spread.shortest), formatDuration(spread.longest)].map(unbroken);
    parts.push(`${ends[0] ?? ""} \`${sparkline(spread.bars)}\` ${ends[1] ?? ""}${high}`);
  }
  const slowest = longest(visits, lengthOf, SLOWEST_VISITS);
  if (slowest.length > 0) {
    const visited = slowest.map((visit) => visitRow(trace, visit));
    parts.push(table(["longest visits", "task", "waited for", "ended by", "ready"], visited, ":--"));
  }
  const chain = slowest[0] === undefined ? undefined : libraryChain(trace, slowest[0].step);
  if (chain !== undefined) parts.push(`Through ${chain}`);
  const show = commandLink("$(graph) Show in timeline", InternalCommand.showSite, site.site);
  parts.push(`${show} · ${whatIfLink(site.site)}`);
  return parts.join("\n\n");
}

/** Of an await of other user code: its time is charged there. */
export function outerStory(outer: OuterStat): string {
  const { waiting, ready } = outer;
  const callee = escapeMarkdown(outer.callee.name);
  const both = waiting + ready;
  return [
    `**Await in ${escapeMarkdown(functionName(outer.function.name))}**: ${callee}, whose own awaits have the details`,
    table(
      ["suspended in it", "waiting", "ready"],
      [[formatDuration(both), withShare(waiting, both), withShare(ready, both)]],
      "--:",
    ),
    whatIfLink(outer.site),
  ].join("\n\n");
}

export function groupStory(trace: Trace, site: GroupSite): string {
  const { groups, members, kind, timedOut } = site;
  const isOne = groups.length === 1;
  const ofTasks = hasMembers(site);
  const rows = longest(groups, (group) => lastingOf(trace, group), LONGEST_GROUPS).map((group) => [
    commandLink(formatDuration(lastingOf(trace, group)), InternalCommand.showGroup, group.id),
    ...(ofTasks ? [membersText(group), escapeMarkdown(decisionText(trace, group).join(", "))] : []),
    group.outcome === "timed_out" ? "timed out" : group.outcome,
  ]);
  const heading = isOne ? "show group" : "show the longest";
  const often = isOne ? [] : [`${formatCount(groups.length)} times`];
  const many = isOne || !ofTasks ? [] : [plural(members, "task")];
  const late = isOne || timedOut === 0 ? [] : [`${formatCount(timedOut)} timed out`];
  const atOnce = atOnceText(site.atOnce);
  const together = atOnce === undefined ? "they mostly waited for other tasks" : `${atOnce} on average`;
  const counts = [...often, ...many, ...late].join(", ");
  return [
    `**${escapeMarkdown(KIND_WORDS[kind])}**${counts === "" ? "" : ` ${counts}`}${ofTasks ? `: ${together}` : ""}`,
    table([heading, ...(ofTasks ? ["members", "decided by"] : []), "outcome"], rows, ":--"),
    whatIfLink(site.site),
  ].join("\n\n");
}

function whatIfLink(site: Site): string {
  return commandLink("$(beaker) What if…", Command.whatIf, [site]);
}

function visitRow(trace: Trace, visit: Visit): readonly string[] {
  const margin = lengthOf(visit) * MARGIN;
  const view = { from: visit.from - margin, to: visit.to + margin, task: visit.task, cursor: visit.from };
  const left = stepAfter(trace, visit);
  return [
    commandLink(formatDuration(lengthOf(visit)), InternalCommand.showVisit, view),
    escapeMarkdown(oneLine(trace.task(visit.task)?.name ?? `task ${visit.task}`)),
    escapeMarkdown([describeStep(trace, visit.step), ...withinTimeout(trace, visit.step)].join(", ")),
    left === undefined ? "not yet" : linked(trace, causeOf(trace, left) ?? ["not known"]),
    left === undefined ? "" : readyCell(trace, left),
  ];
}

/** Where it is not the wait itself that says so, because it goes on. */
function withinTimeout(trace: Trace, step: StepIndex): readonly string[] {
  const around = standingWait(trace, step)?.due === undefined ? timeoutAround(trace, step) : undefined;
  return around === undefined ? [] : [timeoutWords(around)];
}

/** The step that left the visit's await. */
function stepAfter(trace: Trace, { task, to, from }: Visit): StepIndex | undefined {
  const list = trace.stepsOf(task);
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trace.steps.start(list.at(middle)) >= Math.max(to, from)) high = middle;
    else low = middle + 1;
  }
  return low < list.length ? list.at(low) : undefined;
}

/** "12.3 ms: parse_feed, feeds.py:88". */
function readyCell(trace: Trace, step: StepIndex): string {
  const { steps } = trace;
  const [from, to] = [steps.readySince(step), steps.start(step)];
  const culprit = busiestStep(trace, steps.loop(step), from, to);
  const place = culprit === undefined ? undefined : placeOfStep(trace, culprit);
  if (place === undefined) return unbroken(formatDuration(to - from));
  const at = place.file === undefined || place.line === undefined ? "" : `, ${fileName(place.file)}:${place.line}`;
  return `${unbroken(formatDuration(to - from))}: the loop ran ${escapeMarkdown(oneLine(place.name) + at)}`;
}

/** What user code called in an installed package, down to what it waits for. */
function libraryChain(trace: Trace, step: StepIndex): string | undefined {
  const node = trace.steps.node(step);
  const library = trace.awaitSite(node)?.library;
  if (library === undefined) return undefined;
  const chain = trace.chain(node);
  const below = chain.slice(chain.map(({ code }) => code.file?.user === true).lastIndexOf(true) + 1);
  const names = below.map(({ code, site }) => {
    const at = site === undefined ? "" : ` (${fileName(site.file)}:${site.line})`;
    return escapeMarkdown(oneLine(code.name) + at);
  });
  if (names.length > 2 * FRAMES) names.splice(FRAMES, names.length - 2 * FRAMES, "…");
  return names.join(" → ");
}

/** Tasks as links to them. */
function linked(trace: Trace, words: Words): string {
  return words
    .map((part) => {
      if (typeof part === "string") return escapeMarkdown(part);
      if ("site" in part) return escapeMarkdown(`${fileName(part.site.file)}:${part.site.line}`);
      const task = trace.task(part.task);
      const name = task === undefined ? "an unknown task" : `${task.name} (${task.coro.split(".").at(-1) ?? ""})`;
      return commandLink(escapeMarkdown(oneLine(name)), InternalCommand.showTask, part.task);
    })
    .join("");
}

function longest<T>(all: readonly T[], length: (one: T) => number, most: number): readonly T[] {
  const best: T[] = [];
  for (const one of all) {
    const last = best.at(-1);
    if (best.length === most && last !== undefined && length(one) <= length(last)) continue;
    best.push(one);
    best.sort((a, b) => length(b) - length(a)).splice(most);
  }
  return best;
}

function lengthOf(visit: Visit): number {
  return visit.to - visit.from;
}

function lastingOf(trace: Trace, group: GroupInfo): number {
  return (group.ended ?? trace.end) - group.started;
}

function withShare(part: number, whole: number): string {
  return `${formatDuration(part)} (${formatShare(part, whole)})`;
}

function table(names: readonly string[], rows: readonly (readonly string[])[], align: string): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  // A number and its unit stay on one line; right-aligned columns need some air.
  const cell = (text: string) => (align === "--:" ? `\u00a0\u00a0${unbroken(text)}` : text);
  return [
    line(names.map(cell)),
    `|${names.map(() => align).join("|")}|`,
    ...rows.map((row) => line(row.map(cell))),
  ].join("\n");
}

function unbroken(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
