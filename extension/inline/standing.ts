/** Marks in every visible editor where the tasks stand: at the time cursor, else now, while the program runs. */
import * as vscode from "vscode";
import { DisposableStore, Signal, type Disposable } from "../dispose";
import { Setting } from "../keys";
import { readSetting } from "../settings";
import type { TraceSource } from "../source";
import { blocksNow, pathKey, standsAt, type Block, type Nanoseconds, type Stand, type Trace } from "../trace";
import type { DocumentTrace } from "./documentTraces";
import { StandDecorations, type Shown } from "./standDecorations";
import { standMarks, type Here, type StandMark } from "./standWords";
import { Throttle } from "../throttle";

/** A replay moves the marks as often as it can be seen. */
const DRAW_EVERY_MS = 100;
/** A running program's tasks are read, not watched: marks that flicker tell nobody anything. */
const LIVE_EVERY_MS = 400;
/** Tasks looked at before others get their turn: some milliseconds. */
const SLICE = 10_000;

type TraceOf = (document: vscode.TextDocument) => Promise<DocumentTrace | undefined>;

export class StandingTasks implements Disposable {
  readonly #store = new DisposableStore();
  readonly #drawn = this.#store.add(new Signal());
  readonly #decorations = this.#store.add(new StandDecorations());
  readonly #traceOf: TraceOf;
  readonly #log: vscode.LogOutputChannel;
  readonly #drawing = this.#store.add(new Throttle(DRAW_EVERY_MS, () => this.#draw()));
  readonly #live = this.#store.add(new Throttle(LIVE_EVERY_MS, () => this.#drawing.request()));
  #source: TraceSource | undefined;
  #subscription: Disposable | undefined;
  #time: Nanoseconds | undefined;
  /** Another trace is shown: a drawing under way is out of date. Where only the time changed it is still of use. */
  #epoch = 0;

  readonly onDidDraw = this.#drawn.event;

  constructor(traceOf: TraceOf, log: vscode.LogOutputChannel) {
    this.#traceOf = traceOf;
    this.#log = log;
    const request = (): void => this.#drawing.request();
    this.#store.add(vscode.window.onDidChangeVisibleTextEditors(request));
    this.#store.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === "python") request();
      }),
    );
    this.#store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if ([Setting.inlineEnabled, Setting.gutterEnabled].some((key) => change.affectsConfiguration(key))) request();
      }),
    );
  }

  show(source: TraceSource | undefined): void {
    if (source === this.#source) return;
    this.#subscription?.dispose();
    this.#source = source;
    this.#epoch++;
    this.#subscription = source?.onDidChange(() => {
      // With the end of the program its tasks are gone, and so are their marks.
      if (source.state.kind === "running") this.#live.request();
      else this.#drawing.request();
    });
    this.lookAt(undefined);
  }

  /** The time cursor; undefined: now. */
  lookAt(time: Nanoseconds | undefined): void {
    this.#time = time;
    this.#drawing.request();
  }

  /** Draws anew what is so now: something else is said of it at this moment, and the two should agree. */
  refresh(): void {
    this.#drawing.request();
  }

  get time(): Nanoseconds | undefined {
    return this.#time;
  }

  drawn(uri: vscode.Uri): readonly StandMark[] {
    return this.#decorations.drawn(uri);
  }

  dispose(): void {
    this.#epoch++;
    this.#subscription?.dispose();
    this.#store.dispose();
  }

  async #draw(): Promise<void> {
    const epoch = this.#epoch;
    const source = this.#source;
    const moment = this.#time === undefined ? "now" : "then";
    const editors = vscode.window.visibleTextEditors.filter(({ document }) => document.languageId === "python");
    const time = this.#time ?? (source?.state.kind === "running" ? source.trace.end : undefined);
    const places = new Map<vscode.TextEditor, Place>();
    if (source !== undefined && time !== undefined) {
      for (const editor of editors) {
        const place = await this.#placeOf(editor, source);
        if (place !== undefined) places.set(editor, place);
      }
    }
    const files = new Set([...places.values()].map(({ traced }) => pathKey(traced.file.path)));
    const stands =
      source === undefined || time === undefined || files.size === 0
        ? new Map<string, InFile>()
        : await collect(source.trace, time, moment, files, () => epoch === this.#epoch);
    if (epoch !== this.#epoch || stands === undefined) return;
    this.#decorations.forgetAllBut(editors);
    for (const editor of editors) {
      const place = places.get(editor);
      // Edited meanwhile: the edit has asked for another drawing.
      if (place !== undefined && place.version !== editor.document.version) continue;
      const here = place && stands.get(pathKey(place.traced.file.path));
      const marks = here === undefined ? [] : standMarks(place!.traced.trace, here, place!.traced.lines, moment);
      this.#decorations.draw(editor, marks, place ?? NOTHING);
    }
    this.#drawn.fire();
  }

  /** Undefined where nothing is to be marked. */
  async #placeOf({ document }: vscode.TextEditor, source: TraceSource): Promise<Place | undefined> {
    const words = readSetting("awaitscope.inline.enabled", document.uri);
    const signs = readSetting("awaitscope.gutter.enabled", document.uri);
    if (!words && !signs) return undefined;
    const { version } = document;
    try {
      const traced = await this.#traceOf(document);
      return traced?.trace === source.trace ? { traced, version, words, signs } : undefined;
    } catch (error) {
      this.#log.error(`${document.uri.fsPath} could not be marked:`, error);
      return undefined;
    }
  }
}

/** What is known of one editor's document, and what of it is to be drawn. */
interface Place extends Shown {
  readonly traced: DocumentTrace;
  readonly version: number;
}

const NOTHING: Shown = { words: false, signs: false };

interface InFile extends Here {
  readonly stands: Stand[];
  readonly blocks: Block[];
}

/** By `pathKey`; undefined when something else is to be shown by now. */
async function collect(
  trace: Trace,
  time: Nanoseconds,
  moment: "now" | "then",
  files: ReadonlySet<string>,
  isCurrent: () => boolean,
): Promise<ReadonlyMap<string, InFile> | undefined> {
  const result = new Map<string, InFile>();
  const keys = new Map<string, string>();
  const inFile = (file: string): InFile | undefined => {
    const key = keys.get(file) ?? pathKey(file);
    keys.set(file, key);
    if (!files.has(key)) return undefined;
    let known = result.get(key);
    if (known === undefined) result.set(key, (known = { stands: [], blocks: [] }));
    return known;
  };
  const blocks = moment === "now" ? blocksNow(trace) : [];
  const blocking = new Set(blocks.map(({ task }) => task));
  for (const block of blocks) inFile(block.site.file)?.blocks.push(block);
  for (let from = 0; from < trace.tasks.length; from += SLICE) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve, 0));
    if (!isCurrent()) return undefined;
    for (const stand of standsAt(trace, time, from, from + SLICE)) {
      // Its last step but this one left it there: it has moved on.
      if (!blocking.has(stand.task)) inFile(stand.site.file)?.stands.push(stand);
    }
  }
  return result;
}
