/** Runs the rules over a trace, in short slices and again as it grows. */
import type { Trace } from "../trace";
import { StepFacts } from "./facts";
import { isSilenced, type FindingOptions } from "./options";
import { RULES } from "./rules";
import { SEVERITIES, type Facts, type Finding } from "./types";

/** The text of a user file as it ran, where that is known. */
export type SourceText = (path: string) => string | undefined;

/** Steps taken in between two pauses: some 20 ms. */
const STEPS_A_SLICE = 50_000;
/** More would not be read. */
const MOST_FINDINGS = 500;

export class Analysis {
  readonly #steps: StepFacts;

  constructor(
    readonly trace: Trace,
    readonly options: FindingOptions,
  ) {
    this.#steps = new StepFacts(trace, options.thresholds.blockedLoop);
  }

  /** All findings as of now, the most severe and costly first. Pauses where others may go on. */
  *find(source: SourceText): Generator<undefined, readonly Finding[]> {
    while (!this.#steps.advance(STEPS_A_SLICE)) yield;
    const facts: Facts = { steps: this.#steps, source };
    const found: Finding[] = [];
    for (const rule of RULES) {
      yield;
      if (this.options.off.has(rule.id)) continue;
      for (const finding of rule.find(this.trace, facts, this.options.thresholds)) {
        const text = finding.site === undefined ? undefined : source(finding.site.file);
        if (text === undefined || finding.site === undefined || !isSilenced(text, finding.site, finding.rule))
          found.push(finding);
      }
    }
    const rank = ({ severity }: Finding): number => SEVERITIES.indexOf(severity);
    return found.sort((a, b) => rank(a) - rank(b) || b.cost - a.cost).slice(0, MOST_FINDINGS);
  }
}

/** The same at once, where nobody waits. */
export function findAll(trace: Trace, options: FindingOptions, source: SourceText): readonly Finding[] {
  const finding = new Analysis(trace, options).find(source);
  for (;;) {
    const next = finding.next();
    if (next.done === true) return next.value;
  }
}
