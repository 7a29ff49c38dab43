/** One webview that shows a trace, be it the panel beside the source or a custom editor. */
import * as vscode from "vscode";
import { DisposableStore, Signal, type Disposable } from "../dispose";
import { Command } from "../keys";
import type { ShowMessage, ToHost } from "../protocol";
import type { TraceSource } from "../source";
import { parseToHost } from "./messages";
import { prepare } from "./page";
import { revealSite } from "./reveal";
import { TimelineStream } from "./stream";

/** What every view needs. */
export interface ViewParts {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  /** A page has taken in more of its trace. */
  readonly onProgress: () => void;
}

export class TimelineView implements Disposable {
  readonly #store = new DisposableStore();
  readonly #disposed = this.#store.add(new Signal());
  readonly #panel: vscode.WebviewPanel;
  readonly #stream: TimelineStream;
  readonly #log: vscode.LogOutputChannel;

  readonly onDidDispose = this.#disposed.event;

  constructor(panel: vscode.WebviewPanel, { extensionUri, log, onProgress }: ViewParts) {
    this.#panel = panel;
    this.#log = log;
    this.#stream = this.#store.add(
      new TimelineStream(
        (message) => panel.webview.postMessage(message),
        (error) => {
          log.error("Sending the trace to the timeline failed:", error);
        },
        onProgress,
      ),
    );
    this.#store.add(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        const parsed = parseToHost(message);
        if (parsed === undefined) log.warn("The timeline said something that is not understood.");
        else this.#receive(parsed);
      }),
    );
    this.#store.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#stream.pause();
      }),
    );
    panel.onDidDispose(() => {
      this.#disposed.fire();
      this.#store.dispose();
    });
    prepare(panel.webview, extensionUri);
  }

  get source(): TraceSource | undefined {
    return this.#stream.source;
  }

  /** Bytes of the trace that have reached the page. */
  get acknowledged(): number {
    return this.#stream.acknowledged;
  }

  get visible(): boolean {
    return this.#panel.visible;
  }

  serve(source: TraceSource): void {
    this.#stream.serve(source);
  }

  set title(title: string) {
    this.#panel.title = title;
  }

  /** Brings it to the front, and leaves the focus where it is. */
  reveal(): void {
    this.#panel.reveal(undefined, true);
  }

  focus(): void {
    this.#panel.reveal();
  }

  show(target: ShowMessage["target"]): void {
    if (!this.#panel.visible) this.reveal();
    this.#stream.show(target);
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #receive(message: ToHost): void {
    switch (message.type) {
      case "ready":
        this.#stream.ready(message);
        return;
      case "ack":
        this.#stream.ack(message);
        return;
      case "reveal":
        revealSite(message, this.source?.trace.header?.cwd, this.#panel.viewColumn).catch((error: unknown) => {
          this.#log.error("Opening the source failed:", error);
        });
        return;
      case "command":
        void vscode.commands.executeCommand(message.command === "stop" ? Command.stop : Command.runAgain);
        return;
      case "cursor":
        // The timeline draws its own time cursor; the editor has no part in it yet.
        return;
    }
  }
}
