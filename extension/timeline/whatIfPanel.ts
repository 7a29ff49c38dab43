/** A second timeline, of a run that never was: below the real one, and gone when the window is reloaded. */
import * as vscode from "vscode";
import type { Disposable } from "../dispose";
import { ViewType } from "../keys";
import { inSlices } from "../slices";
import { bytesInMemory, TraceSource } from "../source";
import { projectedTrace, type WhatIf } from "../whatif";
import { TimelineView, type ViewParts } from "./view";

const SCHEME = "awaitscope-what-if";

export class WhatIfPanel implements Disposable {
  readonly #parts: ViewParts;
  #view: TimelineView | undefined;
  #source: TraceSource | undefined;
  #count = 0;

  /** Its time cursor is another run's than the editor's. */
  constructor(parts: ViewParts) {
    this.#parts = { ...parts, onCursor: () => undefined };
  }

  get view(): TimelineView | undefined {
    return this.#view;
  }

  /** `column`: where the timeline of the real run is. */
  async open(result: WhatIf, column: vscode.ViewColumn | undefined): Promise<void> {
    const number = ++this.#count;
    const bytes = await inSlices(projectedTrace(result), () => number === this.#count);
    if (bytes === undefined) return;
    const name = `What if: ${result.headline}`;
    const source = new TraceSource(name, `${SCHEME}:/${number}.awaitscope`, bytesInMemory(bytes));
    await source.end();
    const view = this.#view ?? (await this.#create(column));
    // Another one was asked for, or this one closed meanwhile.
    if (number !== this.#count || view !== this.#view) {
      source.dispose();
      return;
    }
    view.serve(source);
    view.title = "What if";
    this.#source?.dispose();
    this.#source = source;
    if (!view.visible) view.reveal();
  }

  dispose(): void {
    this.#count++;
    this.#view?.dispose();
  }

  async #create(column = vscode.ViewColumn.Beside): Promise<TimelineView> {
    const view = new TimelineView(vscode.window.createWebviewPanel(ViewType.whatIf, "What if", column), this.#parts);
    this.#view = view;
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
      this.#source?.dispose();
      this.#source = undefined;
    });
    // Under each other the two have the same width. A panel can only be made in a column, and then be moved.
    await vscode.commands.executeCommand("workbench.action.moveEditorToBelowGroup");
    return view;
  }
}
