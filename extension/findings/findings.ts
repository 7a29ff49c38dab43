/** Findings of the trace in view: worked out again as it grows, a short slice at a time, and told to whoever shows them. */
import type * as vscode from "vscode";
import { DisposableStore, Signal, type Disposable } from "../dispose";
import { Analysis, type Finding, type FindingOptions } from "../insights";
import { inSlices } from "../slices";
import type { TraceSource } from "../source";
import type { Source } from "../syntax";
import { Throttle } from "../throttle";
import type { SourceFile, Trace } from "../trace";
import type { ParsedTexts } from "./parsedTexts";

/** While the program runs; each time all of them are replaced. What goes on is told with for how long, which should be now. */
const FIND_EVERY_MS = 400;
/** Of a long trace it takes long: then less often. */
const REST = 4;
/** Larger programs are told of without the words of their source. */
const MOST_FILES = 500;

/** The texts that ran, by whoever keeps them. */
export interface Texts {
  text(file: SourceFile): Promise<readonly string[] | undefined>;
}

export class Findings implements Disposable {
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new Signal());
  readonly #finding: Throttle;
  readonly #texts: Texts;
  readonly #parsed: ParsedTexts;
  readonly #options: () => FindingOptions;
  readonly #log: vscode.LogOutputChannel;
  #source: TraceSource | undefined;
  #subscription: Disposable | undefined;
  #analysis: Analysis | undefined;
  /** The analysis began when the program had ended. */
  #isFinal = false;
  #found: readonly Finding[] = [];
  #epoch = 0;

  readonly onDidChange = this.#changed.event;

  constructor(texts: Texts, parsed: ParsedTexts, options: () => FindingOptions, log: vscode.LogOutputChannel) {
    this.#texts = texts;
    this.#parsed = parsed;
    this.#options = options;
    this.#log = log;
    this.#finding = this.#store.add(new Throttle(FIND_EVERY_MS, () => this.#find(), REST));
  }

  get source(): TraceSource | undefined {
    return this.#source;
  }

  get found(): readonly Finding[] {
    return this.#found;
  }

  show(source: TraceSource | undefined): void {
    if (source === this.#source) return;
    this.#epoch++;
    this.#subscription?.dispose();
    this.#source = source;
    this.#subscription = source?.onDidChange(() => this.#finding.request());
    this.#analysis = undefined;
    this.#tell([]);
    if (source !== undefined) this.#finding.request();
  }

  /** What counts has changed. */
  refresh(): void {
    this.#analysis = undefined;
    this.#finding.request();
  }

  /** All that is found in a trace as it is now, in view or not. */
  async of(trace: Trace): Promise<readonly Finding[]> {
    return (await this.#analyse(new Analysis(trace, this.#options()), () => true)) ?? [];
  }

  dispose(): void {
    this.#epoch++;
    this.#subscription?.dispose();
    this.#store.dispose();
  }

  async #find(): Promise<void> {
    const epoch = this.#epoch;
    const trace = this.#source?.trace;
    if (trace === undefined) return;
    try {
      // The trace is another one when its file was replaced. One that has grown to its end is read once more from its
      // start: what the system took is told a little after the steps, which a live analysis has taken in by then.
      const isOver = trace.complete || trace.truncated;
      if (this.#analysis?.trace !== trace || (isOver && !this.#isFinal))
        this.#analysis = new Analysis(trace, this.#options());
      this.#isFinal = isOver;
      const found = await this.#analyse(this.#analysis, () => epoch === this.#epoch);
      if (found !== undefined) this.#tell(found);
    } catch (error) {
      this.#log.error("Looking for findings failed:", error);
    }
  }

  /** undefined: `goesOn` said no. */
  async #analyse(analysis: Analysis, goesOn: () => boolean): Promise<readonly Finding[] | undefined> {
    const texts = await this.#textsOf(analysis.trace);
    const syntax = new Map<string, Source | undefined>();
    for (const path of (await inSlices(analysis.read(), goesOn)) ?? []) {
      const text = texts.get(path);
      if (text !== undefined && goesOn()) syntax.set(path, await this.#parsed.parse(text));
    }
    const finding = analysis.find(
      (path) => texts.get(path),
      (path) => syntax.get(path),
    );
    return goesOn() ? inSlices(finding, goesOn) : undefined;
  }

  async #textsOf(trace: Trace): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (const file of trace.files()) {
      if (!file.user || file.sha256 === undefined || texts.size === MOST_FILES) continue;
      const lines = await this.#texts.text(file);
      if (lines !== undefined) texts.set(file.path, lines.join("\n"));
    }
    return texts;
  }

  #tell(found: readonly Finding[]): void {
    if (found.length === 0 && this.#found.length === 0) return;
    this.#found = found;
    this.#changed.fire();
  }
}
