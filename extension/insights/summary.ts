/** Findings in the summary document; docs/summary-format.md is its contract. */
import {
  summarize,
  type Nanoseconds,
  type Site,
  type Summary,
  type SummarySite,
  type TaskId,
  type Trace,
} from "../trace";
import type { Finding, RuleId, Severity } from "./types";

export interface SummaryFinding {
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly certainty: string;
  readonly message: string;
  readonly advice: string;
  readonly site: SummarySite | null;
  readonly tasks: readonly TaskId[];
  readonly at_ms: number;
  readonly cost_ms: number;
  readonly ongoing: boolean;
  readonly evidence: readonly {
    readonly label: string;
    readonly site: SummarySite | null;
    readonly at_ms: number | null;
    readonly task: TaskId | null;
    readonly series: readonly { readonly at_ms: number; readonly count: number }[] | null;
  }[];
}

/** The whole document of `awaitscope show --json`. */
export interface FoundSummary extends Summary {
  readonly findings: readonly SummaryFinding[];
}

export function summarizeFound(trace: Trace, found: readonly Finding[]): FoundSummary {
  return { ...summarize(trace), findings: summarizeFindings(found) };
}

export function summarizeFindings(findings: readonly Finding[]): readonly SummaryFinding[] {
  return findings.map((finding) => ({
    rule: finding.rule,
    severity: finding.severity,
    certainty: finding.certainty,
    message: finding.message,
    advice: finding.advice,
    site: siteOf(finding.site),
    tasks: finding.tasks,
    at_ms: milliseconds(finding.at),
    cost_ms: milliseconds(finding.cost),
    ongoing: finding.ongoing !== undefined,
    evidence: finding.evidence.map(({ label, site, at, task, series }) => ({
      label,
      site: siteOf(site),
      at_ms: at === undefined ? null : milliseconds(at),
      task: task ?? null,
      series: series?.map((one) => ({ at_ms: milliseconds(one.at), count: hundredths(one.count) })) ?? null,
    })),
  }));
}

function siteOf(site: Site | undefined): SummarySite | null {
  if (site === undefined) return null;
  const { file, line, column, endLine, endColumn } = site;
  return { file, line, column: column ?? null, end_line: endLine ?? null, end_column: endColumn ?? null };
}

function hundredths(count: number): number {
  return Math.round(count * 100) / 100;
}

/** With microsecond precision, as everywhere in the summary. */
function milliseconds(time: Nanoseconds): number {
  return Math.round(time / 1000) / 1000;
}
