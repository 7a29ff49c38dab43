import type { Trace } from "../trace";
import type { Nanoseconds, NodeId, Site, StepIndex, TaskId } from "../types";
import { siteKey } from "./fold";

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
      if (visit !== undefined && visit !== ELSEWHERE)
        visit.to = Math.max(visit.from, this.trace.task(task)?.ended ?? this.trace.end);
    }
  }

  private lookUp(node: NodeId): typeof NOWHERE | typeof ELSEWHERE | typeof HERE {
    const point = this.trace.awaitSite(node);
    return (this.places[node] = point === undefined ? NOWHERE : siteKey(point.site) === this.key ? HERE : ELSEWHERE);
  }
}

/** Of each trace the site last asked for: one is looked at at a time. */
const folds = new WeakMap<Trace, VisitFold>();

/** All visits of an await site, whatever was awaited there, by the time they began on each loop. */
export function visitsOf(trace: Trace, site: Site): readonly Visit[] {
  const key = siteKey(site);
  let fold = folds.get(trace);
  if (fold?.key !== key) folds.set(trace, (fold = new VisitFold(trace, key)));
  fold.advance();
  return fold.visits;
}
