/** Findings in the Problems panel, on the lines they are about: never on others, also while the file is edited. */
import * as vscode from "vscode";
import { DisposableStore, Signal, type Disposable } from "../dispose";
import type { Evidence, Finding, Severity } from "../insights";
import { findSource } from "../sourceFiles";
import { Throttle } from "../throttle";
import type { LineMap, Site, SourceFile } from "../trace";
import type { Findings, Texts } from "./findings";

const PLACE_EVERY_MS = 200;
export const SOURCE = "Awaitscope";

/** Where the lines that ran are in a text that may have been edited since. */
export interface Placing extends Texts {
  place(document: vscode.TextDocument, file: SourceFile): Promise<{ readonly lines: LineMap }>;
}

/** A file of the trace as it is in this window. */
interface Here {
  readonly uri: vscode.Uri;
  /** Traced line to line now, both from 0. */
  readonly lines: LineMap;
}

/** By the path that was traced. */
type Files = ReadonlyMap<string, Here>;

export class ProblemsPanel implements Disposable {
  readonly #store = new DisposableStore();
  readonly #collection = this.#store.add(vscode.languages.createDiagnosticCollection("awaitscope"));
  readonly #placed = this.#store.add(new Signal());
  readonly #placing: Throttle;
  readonly #findings: Findings;
  readonly #texts: Placing;
  #disposed = false;

  /** Fires when the panel says what was found. */
  readonly onDidPlace = this.#placed.event;

  constructor(findings: Findings, texts: Placing) {
    this.#findings = findings;
    this.#texts = texts;
    this.#placing = this.#store.add(new Throttle(PLACE_EVERY_MS, () => this.#place()));
    findings.onDidChange(() => this.#placing.request());
    this.#store.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.#collection.has(document.uri)) this.#placing.request();
      }),
    );
    this.#store.add(vscode.workspace.onDidOpenTextDocument(() => this.#placing.request()));
  }

  dispose(): void {
    this.#disposed = true;
    this.#store.dispose();
  }

  async #place(): Promise<void> {
    const { found, source } = this.#findings;
    const files = new Map<string, Here>();
    for (const file of source?.trace.files() ?? []) {
      const isNamed = found.some(
        ({ site, evidence }) => isIn(file, site) || evidence.some((one) => isIn(file, one.site)),
      );
      const here = file.user && isNamed ? await this.#here(file) : undefined;
      if (here !== undefined) files.set(file.path, here);
    }
    if (this.#disposed || found !== this.#findings.found) return;
    const diagnostics = new Map<string, readonly [vscode.Uri, vscode.Diagnostic[]]>();
    for (const finding of found) {
      const location = locate(finding.site, files);
      if (location === undefined) continue;
      const key = location.uri.toString();
      const [uri, all] = diagnostics.get(key) ?? [location.uri, []];
      all.push(diagnosticOf(finding, location.range, files));
      diagnostics.set(key, [uri, all]);
    }
    // Replaced as a whole: what is gone from the trace is gone from the panel.
    this.#collection.clear();
    for (const [uri, all] of diagnostics.values()) this.#collection.set(uri, all);
    this.#placed.fire();
  }

  /** Undefined: the text that ran is not known. */
  async #here(file: SourceFile): Promise<Here | undefined> {
    // One that is gone is told of by the text that was kept of it.
    const uri = (await findSource(file)) ?? vscode.Uri.file(file.path);
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open !== undefined) return { uri, lines: (await this.#texts.place(open, file)).lines };
    const text = await this.#texts.text(file);
    return text && { uri, lines: new Map(text.map((_, line) => [line, line])) };
  }
}

function isIn(file: SourceFile, site: Site | undefined): boolean {
  return site?.file === file.path;
}

function diagnosticOf(finding: Finding, range: vscode.Range, files: Files): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    range,
    `${finding.message}.\n${finding.certainty}.`,
    severityOf(finding.severity),
  );
  diagnostic.source = SOURCE;
  diagnostic.code = finding.rule;
  diagnostic.relatedInformation = finding.evidence.flatMap((evidence) => related(evidence, files));
  return diagnostic;
}

function related({ label, site }: Evidence, files: Files): vscode.DiagnosticRelatedInformation[] {
  const location = locate(site, files);
  return location === undefined ? [] : [new vscode.DiagnosticRelatedInformation(location, label)];
}

function locate(site: Site | undefined, files: Files): vscode.Location | undefined {
  const here = site && files.get(site.file);
  if (site === undefined || here === undefined) return undefined;
  const line = here.lines.get(site.line - 1);
  if (line === undefined) return undefined;
  const last = here.lines.get((site.endLine ?? site.line) - 1) ?? line;
  const hasColumns = site.column !== undefined && site.endColumn !== undefined && last >= line;
  // Without columns: what stands on the line; editors cut ranges to the text.
  const range = hasColumns
    ? new vscode.Range(line, site.column, last, site.endColumn)
    : new vscode.Range(line, 0, line, Number.MAX_SAFE_INTEGER);
  return new vscode.Location(here.uri, range);
}

function severityOf(severity: Severity): vscode.DiagnosticSeverity {
  switch (severity) {
    case "error":
      return vscode.DiagnosticSeverity.Error;
    case "warning":
      return vscode.DiagnosticSeverity.Warning;
    case "info":
      return vscode.DiagnosticSeverity.Information;
    case "hint":
      return vscode.DiagnosticSeverity.Hint;
  }
}
