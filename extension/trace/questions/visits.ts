import { integers, firstIndex, type Column } from "../columns";
import { CHUNK_MASK, CHUNK_ROWS, CONTINUES } from "../steps";
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

/** Of a node: whether it is an await of user code, and whether this one. 0: not looked up yet. */
const NOWHERE = 1;
const ELSEWHERE = 2;
const HERE = 3;

/** Of a task: it is in a visit of another site, or in no visit; a greater number is a visit of this one, from `VISIT` on. */
const IN_NONE = 0;
const IN_OTHER = 1;
const VISIT = 2;

/** The visits of one site, taken further as the trace grows: one pass over the steps, whoever asks how often. */
export class Visits {
  /** The step that each follows, and the one that ended it; 0: it has not ended. The first of all steps ends none. */
  private readonly steps = integers();
  private readonly ends = integers();
  private readonly byTask: (Column | undefined)[] = [];
  private readonly inside: number[] = [];
  private readonly places: number[] = [];
  private done = 0;

  constructor(
    private readonly trace: Trace,
    readonly key: string,
  ) {}

  get length(): number {
    return this.steps.length;
  }

  /** The i-th, by when they began on each loop. */
  at(i: number): Visit {
    const step = this.steps.at(i);
    return { task: this.trace.steps.task(step), from: this.from(i), to: this.to(i), step };
  }

  from(i: number): Nanoseconds {
    return this.trace.steps.end(this.steps.at(i));
  }

  to(i: number): Nanoseconds {
    const { steps } = this.trace;
    const end = this.ends.at(i);
    return end > 0 ? steps.start(end) : Math.max(this.from(i), waitedUntil(this.trace, steps.task(this.steps.at(i))));
  }

  /** Some of them, named as arrays' `slice` does. */
  list(from = 0, to = this.length): readonly Visit[] {
    const first = from < 0 ? Math.max(this.length + from, 0) : from;
    return Array.from({ length: Math.max(Math.min(to, this.length) - first, 0) }, (_, i) => this.at(first + i));
  }

  /** How many a task has in the stretch from `from` to `to`. */
  countIn(task: TaskId, from: Nanoseconds, to: Nanoseconds): number {
    const own = this.byTask[task];
    return own === undefined ? 0 : this.firstFrom(own, to) - this.firstAfter(own, from);
  }

  /** The same, in order. Those `apart` or less from each other are seen as one; with -1, none. */
  forEachIn(
    task: TaskId,
    from: Nanoseconds,
    to: Nanoseconds,
    apart: Nanoseconds,
    see: (from: Nanoseconds, to: Nanoseconds) => void,
  ): void {
    const own = this.byTask[task];
    if (own === undefined) return;
    const last = this.firstFrom(own, to);
    let i = this.firstAfter(own, from);
    while (i < last) {
      const begin = this.from(own.at(i));
      let end = this.to(own.at(i));
      for (i += 1; i < last && this.from(own.at(i)) - end <= apart; i += 1) {
        i = Math.max(Math.min(this.firstAfter(own, end + apart), last) - 1, i);
        end = this.to(own.at(i));
      }
      see(begin, end);
    }
  }

  private firstAfter(own: Column, t: Nanoseconds): number {
    return firstIndex(own.length, (i) => this.to(own.at(i)) > t);
  }

  private firstFrom(own: Column, t: Nanoseconds): number {
    return firstIndex(own.length, (i) => this.from(own.at(i)) >= t);
  }

  /** Takes in the steps read since. */
  advance(): void {
    const { steps } = this.trace;
    while (this.done < steps.length) {
      const chunk = steps.chunkOf(this.done);
      if (chunk === undefined) return;
      const base = this.done & ~CHUNK_MASK;
      const to = Math.min(steps.length, base + CHUNK_ROWS);
      for (let step = this.done; step < to; step++) {
        const row = step - base;
        const task = chunk.tasks[row]!;
        if (task !== 0) this.add(step, task, chunk.nodes[row]!, (chunk.flags[row]! & CONTINUES) !== 0);
      }
      this.done = to;
    }
  }

  private add(step: StepIndex, task: TaskId, node: NodeId, continues: boolean): void {
    const inside = this.inside[task] ?? IN_NONE;
    if (inside !== IN_NONE && continues) return;
    if (inside >= VISIT) this.ends.set(inside - VISIT, step);
    const place = this.places[node] ?? this.lookUp(node);
    if (place !== HERE) {
      this.inside[task] = place === NOWHERE ? IN_NONE : IN_OTHER;
      return;
    }
    this.inside[task] = VISIT + this.length;
    (this.byTask[task] ??= integers(2)).push(this.length);
    this.steps.push(step);
    this.ends.push(0);
  }

  private lookUp(node: NodeId): number {
    const point = this.trace.awaitSite(node);
    return (this.places[node] = point === undefined ? NOWHERE : siteKey(point.site) === this.key ? HERE : ELSEWHERE);
  }
}

/** Of each trace the sites last asked for: one is chosen, one lit from the editor, one pointed at. */
const known = new WeakMap<Trace, readonly Visits[]>();
const AT_ONCE = 3;

/** All visits of an await site, whatever was awaited there. */
export function visitsOf(trace: Trace, site: Site): Visits {
  const key = siteKey(site);
  const recent = known.get(trace) ?? [];
  const visits = recent.find((one) => one.key === key) ?? new Visits(trace, key);
  if (visits !== recent[0]) known.set(trace, [visits, ...recent.filter((one) => one !== visits)].slice(0, AT_ONCE));
  visits.advance();
  return visits;
}

/** The visit that begins next after `t`, or last before it. */
export function visitBeside(
  visits: Visits,
  t: Nanoseconds,
  direction: -1 | 1,
): { readonly visit: Visit; readonly index: number } | undefined {
  let best: number | undefined;
  let nearest = direction * Infinity;
  // Of several loops they are not in the order of time.
  for (let i = 0; i < visits.length; i++) {
    const from = visits.from(i);
    if ((from - t) * direction <= 0 || (nearest - from) * direction <= 0) continue;
    best = i;
    nearest = from;
  }
  return best === undefined ? undefined : { visit: visits.at(best), index: best };
}
