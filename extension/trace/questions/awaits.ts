import type { Trace } from "../trace";
import type { AwaitKind, Code, Nanoseconds, Site } from "../types";
import { foldOf } from "./fold";

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

const cache = new WeakMap<Trace, { readonly revision: number; readonly stats: readonly AwaitStat[] }>();

/** Per await site and kind, in the order first met. A task that still waits counts up to the end of the trace. */
export function awaitStats(trace: Trace): readonly AwaitStat[] {
  const cached = cache.get(trace);
  if (cached?.revision === trace.revision) return cached.stats;
  const fold = foldOf(trace);
  const open = new Map<object, { total: Nanoseconds; waiting: Nanoseconds; max: Nanoseconds }>();
  for (const id of fold.visiting) {
    const task = fold.tasks.get(id);
    if (task?.visit === undefined) continue;
    const until = Math.max(trace.task(id)?.ended ?? trace.end, task.lastEnd);
    const length = until - task.visitFrom;
    const sum = open.get(task.visit) ?? { total: 0, waiting: 0, max: 0 };
    sum.total += length;
    sum.waiting += until - task.lastEnd;
    sum.max = Math.max(sum.max, length);
    open.set(task.visit, sum);
  }
  const stats = fold.sites.map((site) => {
    const still = open.get(site);
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
  });
  cache.set(trace, { revision: trace.revision, stats });
  return stats;
}
