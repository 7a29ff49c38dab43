/** Awaits of user code, as changes speak of them: a line, one of several on it, or some lines. */
import { siteKey, type NodeId, type Site, type Trace } from "../trace";

/** Lines of a file from 1; `column` picks one of several awaits on the first. */
export interface Lines {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly column: number | undefined;
}

export function linesOf(site: Site): Lines {
  return { file: site.file, line: site.line, endLine: site.line, column: site.column };
}

export function isWithin(site: Site, { file, line, endLine, column }: Lines): boolean {
  if (site.file !== file || site.line < line || site.line > endLine) return false;
  return column === undefined || site.column === undefined || (site.line === line && site.column === column);
}

/**
 * The source files of the run that a path as people type it means: whole, from the folder the program ran in, or only its
 * end.
 */
export function filesCalled(trace: Trace, file: string): readonly string[] {
  const wanted = file.replaceAll("\\", "/").replace(/^(\.\/)+/, "");
  const paths = [...new Set([...trace.files()].filter(({ user }) => user).map(({ path }) => path))];
  const plain = (path: string): string => path.replaceAll("\\", "/");
  const cwd = plain(trace.header?.cwd ?? "");
  const exact = paths.filter((path) => plain(path) === wanted || plain(path) === `${cwd}/${wanted}`);
  return exact.length > 0 ? exact : paths.filter((path) => plain(path).endsWith(`/${wanted}`));
}

/** "feeds.py:12" or "feeds.py:12-14". */
export function linesText({ file, line, endLine }: Lines): string {
  const name = file.split(/[\\/]/).at(-1) ?? file;
  return endLine === line ? `${name}:${line}` : `${name}:${line}-${endLine}`;
}

/** Where a task stands within some lines. */
export interface Stand {
  readonly key: string;
  readonly site: Site;
  /** Frames of the chain from the task to this one. */
  readonly depth: number;
  /** The way there: the same for all rounds of one call of the function. */
  readonly path: string;
  /** Where the function of the program stands that is awaited there; undefined: a library's. */
  readonly inner: Site | undefined;
}

/** Which positions of a trace are within some lines; each is looked at once. */
export class Stands {
  readonly #known: (Stand | false | undefined)[] = [];

  constructor(
    private readonly trace: Trace,
    private readonly lines: readonly Lines[],
  ) {}

  at(node: NodeId): Stand | undefined {
    const known = (this.#known[node] ??= this.#look(node));
    return known === false ? undefined : known;
  }

  /** The outermost frame counts: what a recursion does below it is part of it. */
  #look(node: NodeId): Stand | false {
    const chain = this.trace.chain(node);
    const at = chain.findIndex(
      ({ code, site }) =>
        code.file?.user === true && site !== undefined && this.lines.some((lines) => isWithin(site, lines)),
    );
    const site = chain[at]?.site;
    if (site === undefined) return false;
    return {
      key: siteKey(site),
      site,
      depth: at + 1,
      path: pathTo(this.trace, node, at),
      inner: chain.slice(at + 1).find((frame) => frame.code.file?.user === true)?.site,
    };
  }
}

/** The frames above the one at `depth`, and its function. */
export function pathTo(trace: Trace, node: NodeId, depth: number): string {
  const chain = trace.chain(node);
  const above = chain.slice(0, depth).map(({ site, code }) => (site === undefined ? code.name : siteKey(site)));
  return [...above, `${chain[depth]?.code.name ?? ""} ${chain[depth]?.code.line ?? ""}`].join("\n");
}

/** Before, in the text. */
export function isBefore(a: Site, b: Site): boolean {
  return a.line < b.line || (a.line === b.line && (a.column ?? 0) < (b.column ?? 0));
}
