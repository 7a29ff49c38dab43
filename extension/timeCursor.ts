/**
 * The moment that timeline and editor share. Moved in the timeline, it marks in the source where the tasks stand; stepped
 * through the visits of the await at the caret, it moves the timeline. The caret alone only lights its await's visits.
 */
import * as vscode from "vscode";
import { DisposableStore, Signal, type Disposable } from "./dispose";
import { siteAt } from "./inline/caretSite";
import { FollowInEditor } from "./inline/follow";
import type { InlineTrace } from "./inline/inlineTrace";
import { StandingTasks } from "./inline/standing";
import { say } from "./say";
import { Throttle } from "./throttle";
import { formatDuration, visitBeside, visitsOf, type Nanoseconds, type Site } from "./trace";
import type { TraceSource } from "./source";
import { showSource } from "./timeline/reveal";
import type { TimelineView } from "./timeline/view";

/** A caret that is held down moves faster than anybody looks at the timeline. */
const CARET_EVERY_MS = 100;

export class TimeCursor implements Disposable {
  readonly #store = new DisposableStore();
  readonly #moved = this.#store.add(new Signal());
  readonly #inline: InlineTrace;
  readonly #viewOf: (source: TraceSource) => TimelineView | undefined;
  readonly #follow: FollowInEditor;
  readonly #lighting = this.#store.add(new Throttle(CARET_EVERY_MS, () => this.#light()));
  #source: TraceSource | undefined;
  #time: Nanoseconds | undefined;
  #lit: Site | undefined;

  readonly standing: StandingTasks;
  /** Fires when it moved, and when other visits are lit. */
  readonly onDidMove = this.#moved.event;

  /** `viewOf` gives a timeline that is open; none is opened for this. */
  constructor(
    inline: InlineTrace,
    viewOf: (source: TraceSource) => TimelineView | undefined,
    log: vscode.LogOutputChannel,
  ) {
    this.#inline = inline;
    this.#viewOf = viewOf;
    const traceOf = (document: vscode.TextDocument) => inline.of(document);
    this.standing = this.#store.add(new StandingTasks(traceOf, log));
    this.#follow = this.#store.add(new FollowInEditor({ traceOf, open: (site) => this.#open(site), log }));
    this.#store.add(vscode.window.onDidChangeTextEditorSelection(() => this.#lighting.request()));
    this.#store.add(vscode.window.onDidChangeActiveTextEditor(() => this.#lighting.request()));
    this.#store.add(inline.onDidDraw(() => this.#lighting.request()));
  }

  get time(): Nanoseconds | undefined {
    return this.#time;
  }

  /** The await whose visits are lit. */
  get lit(): Site | undefined {
    return this.#lit;
  }

  /** The trace that the source shows. */
  show(source: TraceSource | undefined): void {
    if (source === this.#source) return;
    this.#source = source;
    this.#lit = undefined;
    this.standing.show(source);
    this.#moveTo(this.#view?.cursor);
    this.#lighting.request();
  }

  /** A timeline moved it. */
  heard(view: TimelineView): void {
    if (view === this.#view && view.cursor !== this.#time) this.#moveTo(view.cursor);
  }

  /** To the visit of the await at the caret that begins next, or began last; says which. */
  async step(direction: -1 | 1): Promise<string | undefined> {
    const source = this.#source;
    const site = await this.#siteAtCaret();
    if (source === undefined) return say("No trace is shown in the source. Trace a file, or open a saved trace.");
    if (source !== this.#source) return undefined;
    if (site === undefined)
      return say("There is no traced await at the caret. Put it on a line that ends in numbers, as in ×3.");
    const visits = visitsOf(source.trace, site);
    const found = visitBeside(visits, this.#time ?? -direction * Infinity, direction);
    if (found === undefined) return say(direction === 1 ? "That was the last visit." : "That was the first visit.");
    const { task, from, to } = found.visit;
    this.#moveTo(from);
    this.#view?.goTo(from, task);
    const which = `Visit ${(found.index + 1).toLocaleString("en-US")} of ${visits.length.toLocaleString("en-US")}`;
    return say(`${which}: ${source.trace.task(task)?.name ?? "a task"} waited ${formatDuration(to - from, 2)}.`);
  }

  dispose(): void {
    this.#store.dispose();
  }

  get #view(): TimelineView | undefined {
    return this.#source && this.#viewOf(this.#source);
  }

  #open({ file }: Site): Promise<vscode.TextEditor | undefined> {
    return showSource(file, this.#source?.trace, this.#view?.column);
  }

  #moveTo(time: Nanoseconds | undefined): void {
    this.#time = time;
    this.standing.lookAt(time);
    this.#follow.lookAt(this.#source, time);
    this.#moved.fire();
  }

  async #siteAtCaret(): Promise<Site | undefined> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return undefined;
    const { document, selection } = editor;
    const traced = await this.#inline.of(document);
    return traced && siteAt(traced.facts.sites, selection.active, document)?.site;
  }

  async #light(): Promise<void> {
    // Whoever turns to the timeline wants to see there what was lit from here.
    if (vscode.window.activeTextEditor === undefined) return;
    const source = this.#source;
    const site = await this.#siteAtCaret();
    if (source !== this.#source || same(site, this.#lit)) return;
    this.#lit = site;
    this.#view?.highlight(site);
    this.#moved.fire();
  }
}

function same(a: Site | undefined, b: Site | undefined): boolean {
  return a?.file === b?.file && a?.line === b?.line && a?.column === b?.column && a?.endColumn === b?.endColumn;
}
