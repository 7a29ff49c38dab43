/** Runs the rules over a trace, in short slices and again as it grows. */
import type { Trace } from "../trace";
import type { PythonParser, Source } from "../syntax";
import { StepFacts } from "./facts";
import { FrameFacts } from "./frames";
import { isSilenced, type FindingOptions } from "./options";
import { RULES } from "./rules";
import { SEVERITIES, type Facts, type Finding } from "./types";

/** The text of a user file as it ran, where that is known. */
export type SourceText = (path: string) => string | undefined;
/** Its syntax. */
export type SourceSyntax = (path: string) => Source | undefined;

/** Steps taken in between two pauses: some 20 ms. */
const STEPS_A_SLICE = 50_000;
/** More would not be read. */
const MOST_FINDINGS = 500;

export class Analysis {
  readonly #steps: StepFacts;
  readonly #frames: FrameFacts;

  constructor(
    readonly trace: Trace,
    readonly options: FindingOptions,
  ) {
    this.#steps = new StepFacts(trace, options.thresholds.blockedLoop);
    this.#frames = new FrameFacts(trace);
  }

  /** Reads on to the end of the trace as of now, with pauses; gives the files whose syntax then has to be known. */
  *read(): Generator<undefined, readonly string[]> {
    while (!this.#steps.advance(STEPS_A_SLICE)) yield;
    while (!this.#frames.advance(STEPS_A_SLICE)) yield;
    const facts = { steps: this.#steps, frames: this.#frames };
    const { off, thresholds } = this.options;
    const asked = RULES.filter(({ id }) => !off.has(id));
    return [...new Set(asked.flatMap((rule) => rule.files?.(this.trace, facts, thresholds) ?? []))];
  }

  /** All findings as of now, the most severe and costly first. Pauses where others may go on. */
  *find(source: SourceText, syntax: SourceSyntax): Generator<undefined, readonly Finding[]> {
    yield* this.read();
    const facts: Facts = { steps: this.#steps, frames: this.#frames, source, syntax };
    const found: Finding[] = [];
    for (const rule of RULES) {
      yield;
      if (this.options.off.has(rule.id)) continue;
      for (const finding of rule.find(this.trace, facts, this.options.thresholds)) {
        const text = finding.site === undefined ? undefined : source(finding.site.file);
        if (text === undefined || finding.site === undefined || !isSilenced(text, finding.site, finding.rule))
          found.push({ ...finding, advice: rule.explanation.fix });
      }
    }
    const rank = ({ severity }: Finding): number => SEVERITIES.indexOf(severity);
    return found.sort((a, b) => rank(a) - rank(b) || b.cost - a.cost).slice(0, MOST_FINDINGS);
  }
}

/** The same at once, where nobody waits: with the parser, if one is needed. */
export async function findAll(
  trace: Trace,
  options: FindingOptions,
  source: SourceText,
  parser: () => Promise<PythonParser>,
): Promise<readonly Finding[]> {
  const analysis = new Analysis(trace, options);
  const parsed = new Map<string, Source | undefined>();
  for (const path of atOnce(analysis.read())) {
    const text = source(path);
    if (text !== undefined) parsed.set(path, (await parser()).parse(text));
  }
  return atOnce(analysis.find(source, (path) => parsed.get(path)));
}

function atOnce<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}
