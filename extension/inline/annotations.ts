/** What the source is told, line by line. Pure: from the trace's numbers and where the traced lines are now. */
import { formatChange, formatDuration, pathKey } from "../trace";
import type { AwaitKind, AwaitStat, CoroutineStat, LineMap, Nanoseconds, SourceFile } from "../trace";
import { formatCount, formatShare, plural } from "./words";

/** One await site, whatever kinds of things were awaited there. */
export interface SiteFacts extends Omit<AwaitStat, "function" | "kind"> {
  readonly function: string;
  readonly kinds: readonly AwaitKind[];
  /** Its total in the trace compared with; 0: it was not waited for there. */
  readonly before?: Nanoseconds | undefined;
}

/** A site with the lines where it stands now, 0-based. */
export interface PlacedSite extends SiteFacts {
  readonly line: number;
  readonly endLine: number;
}

/** Where most of the time at the line's sites went. */
export type Tone = "waiting" | "ready";

/** The text after one line of code. */
export interface Annotation {
  /** 0-based, as the document is now. */
  readonly line: number;
  readonly text: string;
  readonly tone: Tone;
}

/** The line over one traced `async def`. */
export interface FunctionLens {
  readonly line: number;
  readonly title: string;
  readonly stat: CoroutineStat;
}

/** All the trace knows about one source file. */
export interface FileFacts {
  readonly file: SourceFile;
  readonly sites: readonly SiteFacts[];
  readonly coroutines: readonly CoroutineStat[];
}

/** Files by `pathKey`; of user code only, the library's source is not decorated. */
export function factsByFile(
  awaits: readonly AwaitStat[],
  coroutines: readonly CoroutineStat[],
): ReadonlyMap<string, FileFacts> {
  const files = new Map<string, { file: SourceFile; sites: Map<string, SiteFacts>; coroutines: CoroutineStat[] }>();
  const entry = (file: SourceFile) => {
    const key = pathKey(file.path);
    const known = files.get(key) ?? { file, sites: new Map<string, SiteFacts>(), coroutines: [] };
    files.set(key, known);
    return known;
  };
  for (const stat of awaits) {
    if (stat.function.file?.user !== true) continue;
    const { sites } = entry(stat.function.file);
    const { line, column, endLine, endColumn } = stat.site;
    const key = [line, column, endLine, endColumn].join();
    const known = sites.get(key);
    sites.set(key, known === undefined ? factsOf(stat) : add(known, stat));
  }
  for (const stat of coroutines) {
    if (stat.code.file?.user === true) entry(stat.code.file).coroutines.push(stat);
  }
  return new Map([...files].map(([key, value]) => [key, { ...value, sites: [...value.sites.values()] }]));
}

/** The sites whose lines are all still there, one below the other as they were; in the order of the source. */
export function placeSites(sites: readonly SiteFacts[], map: LineMap): readonly PlacedSite[] {
  const placed: PlacedSite[] = [];
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

/** One text a line, at its end, so that code never moves sideways; several sites of a line in their order. */
export function annotate(sites: readonly PlacedSite[]): readonly Annotation[] {
  const lines = new Map<number, PlacedSite[]>();
  for (const site of sites) lines.set(site.line, [...(lines.get(site.line) ?? []), site]);
  return [...lines].map(([line, here]) => {
    const waiting = here.reduce((sum, site) => sum + site.waiting, 0);
    const ready = here.reduce((sum, site) => sum + site.ready, 0);
    return { line, text: here.map(siteText).join("  │  "), tone: ready > waiting ? "ready" : "waiting" };
  });
}

export function siteText({ count, total, max, before }: SiteFacts): string {
  const now = formatDuration(total, 2);
  const sum = before === undefined ? now : `${formatDuration(before, 2)} → ${now}, ${formatChange(before, total)}`;
  return `×${formatCount(count)}  Σ ${sum}  max ${formatDuration(max, 2)}`;
}

export function functionLenses(coroutines: readonly CoroutineStat[], map: LineMap): readonly FunctionLens[] {
  const lenses: FunctionLens[] = [];
  for (const stat of coroutines) {
    const line = map.get(stat.code.line - 1);
    if (line === undefined) continue;
    const total = stat.run + stat.ready + stat.wait;
    const title = `${plural(stat.tasks, "task")} · Σ ${formatDuration(total)} · waiting ${formatShare(stat.wait, total)}`;
    lenses.push({ line, title, stat });
  }
  return lenses;
}

function factsOf(stat: AwaitStat): SiteFacts {
  const { site, kind, count, total, max, waiting, ready, tasks } = stat;
  return { site, function: stat.function.name, kinds: [kind], count, total, max, waiting, ready, tasks };
}

function add(facts: SiteFacts, stat: AwaitStat): SiteFacts {
  return {
    ...facts,
    kinds: facts.kinds.includes(stat.kind) ? facts.kinds : [...facts.kinds, stat.kind],
    count: facts.count + stat.count,
    total: facts.total + stat.total,
    max: Math.max(facts.max, stat.max),
    waiting: facts.waiting + stat.waiting,
    ready: facts.ready + stat.ready,
    // The same task may have awaited different kinds here; the greater number is what is certain.
    tasks: Math.max(facts.tasks, stat.tasks),
  };
}
