/** What the current trace says about each document, worked out when asked and kept until either changes. */
import type * as vscode from "vscode";
import type { TraceSource } from "../source";
import { awaitStats, coroutineStats, pathKey, type Nanoseconds, type Site, type Trace } from "../trace";
import { annotate, factsByFile, functionLenses, placeSites } from "./annotations";
import type { Annotation, FileFacts, FunctionLens, PlacedSite } from "./annotations";
import type { TracedTexts } from "./tracedTexts";

export interface DocumentTrace {
  readonly trace: Trace;
  readonly sites: readonly PlacedSite[];
  readonly annotations: readonly Annotation[];
  readonly lenses: readonly FunctionLens[];
  readonly edited: boolean;
}

/** What a site of this trace took in the trace compared with. */
export type TotalBefore = (site: Site) => Nanoseconds;

interface Known {
  readonly version: number;
  readonly revision: number;
  readonly trace: Promise<DocumentTrace | undefined>;
}

export class DocumentTraces {
  readonly #texts: TracedTexts;
  #known = new WeakMap<vscode.TextDocument, Known>();
  #facts: { readonly revision: number; readonly files: ReadonlyMap<string, FileFacts> } | undefined;

  #before: TotalBefore | undefined;

  constructor(
    readonly source: TraceSource,
    texts: TracedTexts,
    before: TotalBefore | undefined,
  ) {
    this.#texts = texts;
    this.#before = before;
  }

  compareWith(before: TotalBefore | undefined): void {
    this.#before = before;
    this.#known = new WeakMap();
  }

  /** Undefined when the trace never was in this file. */
  of(document: vscode.TextDocument): Promise<DocumentTrace | undefined> {
    if (document.uri.scheme !== "file") return Promise.resolve(undefined);
    const { version } = document;
    const { revision } = this.source.trace;
    const known = this.#known.get(document);
    if (known?.version === version && known.revision === revision) return known.trace;
    const trace = this.#read(document);
    this.#known.set(document, { version, revision, trace });
    return trace;
  }

  /** Keeps the texts of all files that have numbers, while they still are what was traced. */
  captureTexts(): void {
    for (const { file } of this.#files().values()) this.#texts.capture(file);
  }

  async #read(document: vscode.TextDocument): Promise<DocumentTrace | undefined> {
    const facts = this.#files().get(pathKey(document.uri.fsPath));
    if (facts === undefined) return undefined;
    const { lines, edited } = await this.#texts.place(document, facts.file);
    const placed = placeSites(facts.sites, lines);
    const sites = placed.map((site) => ({ ...site, before: this.#before?.(site.site) }));
    return {
      trace: this.source.trace,
      sites,
      annotations: annotate(sites),
      lenses: functionLenses(facts.coroutines, lines),
      edited,
    };
  }

  #files(): ReadonlyMap<string, FileFacts> {
    const { trace } = this.source;
    if (this.#facts?.revision !== trace.revision) {
      this.#facts = { revision: trace.revision, files: factsByFile(awaitStats(trace), coroutineStats(trace)) };
    }
    return this.#facts.files;
  }
}
