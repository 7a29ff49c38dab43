/** The editor of `*.awaitscope` files: the same timeline, of a saved trace. */
import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../dispose";
import { ViewType } from "../keys";
import type { TraceSource } from "../source";
import { TimelineView, type ViewParts } from "./view";

interface TraceDocument extends vscode.CustomDocument {
  readonly source: TraceSource;
}

export class TraceEditors implements vscode.CustomReadonlyEditorProvider<TraceDocument>, Disposable {
  readonly #store = new DisposableStore();
  readonly #views = new Set<TimelineView>();
  readonly #parts: ViewParts;
  readonly #open: (uri: vscode.Uri) => TraceSource;
  readonly #onLookedAt: (source: TraceSource) => void;
  readonly #onClosed: (source: TraceSource) => void;

  constructor(
    parts: ViewParts,
    /** Opens a saved trace. */
    open: (uri: vscode.Uri) => TraceSource,
    /** The trace in front is the one the source should tell about. */
    onLookedAt: (source: TraceSource) => void,
    onClosed: (source: TraceSource) => void,
  ) {
    this.#parts = parts;
    this.#open = open;
    this.#onLookedAt = onLookedAt;
    this.#onClosed = onClosed;
    this.#store.add(
      vscode.window.registerCustomEditorProvider(ViewType.trace, this, { supportsMultipleEditorsPerDocument: true }),
    );
  }

  get views(): readonly TimelineView[] {
    return [...this.#views];
  }

  openCustomDocument(uri: vscode.Uri): TraceDocument {
    const source = this.#open(uri);
    const dispose = (): void => {
      this.#onClosed(source);
      source.dispose();
    };
    return { uri, source, dispose };
  }

  resolveCustomEditor({ source }: TraceDocument, panel: vscode.WebviewPanel): void {
    const view = new TimelineView(panel, this.#parts);
    this.#views.add(view);
    view.onDidDispose(() => this.#views.delete(view));
    view.serve(source);
    panel.onDidChangeViewState(() => {
      if (panel.active) this.#onLookedAt(source);
    });
    this.#onLookedAt(source);
  }

  dispose(): void {
    this.#store.dispose();
  }
}
