/** One webview that shows a trace, be it the panel beside the source or a custom editor. */
import * as vscode from "vscode";
import { DisposableStore, Signal, type Disposable } from "../dispose";
import { messageOf } from "../faults";
import { Command } from "../keys";
import { packNotes, type Note } from "../notes";
import type { FindingsMessage, NotesMessage, PictureMessage, ShowMessage, ToHost, ViewMessage } from "../protocol";
import { NoteFile } from "../saved/noteFile";
import type { TraceSource } from "../source";
import type { Nanoseconds, Site, TaskId } from "../trace";
import type { TraceView } from "../traceView";
import { parseToHost } from "./messages";
import { prepare } from "./page";
import { revealSite, type PlaceOf } from "./reveal";
import { TimelineStream } from "./stream";

/** What every view needs. */
export interface ViewParts {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  /** A page has taken in more of its trace. */
  readonly onProgress: () => void;
  /** Something that people have to know did not work. */
  readonly onFault: (error: unknown) => void;
  /** A page moved its time cursor. */
  readonly onCursor: (view: TimelineView) => void;
  readonly placeOf: PlaceOf;
  /** Programs can be run from here. */
  readonly canRun: boolean;
}

/** A page that has not answered by then never will, in milliseconds. */
const PATIENCE = 20_000;

export class TimelineView implements Disposable {
  readonly #store = new DisposableStore();
  readonly #disposed = this.#store.add(new Signal());
  readonly #panel: vscode.WebviewPanel;
  readonly #stream: TimelineStream;
  readonly #log: vscode.LogOutputChannel;
  readonly #placeOf: PlaceOf;

  readonly #onCursor: (view: TimelineView) => void;
  readonly #onFault: (error: unknown) => void;
  #cursor: Nanoseconds | undefined;
  #notes: NoteFile | undefined;
  /** Why they could not be read, once it was told. */
  #toldOfNotes: string | undefined;
  #findings: FindingsMessage["findings"] = [];
  #asked: ((answer: PictureMessage | ViewMessage | undefined) => void) | undefined;

  readonly onDidDispose = this.#disposed.event;

  constructor(
    panel: vscode.WebviewPanel,
    { extensionUri, log, onProgress, onFault, onCursor, placeOf, canRun }: ViewParts,
  ) {
    this.#panel = panel;
    this.#onCursor = onCursor;
    this.#onFault = onFault;
    this.#placeOf = placeOf;
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
    prepare(panel.webview, extensionUri, canRun);
  }

  get source(): TraceSource | undefined {
    return this.#stream.source;
  }

  /** Bytes of the trace that have reached the page. */
  get acknowledged(): number {
    return this.#stream.acknowledged;
  }

  /** Where its time cursor is, if it has one. */
  get cursor(): Nanoseconds | undefined {
    return this.#cursor;
  }

  get column(): vscode.ViewColumn | undefined {
    return this.#panel.viewColumn;
  }

  get visible(): boolean {
    return this.#panel.visible;
  }

  serve(source: TraceSource): void {
    if (source !== this.source) {
      this.#notes = new NoteFile(source.uri);
      this.#toldOfNotes = undefined;
      this.#cursor = undefined;
      this.#findings = [];
    }
    this.#stream.serve(source);
    void this.#readNotes();
  }

  /** What was found in the trace it shows. */
  set findings(findings: FindingsMessage["findings"]) {
    this.#findings = findings;
    this.#sendFindings();
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

  /** Lights the visits of a site, without moving anything. */
  highlight(site: Site | undefined): void {
    this.#stream.highlight(site);
  }

  /** Puts the time cursor there. */
  goTo(time: Nanoseconds, task: TaskId): void {
    this.#cursor = time;
    this.#stream.goTo(time, task);
  }

  /** The picture as it is seen now; undefined when the page does not answer. */
  async picture(format: "png" | "svg"): Promise<Uint8Array | undefined> {
    const answer = await this.#ask(format);
    return answer?.type === "picture" ? answer.bytes : undefined;
  }

  /** What is in view; undefined when the page does not answer. */
  async inView(): Promise<TraceView | undefined> {
    const answer = await this.#ask("view");
    return answer?.type === "view" ? answer.view : undefined;
  }

  dispose(): void {
    this.#panel.dispose();
  }

  async #readNotes(): Promise<void> {
    const { source } = this;
    const file = this.#notes;
    if (source === undefined || file === undefined) return;
    try {
      const notes = await file.read();
      if (notes.length > 0) this.#sendNotes(source, notes);
    } catch (error) {
      // A page asks whenever it comes into view.
      if (file !== this.#notes || this.#toldOfNotes === messageOf(error)) return;
      this.#toldOfNotes = messageOf(error);
      this.#onFault(error);
    }
  }

  async #writeNotes({ generation, notes }: NotesMessage): Promise<void> {
    const { source } = this;
    const file = this.#notes;
    if (source === undefined || generation !== source.generation || file === undefined) return;
    try {
      const stored = await file.write(notes);
      // Another window wrote some, too.
      if (packNotes(stored) !== packNotes(notes)) this.#sendNotes(source, stored);
    } catch (error) {
      this.#onFault(error);
    }
  }

  #sendNotes(source: TraceSource, notes: readonly Note[]): void {
    if (source !== this.source) return;
    void this.#panel.webview.postMessage({ type: "notes", generation: source.generation, notes });
  }

  #sendFindings(): void {
    const { source } = this;
    if (source === undefined) return;
    void this.#panel.webview.postMessage({
      type: "findings",
      generation: source.generation,
      findings: this.#findings,
    });
  }

  async #ask(what: "png" | "svg" | "view"): Promise<PictureMessage | ViewMessage | undefined> {
    this.#asked?.(undefined);
    if (!this.#panel.visible) this.reveal();
    const answer = new Promise<PictureMessage | ViewMessage | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), PATIENCE);
      this.#asked = (given) => {
        clearTimeout(timer);
        resolve(given);
      };
    });
    await this.#panel.webview.postMessage({ type: "ask", what });
    return answer;
  }

  #receive(message: ToHost): void {
    switch (message.type) {
      case "ready":
        this.#stream.ready(message);
        void this.#readNotes();
        if (this.#findings.length > 0) this.#sendFindings();
        return;
      case "notes":
        void this.#writeNotes(message);
        return;
      case "ack":
        this.#stream.ack(message);
        return;
      case "reveal":
        revealSite(message, {
          trace: this.source?.trace,
          placeOf: this.#placeOf,
          column: this.#panel.viewColumn,
        }).catch((error: unknown) => {
          this.#log.error("Opening the source failed:", error);
        });
        return;
      case "command":
        void vscode.commands.executeCommand(message.command === "stop" ? Command.stop : Command.runAgain);
        return;
      case "picture":
      case "view":
        this.#asked?.(message);
        this.#asked = undefined;
        return;
      case "cursor":
        this.#cursor = message.time;
        this.#onCursor(this);
        return;
    }
  }
}
