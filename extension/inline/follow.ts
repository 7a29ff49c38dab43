/** Follows the time cursor in the editor, for those who ask for it: shows the line of the task that ran last. */
import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../dispose";
import { Setting } from "../keys";
import { readSetting } from "../settings";
import type { TraceSource } from "../source";
import { lastToRun, standOf, type Nanoseconds, type Site } from "../trace";
import { placeSites } from "./annotations";
import type { DocumentTrace } from "./documentTraces";
import { Throttle } from "../throttle";

/** Text that scrolls more often cannot be read. */
const FOLLOW_EVERY_MS = 250;

export interface FollowParts {
  readonly traceOf: (document: vscode.TextDocument) => Promise<DocumentTrace | undefined>;
  /** Brings a file into view without taking the focus; undefined if it is not on this machine. */
  readonly open: (site: Site) => Promise<vscode.TextEditor | undefined>;
  readonly log: vscode.LogOutputChannel;
}

export class FollowInEditor implements Disposable {
  readonly #store = new DisposableStore();
  readonly #parts: FollowParts;
  readonly #following = this.#store.add(new Throttle(FOLLOW_EVERY_MS, () => this.#follow()));
  #at: { readonly source: TraceSource; readonly time: Nanoseconds } | undefined;
  /** Where one was led last: who then scrolls away is not pulled back. */
  #shown: Site | undefined;

  constructor(parts: FollowParts) {
    this.#parts = parts;
    this.#store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(Setting.followInEditor)) this.#following.request();
      }),
    );
  }

  lookAt(source: TraceSource | undefined, time: Nanoseconds | undefined): void {
    this.#at = source === undefined || time === undefined ? undefined : { source, time };
    if (this.#at === undefined) this.#shown = undefined;
    else if (readSetting("awaitscope.followInEditor")) this.#following.request();
  }

  dispose(): void {
    this.#store.dispose();
  }

  async #follow(): Promise<void> {
    if (this.#at === undefined || !readSetting("awaitscope.followInEditor")) return;
    const { source, time } = this.#at;
    const task = lastToRun(source.trace, time);
    const site = task === undefined ? undefined : standOf(source.trace, task, time)?.site;
    if (site === undefined || site === this.#shown) return;
    this.#shown = site;
    try {
      const editor = await this.#parts.open(site);
      const traced = editor && (await this.#parts.traceOf(editor.document));
      const line = traced && placeSites([{ site }], traced.lines)[0]?.line;
      if (editor === undefined || line === undefined) return;
      editor.revealRange(new vscode.Range(line, 0, line, 0), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    } catch (error) {
      this.#parts.log.error(`${site.file} could not be followed into:`, error);
    }
  }
}
