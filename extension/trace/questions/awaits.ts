import type { Trace } from "../trace";
import type { AwaitKind, Code, Nanoseconds, Site } from "../types";
import { anyLine, append, foldOf, type SiteTotal } from "./fold";
import { waitedUntil } from "./ongoing";

/** What one await site cost, over all tasks that stood there. */
export interface AwaitStat {
  readonly site: Site;
  /** The user function the await is in. */
  readonly function: Code;
  readonly kind: AwaitKind;
  /** Visits: an await that suspends several times is one; one that never suspends is none. */
  readonly count: number;
  /** From suspension to the step that leaves the await; includes library code that ran in between. */
  readonly total: Nanoseconds;
  readonly max: Nanoseconds;
  readonly waiting: Nanoseconds;
  readonly ready: Nanoseconds;
  readonly tasks: number;
}

interface Open {
  total: Nanoseconds;
  waiting: Nanoseconds;
  max: Nanoseconds;
}

/** Of each trace: the visits that have not ended, the sites of each file, and the statistics of all if they were asked. */
class AwaitFold {
  readonly byFile = new Map<string, SiteTotal[]>();
  stats: readonly AwaitStat[] | undefined;
  private open = new Map<object, Open>();
  private known = 0;
  private revision = -1;

  constructor(private readonly trace: Trace) {}

  get sites(): readonly SiteTotal[] {
    return foldOf(this.trace).sites;
  }

  advance(): void {
    const { sites } = this;
    for (; this.known < sites.length; this.known++) {
      const site = sites[this.known];
      const file = site?.function.file;
      if (site === undefined || file === undefined) continue;
      append(this.byFile, file.path, site);
    }
    if (this.revision === this.trace.revision) return;
    this.revision = this.trace.revision;
    this.stats = undefined;
    this.open = openVisits(this.trace);
  }

  statOf(site: SiteTotal): AwaitStat {
    const still = this.open.get(site);
    return {
      site: site.site,
      function: site.function,
      kind: site.kind,
      count: site.count,
      total: site.total + (still?.total ?? 0),
      max: Math.max(site.max, still?.max ?? 0),
      waiting: site.waiting + (still?.waiting ?? 0),
      ready: site.ready,
      tasks: site.tasks.size,
    };
  }
}

function openVisits(trace: Trace): Map<object, Open> {
  const fold = foldOf(trace);
  const open = new Map<object, Open>();
  for (const id of fold.visiting) {
    const task = fold.tasks.get(id);
    if (task?.visit === undefined) continue;
    const until = Math.max(waitedUntil(trace, id), task.lastEnd);
    const length = until - task.visitFrom;
    const sum = open.get(task.visit) ?? { total: 0, waiting: 0, max: 0 };
    sum.total += length;
    sum.waiting += until - task.lastEnd;
    sum.max = Math.max(sum.max, length);
    open.set(task.visit, sum);
  }
  return open;
}

const folds = new WeakMap<Trace, AwaitFold>();

function awaitFoldOf(trace: Trace): AwaitFold {
  let fold = folds.get(trace);
  if (fold === undefined) folds.set(trace, (fold = new AwaitFold(trace)));
  fold.advance();
  return fold;
}

/** Per await site and kind, in the order first met. A task that still waits counts up to the end of the trace. */
export function awaitStats(trace: Trace): readonly AwaitStat[] {
  const fold = awaitFoldOf(trace);
  return (fold.stats ??= fold.sites.map((site) => fold.statOf(site)));
}

/** The same of one file: what one looks at need not pay for all the others. */
export function awaitStatsIn(trace: Trace, path: string, isWanted = anyLine): readonly AwaitStat[] {
  const fold = awaitFoldOf(trace);
  const sites = fold.byFile.get(path) ?? [];
  return sites.filter(({ site }) => isWanted(site.line)).map((site) => fold.statOf(site));
}
