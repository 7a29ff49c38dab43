/** The trace that the one in view is compared with, and what changed from it; kept in step while a program runs. */
import { Signal, type Disposable } from "../dispose";
import type { SiteBefore } from "../inline/annotations";
import type { Before } from "../inline/documentTraces";
import { Throttle } from "../throttle";
import type { TraceSource } from "../source";
import { compare, siteKey, siteTotals, type Comparison, type SourceFile } from "../trace";

/** Changes are read, not watched. */
const COMPARE_EVERY_MS = 1_000;

const NOT_THERE: SiteBefore = { count: 0, total: 0, max: 0, waiting: 0, ready: 0 };

export type ReadText = (file: SourceFile) => Promise<readonly string[] | undefined>;

export class Comparing implements Disposable {
  readonly #changed = new Signal();
  readonly #readText: ReadText;
  /** By the hash of the text. */
  readonly #texts = new Map<string, readonly string[]>();
  readonly #throttle = new Throttle(COMPARE_EVERY_MS, () => this.#compare());
  #before: TraceSource | undefined;
  #after: TraceSource | undefined;
  #listening: readonly Disposable[] = [];
  #comparison: Comparison | undefined;
  #sites: ReadonlyMap<string, SiteBefore> = new Map();

  /** Fires when there is another comparison, or none any more. */
  readonly onDidChange = this.#changed.event;

  constructor(readText: ReadText) {
    this.#readText = readText;
  }

  get before(): TraceSource | undefined {
    return this.#before;
  }

  get after(): TraceSource | undefined {
    return this.#after;
  }

  /** undefined: nothing is compared, or it is not read yet. */
  get comparison(): Comparison | undefined {
    return this.#comparison;
  }

  /** For each site of the trace in view; undefined when the two have no site in common. */
  get siteBefore(): Before | undefined {
    return this.#sites.size === 0 ? undefined : (site) => this.#sites.get(siteKey(site));
  }

  /** Compares with this trace, and releases it in the end; undefined: no more. */
  with(before: TraceSource | undefined): void {
    if (before === this.#before) return;
    this.#before?.dispose();
    this.#before = before;
    this.#restart();
  }

  /** Another trace came into view. */
  look(after: TraceSource | undefined): void {
    if (after === this.#after) return;
    this.#after = after;
    this.#restart();
  }

  dispose(): void {
    this.#throttle.dispose();
    this.#stopListening();
    this.#before?.dispose();
    this.#changed.dispose();
  }

  #restart(): void {
    this.#stopListening();
    this.#comparison = undefined;
    this.#sites = new Map();
    if (this.#before !== undefined && this.#after !== undefined) {
      const again = (): void => this.#throttle.request();
      this.#listening = [this.#before.onDidChange(again), this.#after.onDidChange(again)];
      again();
    }
    this.#changed.fire();
  }

  #stopListening(): void {
    for (const listening of this.#listening) listening.dispose();
    this.#listening = [];
  }

  async #compare(): Promise<void> {
    const [before, after] = [this.#before, this.#after];
    // Half of what it is compared with would make everything slower than before.
    if (before === undefined || after === undefined || before.state.kind === "running") return;
    await this.#learnTexts(before, after);
    if (before !== this.#before || after !== this.#after) return;
    this.#comparison = compare(before.trace, after.trace, ({ sha256 }) => this.#texts.get(sha256 ?? ""));
    const { sites } = this.#comparison;
    const inCommon = sites.some((site) => site.before !== undefined && site.after !== undefined);
    this.#sites = new Map(
      inCommon
        ? sites.flatMap((site) => (site.after ? [[siteKey(site.after.site), site.before ?? NOT_THERE]] : []))
        : [],
    );
    this.#changed.fire();
  }

  async #learnTexts(before: TraceSource, after: TraceSource): Promise<void> {
    const files = new Map<string, SourceFile>();
    for (const { function: code } of [...siteTotals(before.trace), ...siteTotals(after.trace)])
      if (code.file?.sha256 !== undefined) files.set(code.file.sha256, code.file);
    for (const [hash, file] of files) {
      if (this.#texts.has(hash)) continue;
      const text = await this.#readText(file);
      if (text !== undefined) this.#texts.set(hash, text);
    }
  }
}
