import type { Trace } from "../trace";
import type { Nanoseconds, NodeId, Site, StepIndex, TaskId } from "../types";
import { siteKey } from "./fold";
import { waitedUntil } from "./ongoing";

export interface Visit {
  readonly task: TaskId;
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
  /** The step the visit follows. */
  readonly step: StepIndex;
}

type OpenVisit = { -readonly [K in keyof Visit]: Visit[K] };

const NOWHERE = 1;
const ELSEWHERE = 2;
const HERE = 3;

/** The visits of one site, taken further as the trace grows: one pass over the steps, whoever asks how often. */
class VisitFold {
  readonly visits: OpenVisit[] = [];
  /** Of each task: the visit it is in, or that it is in one of another site. */
  private readonly inside: (OpenVisit | typeof ELSEWHERE | undefined)[] = [];
  /** Tasks that were in a visit of this site. */
  private readonly visitors = new Set<TaskId>();
  private readonly places: (typeof NOWHERE | typeof ELSEWHERE | typeof HERE | undefined)[] = [];
  private done = 0;

  constructor(
    private readonly trace: Trace,
    readonly key: string,
  ) {}

  advance(): void {
    const { steps } = this.trace;
    const { inside } = this;
    for (; this.done < steps.length; this.done++) {
      const step = this.done;
      const task = steps.task(step);
      if (task === 0) continue;
      const visit = inside[task];
      if (visit !== undefined) {
        if (steps.continues(step)) continue;
        if (visit !== ELSEWHERE) visit.to = steps.start(step);
      }
      const node = steps.node(step);
      const place = this.places[node] ?? this.lookUp(node);
      if (place === HERE) {
        const end = steps.end(step);
        const opened = { task, from: end, to: end, step };
        inside[task] = opened;
        this.visits.push(opened);
        this.visitors.add(task);
      } else inside[task] = place === NOWHERE ? undefined : ELSEWHERE;
    }
    for (const task of this.visitors) {
      const visit = inside[task];
      if (visit !== undefined && visit !== ELSEWHERE) visit.to = Math.max(visit.from, waitedUntil(this.trace, task));
    }
  }

  private lookUp(node: NodeId): typeof NOWHERE | typeof ELSEWHERE | typeof HERE {
    const point = this.trace.awaitSite(node);
    return (this.places[node] = point === undefined ? NOWHERE : siteKey(point.site) === this.key ? HERE : ELSEWHERE);
  }
}

/** Of each trace the sites last asked for: one is chosen, one lit from the editor, one pointed at. */
const folds = new WeakMap<Trace, readonly VisitFold[]>();
const AT_ONCE = 3;

/** All visits of an await site, whatever was awaited there, by the time they began on each loop. */
export function visitsOf(trace: Trace, site: Site): readonly Visit[] {
  const key = siteKey(site);
  const known = folds.get(trace) ?? [];
  const fold = known.find((one) => one.key === key) ?? new VisitFold(trace, key);
  if (fold !== known[0]) folds.set(trace, [fold, ...known.filter((one) => one !== fold)].slice(0, AT_ONCE));
  fold.advance();
  return fold.visits;
}

/** The visit that begins next after `t`, or last before it. */
export function visitBeside(
  visits: readonly Visit[],
  t: Nanoseconds,
  direction: -1 | 1,
): { readonly visit: Visit; readonly index: number } | undefined {
  let best: number | undefined;
  // Of several loops they are not in the order of time.
  for (let i = 0; i < visits.length; i++) {
    const from = visits[i]!.from;
    if ((from - t) * direction <= 0) continue;
    if (best === undefined || (visits[best]!.from - from) * direction > 0) best = i;
  }
  return best === undefined ? undefined : { visit: visits[best]!, index: best };
}
