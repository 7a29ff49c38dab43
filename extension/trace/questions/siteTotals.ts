import type { Trace } from "../trace";
import type { AwaitKind, Site } from "../types";
import { awaitStats, awaitStatsIn, type AwaitStat } from "./awaits";
import { siteKey } from "./fold";

/** One await site, whatever kinds of things were awaited there. */
export interface SiteTotals extends Omit<AwaitStat, "kind"> {
  readonly kinds: readonly AwaitKind[];
}

/** In the order first met. */
export function siteTotals(trace: Trace): readonly SiteTotals[] {
  return [...bySite(awaitStats(trace)).values()];
}

/** Undefined for a place where no task has stood. */
export function siteTotal(trace: Trace, site: Site): SiteTotals | undefined {
  return bySite(awaitStatsIn(trace, site.file, (line) => line === site.line)).get(siteKey(site));
}

function bySite(stats: readonly AwaitStat[]): ReadonlyMap<string, SiteTotals> {
  const sites = new Map<string, SiteTotals>();
  for (const { kind, ...stat } of stats) {
    const key = siteKey(stat.site);
    const known = sites.get(key);
    sites.set(key, known === undefined ? { ...stat, kinds: [kind] } : add(known, stat, kind));
  }
  return sites;
}

function add(known: SiteTotals, stat: Omit<AwaitStat, "kind">, kind: AwaitKind): SiteTotals {
  return {
    ...known,
    kinds: [...known.kinds, kind],
    count: known.count + stat.count,
    total: known.total + stat.total,
    max: Math.max(known.max, stat.max),
    waiting: known.waiting + stat.waiting,
    ready: known.ready + stat.ready,
    // The same task may have awaited different kinds here; the greater number is what is certain.
    tasks: Math.max(known.tasks, stat.tasks),
  };
}
