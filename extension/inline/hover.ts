/** The story of an await, at the await. */
import * as vscode from "vscode";
import { Command, InternalCommand } from "../keys";
import type { Site, Trace } from "../trace";
import type { Placed } from "./annotations";
import type { DocumentTrace } from "./documentTraces";
import { findingStory } from "./foundHere";
import { groupStory, outerStory, siteStory } from "./story";

/** Stories at one place; a line may have any number of awaits. */
const MOST_STORIES = 3;

interface Entry {
  readonly place: Placed<{ readonly site: Site }>;
  readonly story: (trace: Trace) => string;
}

export function registerHover(
  traceOf: (document: vscode.TextDocument) => Promise<DocumentTrace | undefined>,
): vscode.Disposable {
  return vscode.languages.registerHoverProvider("python", {
    async provideHover(document, position) {
      const traced = await traceOf(document);
      if (traced === undefined) return undefined;
      const entries = entriesAt(traced, position, document);
      const [first] = entries;
      if (first === undefined) return undefined;
      const text = entries.map(({ story }) => story(traced.trace)).join("\n\n---\n\n");
      return new vscode.Hover(markdown(text), rangeOf(first.place, document));
    },
  });
}

/** The innermost there first; past the end of the code, where the numbers stand, all of the line. */
function entriesAt(
  { facts, findings }: DocumentTrace,
  position: vscode.Position,
  document: vscode.TextDocument,
): readonly Entry[] {
  const near = <T extends Placed<{ readonly site: Site }>>(all: readonly T[]) =>
    all.filter(({ line, endLine }) => line <= position.line && position.line <= endLine);
  const entries: Entry[] = [
    ...near(findings).map((place) => ({ place, story: (trace: Trace) => findingStory(place, trace) })),
    ...near(facts.sites).map((place) => ({ place, story: (trace: Trace) => siteStory(trace, place) })),
    ...near(facts.outers).map((place) => ({ place, story: () => outerStory(place) })),
    ...near(facts.groups).map((place) => ({ place, story: (trace: Trace) => groupStory(trace, place) })),
  ];
  const afterCode = position.character >= document.lineAt(position.line).text.trimEnd().length;
  if (afterCode) return entries.filter(({ place }) => place.line === position.line).slice(0, MOST_STORIES);
  const range = ({ place }: Entry) => rangeOf(place, document);
  const around = entries.filter((entry) => range(entry).contains(position));
  const sorted = around.sort((a, b) => Number(range(a).contains(range(b))) - Number(range(b).contains(range(a))));
  const innermost = sorted[0];
  if (innermost === undefined) return [];
  // The await is pointed at, and the group it awaits lies within.
  const within = entries.filter((entry) => !around.includes(entry) && range(innermost).contains(range(entry)));
  return [innermost, ...within, ...sorted.slice(1)].slice(0, MOST_STORIES);
}

/** Without columns (Python 3.10) a site is its line's code. */
function rangeOf({ site, line, endLine }: Entry["place"], document: vscode.TextDocument): vscode.Range {
  const { firstNonWhitespaceCharacterIndex: first } = document.lineAt(line);
  const end = document.lineAt(endLine).range.end.character;
  return document.validateRange(new vscode.Range(line, site.column ?? first, endLine, site.endColumn ?? end));
}

function markdown(text: string): vscode.MarkdownString {
  const result = new vscode.MarkdownString(text, true);
  // Only our own links work, and everything that comes from the trace is escaped.
  const { showSite, showTask, showGroup, showVisit } = InternalCommand;
  result.isTrusted = { enabledCommands: [showSite, showTask, showGroup, showVisit, Command.whatIf] };
  result.supportHtml = false;
  return result;
}
