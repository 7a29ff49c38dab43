/** The timeline beside the source: one panel, always of the current trace. */
import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../dispose";
import { ViewType } from "../keys";
import type { TraceSource } from "../source";
import { TimelineView, type ViewParts } from "./view";

export class TimelinePanel implements Disposable {
  readonly #store = new DisposableStore();
  readonly #parts: ViewParts;
  #view: TimelineView | undefined;

  /** `reopen` gives the trace that a panel of the last session showed. */
  constructor(parts: ViewParts, reopen: () => Promise<TraceSource | undefined>) {
    this.#parts = parts;
    this.#store.add(
      vscode.window.registerWebviewPanelSerializer(ViewType.timeline, {
        deserializeWebviewPanel: async (panel) => {
          const source = await reopen();
          if (source === undefined || this.#view !== undefined) panel.dispose();
          else this.#adopt(panel).serve(source);
        },
      }),
    );
  }

  get view(): TimelineView | undefined {
    return this.#view;
  }

  /** Shows the trace without taking the focus from the source. */
  open(source: TraceSource): TimelineView {
    const view = this.#view ?? this.#create();
    view.serve(source);
    view.title = `Timeline: ${source.name}`;
    if (!view.visible) view.reveal();
    return view;
  }

  dispose(): void {
    this.#view?.dispose();
    this.#store.dispose();
  }

  #create(): TimelineView {
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    return this.#adopt(vscode.window.createWebviewPanel(ViewType.timeline, "Awaitscope", place));
  }

  #adopt(panel: vscode.WebviewPanel): TimelineView {
    const view = new TimelineView(panel, this.#parts);
    this.#view = view;
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
    });
    return view;
  }
}
