/** What a finding is, and what a rule is given to find some. */
import type { Source } from "../syntax";
import type { Nanoseconds, Site, TaskId, Trace } from "../trace";
import type { StepFacts } from "./facts";
import type { FrameFacts } from "./frames";

export const RULE_IDS = [
  "blocked-loop",
  "never-awaited",
  "exception-lost",
  "task-leaked",
  "serial-awaits",
  "await-in-loop",
  "serial-gather",
  "lock-convoy",
  "queue-backpressure",
  "pool-saturated",
  "deadlock",
  "stuck",
  "starved",
  "busy-spin",
  "cancel-swallowed",
  "slow-cleanup",
  "timeout-race",
  "unbounded-fanout",
  "slow-loop",
] as const;
export type RuleId = (typeof RULE_IDS)[number];

/** As in the Problems panel, most severe first. */
export const SEVERITIES = ["error", "warning", "info", "hint"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Something in the trace that a finding rests on. */
export interface Evidence {
  readonly label: string;
  readonly site?: Site;
  readonly at?: Nanoseconds;
  readonly task?: TaskId;
  /** How many there were over time, on average from each moment to the next. */
  readonly series?: readonly Moment[];
}

export interface Moment {
  readonly at: Nanoseconds;
  readonly count: number;
}

/** What a rule finds. */
export interface Found {
  readonly rule: RuleId;
  readonly severity: Severity;
  /** How we know, in words: "Measured, and sampled while it lasted". */
  readonly certainty: string;
  /** One sentence, with the numbers in it. */
  readonly message: string;
  /** Where to look in the program; undefined where no line of it can be named. */
  readonly site: Site | undefined;
  /** Whom it concerns, the most important first; at most {@link MOST_TASKS}. */
  readonly tasks: readonly TaskId[];
  /** When it began, or was at its worst. */
  readonly at: Nanoseconds;
  /** Time lost; 0 where it costs none. */
  readonly cost: Nanoseconds;
  /** It is not over at the trace's end: what is so now, without for how long, which grows as one reads. */
  readonly ongoing?: string;
  readonly evidence: readonly Evidence[];
  /** The change that puts it right and keeps what the program does, where there is one. */
  readonly fix?: Fix;
}

export interface Finding extends Found {
  /** What to do about it, in a sentence. */
  readonly advice: string;
}

/** `awaits`: of these, in the order of the text, the one or ones to change. */
export interface Fix {
  /** An await that was forgotten; awaits that can run together; rounds of a loop that can. */
  readonly kind: "await" | "together" | "rounds";
  readonly sites: readonly Site[];
}

/** More are not listed in a finding; its message says how many there were. */
export const MOST_TASKS = 100;

/** Plain words for people who meet the rule for the first time. */
export interface Explanation {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

export interface Rule {
  readonly id: RuleId;
  readonly explanation: Explanation;
  /** Of which source files `find` asks the syntax; none, if this is not there. */
  files?(trace: Trace, facts: MeasuredFacts, thresholds: Thresholds): readonly string[];
  /** Pure; of a trace of any size in less than a slice of 50 ms, so long lanes are summed up in `facts` before. */
  find(trace: Trace, facts: Facts, thresholds: Thresholds): readonly Found[];
}

/** What rules know besides the trace, from the trace alone. */
export interface MeasuredFacts {
  /** Sums over all steps. */
  readonly steps: StepFacts;
  /** Sums over all frames of user code. */
  readonly frames: FrameFacts;
}

/** And from the source. */
export interface Facts extends MeasuredFacts {
  /**
   * The text of a source file as it was when the program ran; undefined where that is not known (yet). Of user files
   * only.
   */
  source(path: string): string | undefined;
  /** The syntax of the same text; undefined where that is not known, or not Python as the parser knows it. */
  syntax(path: string): Source | undefined;
}

/** From when on something is worth saying; the setting `awaitscope.findings` changes them one by one. */
export interface Thresholds {
  /** A step or callback that holds the loop longer blocks it. */
  readonly blockedLoop: Nanoseconds;
  /** What costs less is not worth a finding. */
  readonly cost: Nanoseconds;
  /** Waiting at one lock, queue or pool takes this share of the run. */
  readonly share: number;
  /** A cancelled task has not ended for this long. */
  readonly cleanup: Nanoseconds;
  /** Tasks alive at once from one line. */
  readonly fanout: number;
}
