/** Two traces of one program, set side by side: what each await site cost before and after. */
import type { Trace } from "../trace";
import type { Nanoseconds } from "../types";
import { matchSites, type SiteMatch, type TextOf } from "./matchSites";
import { siteTotals } from "./siteTotals";
import { loopTimes } from "./times";

export interface RunTotals {
  /** Length of the trace. */
  readonly wall: Nanoseconds;
  readonly busy: Nanoseconds;
  readonly idle: Nanoseconds;
  readonly tasks: number;
}

export interface SiteChange extends SiteMatch {
  /** Of the total; negative: less than before. */
  readonly change: Nanoseconds;
}

export interface Comparison {
  readonly before: RunTotals;
  readonly after: RunTotals;
  /** The greatest change first, either way. */
  readonly sites: readonly SiteChange[];
}

/** What a run may become slower by. */
export interface Limit {
  /** Of the time before. */
  readonly percent: number;
  /** Growth by no more than this is noise. */
  readonly ignore: Nanoseconds;
}

export function compare(before: Trace, after: Trace, textOf: TextOf = () => undefined): Comparison {
  const matches = matchSites(
    { header: before.header, sites: siteTotals(before) },
    { header: after.header, sites: siteTotals(after) },
    textOf,
  );
  const sites = matches
    .map((match) => ({ ...match, change: (match.after?.total ?? 0) - (match.before?.total ?? 0) }))
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  return { before: runTotals(before), after: runTotals(after), sites };
}

/** What only one of the traces has is no growth: its time is in that of the run. */
export function isExceeded(limit: Limit, before: Nanoseconds | undefined, after: Nanoseconds | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const growth = after - before;
  return growth > limit.ignore && growth > (before * limit.percent) / 100;
}

function runTotals(trace: Trace): RunTotals {
  const times = trace.loops.map((loop) => loopTimes(trace, loop.id));
  return {
    wall: trace.end,
    busy: times.reduce((sum, { busy }) => sum + busy, 0),
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
    tasks: trace.tasks.length,
  };
}
