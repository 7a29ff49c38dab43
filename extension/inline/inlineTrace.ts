/** The inline trace view: keeps what visible editors show in step with the trace and with their text. */
import * as vscode from "vscode";
import { DisposableStore, Signal, type Disposable } from "../dispose";
import type { Finding } from "../insights";
import type { KeptTexts } from "../host";
import { ContextKey, Setting } from "../keys";
import { readSetting, setContext } from "../settings";
import type { TraceSource } from "../source";
import { Decorations, isNear, type DrawnText } from "./decorations";
import { DocumentTraces, type Before, type DocumentTrace, type Places } from "./documentTraces";
import { registerHover } from "./hover";
import { Lenses } from "./lenses";
import { Throttle } from "../throttle";
import { TracedTexts } from "./tracedTexts";

/** Ten times a second is live; more often only costs. */
const DRAW_EVERY_MS = 100;
/** Lenses move code when they come, so they come calmly; and VS Code, asked more often than it waits, never comes to ask. */
const LENSES_EVERY_MS = 1_000;

export interface InlineParts {
  readonly log: vscode.LogOutputChannel;
  readonly kept: KeptTexts;
  readonly places: Places;
  /** Programs can be run from here. */
  readonly canRun: boolean;
}

export class InlineTrace implements Disposable {
  readonly #store = new DisposableStore();
  readonly #drawn = this.#store.add(new Signal());
  readonly #decorations = this.#store.add(new Decorations());
  readonly #lenses: Lenses;
  readonly #log: vscode.LogOutputChannel;
  readonly #places: Places;
  /** Of this run and the ones before it. */
  readonly texts: TracedTexts;
  #before: Before | undefined;
  readonly #drawing: Throttle;
  readonly #lensing: Throttle;
  #traces: DocumentTraces | undefined;
  #subscription: Disposable | undefined;
  #epoch = 0;

  /** Fires when visible editors were drawn. */
  readonly onDidDraw = this.#drawn.event;

  constructor({ log, kept, places, canRun }: InlineParts) {
    this.#log = log;
    this.#places = places;
    this.texts = new TracedTexts(kept);
    const traceOf = (document: vscode.TextDocument) => this.of(document);
    this.#lenses = this.#store.add(new Lenses(traceOf, canRun));
    this.#drawing = this.#store.add(new Throttle(DRAW_EVERY_MS, () => this.#draw()));
    this.#lensing = this.#store.add(new Throttle(LENSES_EVERY_MS, () => this.#lenses.refresh()));
    this.#store.add(registerHover(traceOf));
    this.#store.add(vscode.window.onDidChangeVisibleTextEditors(() => this.#drawing.request()));
    this.#store.add(vscode.window.onDidChangeTextEditorVisibleRanges(() => this.#drawing.request()));
    this.#store.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === "python") this.#drawing.request();
      }),
    );
    this.#store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(Setting.inlineEnabled)) this.#drawing.request();
        if (change.affectsConfiguration(Setting.codeLensEnabled)) this.#lenses.refresh();
      }),
    );
    this.#store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#lenses.refresh()));
  }

  get source(): TraceSource | undefined {
    return this.#traces?.source;
  }

  /** Shows this trace in the source; none clears it. */
  show(source: TraceSource | undefined): void {
    if (source === this.source) return;
    this.#epoch++;
    this.#subscription?.dispose();
    this.#traces = source && new DocumentTraces(source, this.texts, this.#places, this.#before);
    this.#traces?.follow();
    this.#subscription = source?.onDidChange(() => {
      this.#traces?.follow();
      this.#drawing.request();
      // The last numbers are the ones people read: they do not wait for their turn.
      if (source.state.kind === "running") this.#lensing.request();
      else this.#lenses.refresh();
    });
    setContext(ContextKey.hasInline, source !== undefined);
    this.#drawing.request();
    this.#lenses.refresh();
  }

  /** Shows at each site how its total changed; none ends that. */
  compareWith(before: Before | undefined): void {
    this.#before = before;
    this.#traces?.compareWith(before);
    this.#drawing.request();
  }

  /** What was found in a trace, all of it. */
  tell(source: TraceSource | undefined, found: readonly Finding[]): void {
    if (source === undefined || source !== this.source) return;
    this.#traces?.tell(found);
    this.#lensing.request();
  }

  of(document: vscode.TextDocument): Promise<DocumentTrace | undefined> {
    return this.#traces?.of(document) ?? Promise.resolve(undefined);
  }

  /** What stands in the document's editors now. */
  drawn(uri: vscode.Uri): readonly DrawnText[] {
    return this.#decorations.drawn(uri);
  }

  dispose(): void {
    this.#epoch++;
    this.#subscription?.dispose();
    this.#store.dispose();
    setContext(ContextKey.hasInline, false);
  }

  async #draw(): Promise<void> {
    const epoch = this.#epoch;
    const editors = vscode.window.visibleTextEditors;
    this.#decorations.forgetAllBut(editors);
    for (const editor of editors) {
      const { document } = editor;
      if (document.languageId !== "python") continue;
      const { version } = document;
      let traced: DocumentTrace | undefined;
      try {
        traced = readSetting("awaitscope.inline.enabled", document.uri) ? await this.of(document) : undefined;
      } catch (error) {
        this.#log.error(`${document.uri.fsPath} could not be annotated:`, error);
      }
      if (epoch !== this.#epoch) return;
      // Edited meanwhile: these lines are old, and the edit has asked for another drawing.
      if (version !== document.version) continue;
      this.#decorations.draw(editor, traced?.annotations((line) => isNear(editor, line)) ?? []);
    }
    this.#drawn.fire();
  }
}
