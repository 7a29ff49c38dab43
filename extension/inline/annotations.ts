/** What the source is told, line by line. Pure: from the trace's numbers and where the traced lines are now. */
import { formatChange, formatDuration } from "../trace";
import type { GroupKind, GroupSite, LineMap, Nanoseconds, OuterStat, Site, Trace } from "../trace";
import type { LineFacts, SiteFacts } from "./fileFacts";
import { groupText } from "./groupWords";
import { bar, formatCount, isComprehension, lastName } from "./words";

/** Something with a place in the traced text, and the lines where that stands now, 0-based. */
export type Placed<T> = T & { readonly line: number; readonly endLine: number };
export interface PlacedSite extends Placed<SiteFacts> {
  /** In the trace compared with; all 0: it was not waited for there. */
  readonly before?: SiteBefore | undefined;
}

export type SiteBefore = Pick<SiteFacts, "count" | "total" | "max" | "waiting" | "ready">;

/** Where most of the time at the line's sites went. */
export const TONES = ["waiting", "ready", "running"] as const;
export type Tone = (typeof TONES)[number];

/** The text after one line of code. */
export interface Annotation {
  /** 0-based, as the document is now. */
  readonly line: number;
  readonly text: string;
  readonly tone: Tone;
}

/** What stands where in a document. */
export interface PlacedFacts {
  readonly sites: readonly PlacedSite[];
  readonly outers: readonly Placed<OuterStat>[];
  readonly groups: readonly Placed<GroupSite>[];
}

/** Groups that show how concurrent their members were; of the others only a timeout is news. */
export const GATHERING: ReadonlySet<GroupKind> = new Set<GroupKind>(["gather", "taskgroup", "wait", "as_completed"]);

export function placeFacts({ sites, outers, groups }: LineFacts, map: LineMap): PlacedFacts {
  const telling = groups.filter(({ kind, timedOut }) => GATHERING.has(kind) || timedOut > 0);
  const calls = outers.filter(({ callee }) => !isComprehension(callee.name));
  return { sites: placeSites(sites, map), outers: placeSites(calls, map), groups: placeSites(telling, map) };
}

/** Those whose lines are all still there, one below the other as they were; in the order of the source. */
export function placeSites<T extends { readonly site: Site }>(sites: readonly T[], map: LineMap): readonly Placed<T>[] {
  const placed: Placed<T>[] = [];
  for (const site of sites) {
    const first = site.site.line - 1;
    const last = Math.max(first, (site.site.endLine ?? site.site.line) - 1);
    const line = map.get(first);
    if (line === undefined) continue;
    let whole = true;
    // A line between may have been edited without the last one moving.
    for (let i = first + 1; i <= last && whole; i++) whole = map.get(i) === line + i - first;
    if (whole) placed.push({ ...site, line, endLine: line + last - first });
  }
  return placed.sort((a, b) => a.line - b.line || (a.site.column ?? 0) - (b.site.column ?? 0));
}

interface LineParts {
  readonly parts: { readonly site: Site; text: string }[];
  waiting: number;
  ready: number;
  running: number;
}

/** One text a line, at its end, so that code never moves sideways; several sites of a line in their order. */
export function annotate(trace: Trace, { sites, outers, groups }: PlacedFacts): readonly Annotation[] {
  const lines = new Map<number, LineParts>();
  const partsOf = (line: number): LineParts => {
    let parts = lines.get(line);
    if (parts === undefined) lines.set(line, (parts = { parts: [], waiting: 0, ready: 0, running: 0 }));
    return parts;
  };
  for (const site of sites) {
    const parts = partsOf(site.line);
    parts.parts.push({ site: site.site, text: siteText(site) });
    parts.waiting += site.waiting;
    parts.ready += site.ready;
    parts.running += runningOf(site);
  }
  for (const outer of outers) {
    const parts = partsOf(outer.line);
    addTo(parts, outer.site, outerText(outer));
    parts.waiting += outer.waiting;
    parts.ready += outer.ready;
  }
  for (const group of groups) addTo(partsOf(group.line), group.site, groupText(trace, group));
  return [...lines].map(([line, parts]) => {
    const texts = parts.parts.sort((a, b) => (a.site.column ?? 0) - (b.site.column ?? 0)).map(({ text }) => text);
    return { line, text: texts.join("  │  "), tone: toneOf(parts) };
  });
}

/** What is said of one and the same await stands together. */
function addTo({ parts }: LineParts, site: Site, text: string): void {
  const same = parts.find((part) => contains(part.site, site) || contains(site, part.site));
  if (same === undefined) parts.push({ site, text });
  else same.text += `  ·  ${text}`;
}

/** On one line; without columns (Python 3.10) there is one place a line. */
function contains(outer: Site, inner: Site): boolean {
  if (outer.column === undefined || inner.column === undefined) return true;
  if (inner.column < outer.column) return false;
  const [a, b] = [outer.endLine ?? outer.line, inner.endLine ?? inner.line];
  return b < a || (b === a && (inner.endColumn ?? 0) <= (outer.endColumn ?? 0));
}

function siteText(site: PlacedSite): string {
  const { count, total, max, waiting, ready, before } = site;
  const sum = before === undefined ? formatDuration(total, 2) : changeText(before.total, total);
  const numbers = `×${formatCount(count)}  Σ ${sum}  max ${formatDuration(max, 2)}`;
  return `${bar(waiting, ready, runningOf(site))} ${numbers}`.trimStart();
}

/** "3.4 s → 1.2 s, −65 %" */
export function changeText(before: Nanoseconds, now: Nanoseconds): string {
  return `${formatDuration(before, 2)} → ${formatDuration(now, 2)}, ${formatChange(before, now)}`;
}

function outerText({ waiting, ready, callee }: OuterStat): string {
  return `${bar(waiting, ready, 0)} Σ ${formatDuration(waiting + ready, 2)} in ${lastName(callee.name)}`.trimStart();
}

/** Library code that ran between the suspensions of one visit. */
export function runningOf({ total, waiting, ready }: Pick<SiteFacts, "total" | "waiting" | "ready">): number {
  return Math.max(0, total - waiting - ready);
}

function toneOf({ waiting, ready, running }: LineParts): Tone {
  if (ready > waiting && ready >= running) return "ready";
  return running > waiting ? "running" : "waiting";
}
