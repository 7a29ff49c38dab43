/**
 * Which await site of one trace is which of another, though lines moved in between.
 *
 * Where the text is known to be the same, the place decides. Elsewhere the sites of a function are laid side by side in
 * their order, so that as many as possible agree in what is awaited; the code awaited and its distance from the `def`
 * settle what that leaves open.
 */
import { mapLines, type LineMap } from "../lineMap";
import type { Header, SourceFile } from "../types";
import { matchFiles, pathKey } from "./matchFiles";
import type { SiteTotals } from "./siteTotals";

/** The lines of a file as they were traced, where anybody still knows them. */
export type TextOf = (file: SourceFile) => readonly string[] | undefined;

export interface SitesOfRun {
  readonly header: Header | undefined;
  readonly sites: readonly SiteTotals[];
}

/** One side is missing where the other trace has no such site: its code was not there, or nobody waited there. */
export interface SiteMatch {
  readonly before: SiteTotals | undefined;
  readonly after: SiteTotals | undefined;
}

/** A function with more pairs of sites than this is generated code, and costs more than its answer is worth. */
const MOST_PAIRS = 250_000;

export function matchSites(before: SitesOfRun, after: SitesOfRun, textOf: TextOf): readonly SiteMatch[] {
  const filesBefore = byFile(before.sites);
  const filesAfter = byFile(after.sites);
  const filePairs = matchFiles(
    { header: before.header, files: [...filesBefore.values()].flatMap(({ file }) => file ?? []) },
    { header: after.header, files: [...filesAfter.values()].flatMap(({ file }) => file ?? []) },
  );
  const matches: SiteMatch[] = [];
  for (const [fileBefore, fileAfter] of filePairs) {
    const text = new TextPair(fileBefore, fileAfter, textOf);
    const own = filesBefore.get(pathKey(fileBefore.path))?.sites ?? [];
    const others = filesAfter.get(pathKey(fileAfter.path))?.sites ?? [];
    const edited = matchByPlace(own, others, text, matches);
    matchByFunction(edited.before, edited.after, text, matches);
  }
  const placed = new Set(matches.flatMap((match) => [match.before, match.after]));
  const left = before.sites.filter((site) => !placed.has(site));
  const right = after.sites.filter((site) => !placed.has(site));
  // What moved to another file is known by its function, if only one file has such a function.
  matchByFunction(inOneFile(left), inOneFile(right), undefined, matches);
  const moved = new Set(matches.flatMap((match) => [match.before, match.after]));
  for (const site of left) if (!moved.has(site)) matches.push({ before: site, after: undefined });
  for (const site of right) if (!moved.has(site)) matches.push({ before: undefined, after: site });
  return matches;
}

interface Open {
  readonly before: readonly SiteTotals[];
  readonly after: readonly SiteTotals[];
}

/** Both texts of a file, as far as they are known. */
class TextPair {
  readonly before: readonly string[] | undefined;
  readonly after: readonly string[] | undefined;
  readonly #same: boolean;
  readonly #lines: LineMap | undefined;
  readonly #images: ReadonlySet<number>;

  constructor(before: SourceFile, after: SourceFile, textOf: TextOf) {
    this.#same = before.sha256 !== undefined && before.sha256 === after.sha256;
    if (!this.#same) {
      this.before = textOf(before);
      this.after = textOf(after);
      if (this.before !== undefined && this.after !== undefined) this.#lines = mapLines(this.before, this.after);
    }
    this.#images = new Set(this.#lines?.values());
  }

  /** The 1-based line where the site is now, if all of its lines are still there, one below the other. */
  lineAfter({ site: { line, endLine } }: SiteTotals): number | undefined {
    if (this.#same) return line;
    const first = this.#lines?.get(line - 1);
    if (first === undefined) return undefined;
    for (let at = line; at < (endLine ?? line); at++)
      if (this.#lines?.get(at) !== first + at - line + 1) return undefined;
    return first + 1;
  }

  /** Whether a line of the text after was there before. */
  isOld({ site: { line, endLine } }: SiteTotals): boolean {
    if (this.#same) return true;
    for (let at = line - 1; at < Math.max(line, endLine ?? 0); at++) if (!this.#images.has(at)) return false;
    return true;
  }
}

/** Pairs what stands on lines that did not change, and says what stands on lines that did. */
function matchByPlace(
  before: readonly SiteTotals[],
  after: readonly SiteTotals[],
  text: TextPair,
  matches: SiteMatch[],
): Open {
  // Python 3.10 knows no columns: compared with a newer one, lines must do.
  const columns = [...before, ...after].every(({ site }) => site.column !== undefined);
  const key = ({ site: { column, endColumn } }: SiteTotals, line: number): string =>
    columns ? `${line}:${column ?? ""}-${endColumn ?? ""}` : String(line);
  const there = new Map<string, SiteTotals[]>();
  for (const site of after) {
    const own = key(site, site.site.line);
    there.set(own, [...(there.get(own) ?? []), site]);
  }
  const open: { before: SiteTotals[]; after: SiteTotals[] } = { before: [], after: [] };
  const found = new Set<SiteTotals>();
  for (const site of before) {
    const line = text.lineAfter(site);
    if (line === undefined) {
      open.before.push(site);
      continue;
    }
    const other = there.get(key(site, line))?.shift();
    if (other !== undefined) found.add(other);
    // Its line is there and nobody waited in it.
    matches.push({ before: site, after: other });
  }
  for (const site of after) {
    if (found.has(site)) continue;
    if (text.isOld(site)) matches.push({ before: undefined, after: site });
    else open.after.push(site);
  }
  return open;
}

/** Pairs within each function, by qualified name. */
function matchByFunction(
  before: readonly SiteTotals[],
  after: readonly SiteTotals[],
  text: TextPair | undefined,
  matches: SiteMatch[],
): void {
  const there = groupByFunction(after);
  for (const [name, sites] of groupByFunction(before)) {
    const others = there.get(name) ?? [];
    if (sites.length * others.length > MOST_PAIRS) continue;
    const sketches = sites.map((site) => sketch(site, text?.before));
    const pairs = align(
      sketches,
      others.map((site) => sketch(site, text?.after)),
    );
    for (const [one, other] of pairs) matches.push({ before: one.site, after: other.site });
  }
}

/** The pairs, in order on both sides, whose likenesses sum up to most. */
function align(before: readonly Sketch[], after: readonly Sketch[]): readonly (readonly [Sketch, Sketch])[] {
  const [n, m] = [before.length, after.length];
  const width = m + 1;
  /** The most that the sites from i and from j on can sum up to. */
  const best = new Float64Array((n + 1) * width);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      const alike = likeness(before[i]!, after[j]!);
      const both = alike > 0 ? alike + best[(i + 1) * width + j + 1]! : 0;
      best[i * width + j] = Math.max(both, best[(i + 1) * width + j]!, best[i * width + j + 1]!);
    }
  }
  const pairs: (readonly [Sketch, Sketch])[] = [];
  for (let [i, j] = [0, 0]; i < n && j < m;) {
    const here = best[i * width + j]!;
    if (here === best[(i + 1) * width + j]!) i++;
    else if (here === best[i * width + j + 1]!) j++;
    else pairs.push([before[i++]!, after[j++]!]);
  }
  return pairs;
}

/** What a site is known by when its place is not. */
interface Sketch {
  readonly site: SiteTotals;
  /** The code awaited, spaces apart; undefined: not known. */
  readonly code: string | undefined;
  /** What is left of the code where its text is not known. */
  readonly size: string;
  /** From the `def`. */
  readonly distance: string;
}

function sketch(site: SiteTotals, lines: readonly string[] | undefined): Sketch {
  const { line, endLine, column, endColumn } = site.site;
  const size =
    column === undefined || endColumn === undefined ? "" : `${(endLine ?? line) - line}:${endColumn - column}`;
  const distance = `${line - site.function.line}:${column ?? ""}`;
  return { site, code: lines && codeOf(site, lines), size, distance };
}

/** 0: not the same site. What is awaited counts more than any number of hints where it stands. */
function likeness(before: Sketch, after: Sketch): number {
  const isKnown = before.code !== undefined && after.code !== undefined;
  const sameCode = isKnown && before.code === after.code;
  const sameKind = before.site.kinds.some((kind) => after.site.kinds.includes(kind));
  if (!sameKind && !sameCode) return 0;
  const sameShape = isKnown ? sameCode : before.size === after.size;
  return 8 + (sameKind ? 4 : 0) + (sameShape ? 2 : 0) + (before.distance === after.distance ? 1 : 0);
}

function codeOf({ site }: SiteTotals, lines: readonly string[]): string | undefined {
  const { line, endLine, column, endColumn } = site;
  const text = lines.slice(line - 1, endLine);
  const last = text.pop();
  if (last === undefined || column === undefined || endColumn === undefined) return undefined;
  // Cut at the end first, so that the columns of a single line stay right.
  const [first, ...others] = [...text, last.slice(0, endColumn)];
  return [first.slice(column), ...others].join(" ").replace(/\s+/g, " ");
}

function groupByFunction(sites: readonly SiteTotals[]): ReadonlyMap<string, readonly SiteTotals[]> {
  const groups = new Map<string, SiteTotals[]>();
  const inOrder = [...sites].sort((a, b) => a.site.line - b.site.line || (a.site.column ?? 0) - (b.site.column ?? 0));
  for (const site of inOrder) {
    const { name } = site.function;
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [site]);
    else known.push(site);
  }
  return groups;
}

/** Sites of functions whose name only one file has. */
function inOneFile(sites: readonly SiteTotals[]): readonly SiteTotals[] {
  const files = new Map<string, string | undefined>();
  for (const { function: code, site } of sites) {
    const known = files.get(code.name);
    files.set(code.name, !files.has(code.name) || known === site.file ? site.file : undefined);
  }
  return sites.filter((site) => files.get(site.function.name) !== undefined);
}

function byFile(
  sites: readonly SiteTotals[],
): ReadonlyMap<string, { readonly file: SourceFile | undefined; readonly sites: readonly SiteTotals[] }> {
  const files = new Map<string, { readonly file: SourceFile | undefined; readonly sites: SiteTotals[] }>();
  for (const site of sites) {
    const key = pathKey(site.site.file);
    const known = files.get(key);
    if (known === undefined) files.set(key, { file: site.function.file, sites: [site] });
    else known.sites.push(site);
  }
  return files;
}
