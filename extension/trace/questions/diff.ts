/** The diff document: what `awaitscope diff --json` prints. docs/summary-format.md is its contract. */
import type { AwaitKind } from "../types";
import { isExceeded, type Comparison, type Limit, type RunTotals } from "./compare";
import type { SiteTotals } from "./siteTotals";
import { milliseconds, siteOf, type SummarySite } from "./summary";

export interface DiffRun {
  readonly file: string;
  readonly wall_ms: number;
  readonly busy_ms: number;
  readonly idle_ms: number;
  readonly tasks: number;
}

export interface DiffAwait {
  readonly site: SummarySite;
  readonly function: string;
  readonly kinds: readonly AwaitKind[];
  readonly count: number;
  readonly total_ms: number;
  readonly max_ms: number;
  readonly tasks: number;
}

interface Change {
  readonly change_ms: number;
  readonly change_percent: number | null;
  readonly exceeded: boolean;
}

export interface Diff {
  readonly format: "awaitscope-diff";
  readonly version: 1;
  readonly before: DiffRun;
  readonly after: DiffRun;
  readonly limit: { readonly percent: number; readonly ignore_ms: number } | null;
  readonly exceeded: boolean;
  readonly wall: Change;
  readonly awaits: readonly (Change & { readonly before: DiffAwait | null; readonly after: DiffAwait | null })[];
}

/** `before` and `after` name the traces. */
export function diffDocument(comparison: Comparison, before: string, after: string, limit?: Limit): Diff {
  const change = (from: number | undefined, to: number | undefined): Change => ({
    change_ms: milliseconds((to ?? 0) - (from ?? 0)),
    change_percent: percentOf(from, to),
    exceeded: limit !== undefined && isExceeded(limit, from, to),
  });
  const wall = change(comparison.before.wall, comparison.after.wall);
  const awaits = comparison.sites.map((site) => ({
    ...change(site.before?.total, site.after?.total),
    before: awaitOf(site.before),
    after: awaitOf(site.after),
  }));
  return {
    format: "awaitscope-diff",
    version: 1,
    before: runOf(before, comparison.before),
    after: runOf(after, comparison.after),
    limit: limit === undefined ? null : { percent: limit.percent, ignore_ms: milliseconds(limit.ignore) },
    exceeded: wall.exceeded || awaits.some(({ exceeded }) => exceeded),
    wall,
    awaits,
  };
}

/** With a tenth of a percent; null where there is nothing to compare with. */
function percentOf(from: number | undefined, to: number | undefined): number | null {
  if (from === undefined || to === undefined || from === 0) return null;
  return Math.round(((to - from) / from) * 1000) / 10;
}

function runOf(file: string, { wall, busy, idle, tasks }: RunTotals): DiffRun {
  return { file, wall_ms: milliseconds(wall), busy_ms: milliseconds(busy), idle_ms: milliseconds(idle), tasks };
}

function awaitOf(totals: SiteTotals | undefined): DiffAwait | null {
  if (totals === undefined) return null;
  const { site, kinds, count, total, max, tasks } = totals;
  const [total_ms, max_ms] = [milliseconds(total), milliseconds(max)];
  return { site: siteOf(site), function: totals.function.name, kinds, count, total_ms, max_ms, tasks };
}
