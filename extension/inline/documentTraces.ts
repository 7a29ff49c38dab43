/** What the current trace says about each document, worked out when asked and kept until either changes. */
import type * as vscode from "vscode";
import type { TraceSource } from "../source";
import { awaitStats, coroutineStats, type Trace } from "../trace";
import { annotate, factsByFile, functionLenses, pathKey, placeSites } from "./annotations";
import type { Annotation, FileFacts, FunctionLens, PlacedSite } from "./annotations";
import { TracedTexts } from "./tracedTexts";

export interface DocumentTrace {
  readonly trace: Trace;
  readonly sites: readonly PlacedSite[];
  readonly annotations: readonly Annotation[];
  readonly lenses: readonly FunctionLens[];
  readonly edited: boolean;
}

interface Known {
  readonly version: number;
  readonly revision: number;
  readonly trace: Promise<DocumentTrace | undefined>;
}

export class DocumentTraces {
  readonly #texts = new TracedTexts();
  readonly #known = new WeakMap<vscode.TextDocument, Known>();
  #facts: { readonly revision: number; readonly files: ReadonlyMap<string, FileFacts> } | undefined;

  constructor(readonly source: TraceSource) {}

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
    const sites = placeSites(facts.sites, lines);
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
