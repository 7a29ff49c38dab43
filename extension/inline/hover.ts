/** The story of an await site, at the await. */
import * as vscode from "vscode";
import { InternalCommand } from "../keys";
import { formatDuration, visitsOf, type Nanoseconds, type Trace, type Visit } from "../trace";
import type { PlacedSite } from "./annotations";
import type { DocumentTrace } from "./documentTraces";
import { escapeMarkdown, formatCount, formatShare, plural } from "./words";

/** More are found in the timeline. */
const SLOWEST_VISITS = 3;
/** Among more visits than this the longest are not looked for: it would take longer than a hover may. */
const MOST_VISITS = 100_000;

export function registerHover(
  traceOf: (document: vscode.TextDocument) => Promise<DocumentTrace | undefined>,
): vscode.Disposable {
  return vscode.languages.registerHoverProvider(
    { language: "python", scheme: "file" },
    {
      async provideHover(document, position) {
        const traced = await traceOf(document);
        const site = traced && siteAt(traced.sites, position, document);
        if (traced === undefined || site === undefined) return undefined;
        return new vscode.Hover(story(traced.trace, site), rangeOf(site, document));
      },
    },
  );
}

/** The innermost site there; past the end of the code, where its numbers stand, the line's first. */
function siteAt(
  sites: readonly PlacedSite[],
  position: vscode.Position,
  document: vscode.TextDocument,
): PlacedSite | undefined {
  const around = sites
    .filter((site) => rangeOf(site, document).contains(position))
    .sort((a, b) => (rangeOf(a, document).contains(rangeOf(b, document)) ? 1 : -1));
  if (around[0] !== undefined) return around[0];
  const afterCode = position.character >= document.lineAt(position.line).text.trimEnd().length;
  return afterCode ? sites.find((site) => site.line === position.line) : undefined;
}

/** Without columns (Python 3.10) a site is its line's code. */
function rangeOf({ site, line, endLine }: PlacedSite, document: vscode.TextDocument): vscode.Range {
  const { firstNonWhitespaceCharacterIndex: first } = document.lineAt(line);
  const end = document.lineAt(endLine).range.end.character;
  return document.validateRange(new vscode.Range(line, site.column ?? first, endLine, site.endColumn ?? end));
}

function story(trace: Trace, site: PlacedSite): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  // Only our own links work, and everything that comes from the trace is escaped.
  text.isTrusted = { enabledCommands: [InternalCommand.showSite, InternalCommand.showTask] };
  text.supportHtml = false;
  const kinds = site.kinds.map((kind) => escapeMarkdown(kind)).join(", ");
  const who = plural(site.tasks, "task");
  text.appendMarkdown(`**Await in ${escapeMarkdown(site.function)}**: ${kinds}, ${who}\n\n`);
  text.appendMarkdown("| visits | total | longest | waiting | ready |\n|--:|--:|--:|--:|--:|\n");
  const cells = [
    formatCount(site.count),
    formatDuration(site.total),
    formatDuration(site.max),
    `${formatDuration(site.waiting)} (${formatShare(site.waiting, site.total)})`,
    `${formatDuration(site.ready)} (${formatShare(site.ready, site.total)})`,
  ];
  // A number and its unit stay on one line, apart from the next.
  const row = cells.map((cell) => "\u00a0\u00a0" + cell.replaceAll(" ", "\u00a0"));
  text.appendMarkdown(`| ${row.join(" | ")} |\n\n`);
  const slowest = slowestVisits(trace, site);
  if (slowest.length > 1) text.appendMarkdown(`Longest: ${slowest.join(", ")}\n\n`);
  text.appendMarkdown(link("$(graph) Show in timeline", InternalCommand.showSite, site.site));
  return text;
}

function slowestVisits(trace: Trace, { site, count }: PlacedSite): readonly string[] {
  if (count > MOST_VISITS) return [];
  const slowest: Visit[] = [];
  for (const visit of visitsOf(trace, site)) {
    if (slowest.length === SLOWEST_VISITS && length(visit) <= length(slowest.at(-1))) continue;
    slowest.push(visit);
    slowest.sort((a, b) => length(b) - length(a)).splice(SLOWEST_VISITS);
  }
  return slowest.map((visit) => {
    const name = escapeMarkdown(trace.task(visit.task)?.name ?? `task ${visit.task}`);
    return `${link(name, InternalCommand.showTask, visit.task)} ${formatDuration(length(visit))}`;
  });
}

function length(visit: Visit | undefined): Nanoseconds {
  return visit === undefined ? 0 : visit.to - visit.from;
}

function link(label: string, command: string, argument: unknown): string {
  return `[${label}](command:${command}?${encodeURIComponent(JSON.stringify([argument]))})`;
}
