/** Findings of this trace, as the host found them: shown one after another, in order of time. */
import type { FindingsMessage } from "../../extension/protocol";
import type { Model } from "./model";

type Finding = FindingsMessage["findings"][number];

export class FindingBook {
  readonly #model: Model;
  #message: FindingsMessage | undefined;
  /** In order of time. */
  #sorted: readonly Finding[] = [];
  /** The one looked at. */
  chosen: Finding | undefined;

  constructor(model: Model) {
    this.#model = model;
  }

  /** The most severe first; none of another trace. Hints are for the editor. */
  get all(): readonly Finding[] {
    return this.#message?.generation === this.#model.feed.generation ? (this.#message?.findings ?? NONE) : NONE;
  }

  take(message: FindingsMessage): void {
    const findings = message.findings.filter(({ severity }) => severity !== "hint");
    const before = this.chosen;
    this.#message = { ...message, findings };
    this.#sorted = [...findings].sort((a, b) => a.at - b.at);
    // They are replaced while the program runs; the one looked at stays, if it is still there.
    this.chosen = before && findings.find(({ rule, site }) => rule === before.rule && site?.line === before.site?.line);
    this.#model.invalidate();
  }

  show(finding: Finding): void {
    const model = this.#model;
    this.chosen = finding;
    const task = finding.tasks.find((id) => model.trace.task(id) !== undefined);
    if (task !== undefined) model.select({ kind: "task", task });
    model.goTo(finding.at);
    model.announcement = `${finding.message}. ${finding.certainty}.`;
    if (finding.site !== undefined) model.host.post({ type: "reveal", site: finding.site });
    model.invalidate();
  }

  /** The next one in time, or the one before; round and round. */
  step(by: 1 | -1): void {
    const sorted = this.all.length === 0 ? [] : this.#sorted;
    const at = this.chosen === undefined ? (by > 0 ? -1 : 0) : sorted.indexOf(this.chosen);
    const next = sorted[(at + by + sorted.length) % Math.max(1, sorted.length)];
    if (next === undefined) this.#model.announcement = "There are no findings";
    else this.show(next);
  }
}

const NONE: readonly Finding[] = [];
