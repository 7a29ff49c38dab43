/** What the current trace says about each document, worked out when asked and kept until either changes. */
import type * as vscode from "vscode";
import type { TraceSource } from "../source";
import { pathKey, takeInOuter } from "../trace";
import type { LineMap, Site, SourceFile, Trace } from "../trace";
import { annotate, placeFacts, placeSites, type Annotation, type PlacedFacts, type SiteBefore } from "./annotations";
import type { Finding } from "../insights";
import type { PlacedFinding, SiteFinding } from "./foundHere";
import { TracedFiles, type LineFacts } from "./fileFacts";
import { tracedLenses, type TracedLens } from "./tracedLenses";
import type { Placement } from "./tracedTexts";

export interface DocumentTrace {
  readonly trace: Trace;
  /** All of the file, worked out when asked. */
  readonly facts: PlacedFacts;
  /** Of the lines in view, which is what an update pays for. */
  readonly annotations: (isNear: (line: number) => boolean) => readonly Annotation[];
  readonly lenses: () => readonly TracedLens[];
  /** As they are now: they come later than the numbers. */
  readonly findings: readonly PlacedFinding[];
  readonly edited: boolean;
  readonly file: SourceFile;
  /** Where the traced lines are now. */
  readonly lines: LineMap;
}

/** What a site of this trace was in the trace compared with. */
export type Before = (site: Site) => SiteBefore | undefined;

/** The texts that ran. */
interface Texts {
  capture(file: SourceFile): void;
  place(document: vscode.TextDocument, file: SourceFile): Promise<Placement>;
}

/** Where files are in this window. */
export interface Places {
  /** Where a path leads, links followed. */
  realPath(path: string): Promise<string>;
  /** Where a traced file is. */
  find(file: SourceFile): Promise<vscode.Uri | undefined>;
}

interface Known {
  readonly version: number;
  readonly revision: number;
  /** More may come. */
  readonly goesOn: boolean;
  readonly trace: Promise<DocumentTrace | undefined>;
}

interface Placed {
  readonly version: number;
  readonly file: SourceFile;
  readonly placement: Promise<Placement>;
}

export class DocumentTraces {
  readonly #texts: Texts;
  readonly #places: Places;
  #known = new WeakMap<vscode.TextDocument, Known>();
  #before: Before | undefined;
  #found: ReadonlyMap<string, readonly SiteFinding[]> = new Map();
  readonly #placed = new WeakMap<vscode.TextDocument, Placed>();
  readonly #captured = new Set<SourceFile>();
  /** Where paths lead, links followed. */
  readonly #real = new Map<string, Promise<string>>();
  /** Where files were found. */
  readonly #uris = new Map<SourceFile, vscode.Uri>();
  #files: TracedFiles | undefined;

  constructor(
    readonly source: TraceSource,
    texts: Texts,
    places: Places,
    before: Before | undefined,
  ) {
    this.#texts = texts;
    this.#places = places;
    this.#before = before;
  }

  compareWith(before: Before | undefined): void {
    this.#before = before;
    this.#known = new WeakMap();
  }

  tell(found: readonly Finding[]): void {
    const byFile = new Map<string, SiteFinding[]>();
    for (const finding of found) {
      const { site } = finding;
      if (site === undefined) continue;
      const key = pathKey(site.file);
      const known = byFile.get(key);
      if (known === undefined) byFile.set(key, [{ site, finding }]);
      else known.push({ site, finding });
    }
    this.#found = byFile;
  }

  /** Undefined when the trace never was in this file. */
  of(document: vscode.TextDocument): Promise<DocumentTrace | undefined> {
    const { version } = document;
    const { revision } = this.source.trace;
    const goesOn = this.source.state.kind === "running";
    const known = this.#known.get(document);
    if (known?.version === version && known.revision === revision && known.goesOn === goesOn) return known.trace;
    const trace = this.#read(document, goesOn);
    this.#known.set(document, { version, revision, goesOn, trace });
    return trace;
  }

  /** Takes in what was read of the trace, a piece at a time, and keeps the texts of its files while they are as traced. */
  follow(): void {
    const files = this.#tracedFiles();
    takeInOuter(files.trace);
    if (files.all.size === this.#captured.size) return;
    for (const file of files.all.values()) {
      if (this.#captured.has(file)) continue;
      this.#captured.add(file);
      this.#texts.capture(file);
    }
  }

  async #read(document: vscode.TextDocument, goesOn: boolean): Promise<DocumentTrace | undefined> {
    const files = this.#tracedFiles();
    const file = (await this.#fileAtPath(files, document)) ?? (await this.#fileElsewhere(files, document));
    if (file === undefined) return undefined;
    const { lines, edited } = await this.#place(document, file);
    const { trace } = files;
    const before = this.#before;
    const placed = (found: LineFacts): PlacedFacts => {
      const facts = placeFacts(found, lines);
      if (before === undefined) return facts;
      return { ...facts, sites: facts.sites.map((site) => ({ ...site, before: before(site.site) })) };
    };
    const facts = once(() => placed(files.inView(file)));
    const findings = (): readonly PlacedFinding[] => placeSites(this.#found.get(pathKey(file.path)) ?? [], lines);
    return {
      trace,
      file,
      lines,
      edited,
      get facts() {
        return facts();
      },
      annotations: (isNear) => {
        const isWanted = (line: number): boolean => {
          const now = lines.get(line - 1);
          return now !== undefined && isNear(now);
        };
        return annotate(trace, placed(files.inView(file, isWanted)));
      },
      lenses: once(() => tracedLenses(files.lensFacts(file), lines, goesOn)),
      get findings() {
        return findings();
      },
    };
  }

  #place(document: vscode.TextDocument, file: SourceFile): Promise<Placement> {
    const { version } = document;
    const known = this.#placed.get(document);
    if (known?.version === version && known.file === file) return known.placement;
    const placement = this.#texts.place(document, file);
    this.#placed.set(document, { version, file, placement });
    return placement;
  }

  /** That path, or another path of the same file. Its hash is looked at in any case. */
  async #fileAtPath(files: TracedFiles, { uri }: vscode.TextDocument): Promise<SourceFile | undefined> {
    if (uri.scheme !== "file") return undefined;
    const named = files.all.get(pathKey(uri.fsPath));
    if (named !== undefined) return named;
    const path = await this.#realPath(uri.fsPath);
    const direct = files.all.get(path);
    if (direct !== undefined) return direct;
    for (const file of files.all.values()) if ((await this.#realPath(file.path)) === path) return file;
    return undefined;
  }

  /** A file that ran on another machine, in this workspace. */
  async #fileElsewhere(files: TracedFiles, document: vscode.TextDocument): Promise<SourceFile | undefined> {
    const name = nameOf(document.uri.fsPath);
    for (const file of files.all.values()) {
      if (nameOf(file.path) !== name) continue;
      const uri = this.#uris.get(file) ?? (await this.#places.find(file));
      if (uri === undefined) continue;
      this.#uris.set(file, uri);
      if (uri.toString() === document.uri.toString()) return file;
    }
    return undefined;
  }

  #realPath(path: string): Promise<string> {
    let real = this.#real.get(path);
    if (real === undefined) {
      real = this.#places.realPath(path).then(pathKey, () => pathKey(path));
      this.#real.set(path, real);
    }
    return real;
  }

  /** Anew when the trace is another one: its file was replaced. */
  #tracedFiles(): TracedFiles {
    const { trace } = this.source;
    if (this.#files?.trace !== trace) {
      this.#files = new TracedFiles(trace);
      this.#captured.clear();
      this.#uris.clear();
    }
    return this.#files;
  }
}

function nameOf(path: string): string | undefined {
  return path.split(/[\\/]/).at(-1)?.toLowerCase();
}

function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => (done ??= { value: work() }).value;
}
