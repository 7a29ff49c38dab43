/**
 * One pass over the steps, taken further as the trace grows: what each await site and each task cost so far. All
 * statistics are read from here, so that they agree with each other and a live view pays only for what is new.
 */
import { LONG } from "../columns";
import { CHUNK_MASK, CHUNK_ROWS, CONTINUES } from "../steps";
import type { StepRows, Trace } from "../trace";
import { wasOutside } from "./wakers";
import type { AwaitKind, Code, Nanoseconds, NodeId, Site, StepIndex, TaskId } from "../types";

export interface SiteTotal {
  /** In the order first seen. */
  readonly number: number;
  readonly site: Site;
  readonly function: Code;
  readonly kind: AwaitKind;
  readonly tasks: Set<TaskId>;
  count: number;
  total: Nanoseconds;
  max: Nanoseconds;
  waiting: Nanoseconds;
  ready: Nanoseconds;
}

export interface TaskTotal {
  steps: number;
  run: Nanoseconds;
  ready: Nanoseconds;
  wait: Nanoseconds;
  /** Of `wait`: what something outside of the program ended. */
  outside: Nanoseconds;
  lastEnd: Nanoseconds;
  lastStep: StepIndex;
  /** The first sites it was seen at, a bit each: to look for a task in a set costs more than all the rest. */
  seenAt: number;
  /** The visit of an await site the task is in. */
  visit: SiteTotal | undefined;
  visitFrom: Nanoseconds;
}

/** Sites that `seenAt` has bits for. */
const BITS = 31;

/** A node that is no await of user code. */
const NOWHERE = "nowhere";

export class StepFold {
  readonly sites: SiteTotal[] = [];
  readonly tasks = new Map<TaskId, TaskTotal>();
  /** Tasks that are in a visit now. */
  readonly visiting = new Set<TaskId>();
  private readonly byKey = new Map<string, SiteTotal>();
  /** undefined: not looked up yet. */
  private readonly byNode: (SiteTotal | typeof NOWHERE | undefined)[] = [];
  /** The same as `tasks`, found faster. */
  private readonly byTask: (TaskTotal | undefined)[] = [];
  private done = 0;

  constructor(private readonly trace: Trace) {}

  advance(): void {
    const { steps } = this.trace;
    const { length } = steps;
    while (this.done < length) {
      const chunk = steps.chunkOf(this.done);
      if (chunk === undefined) return;
      const base = this.done & ~CHUNK_MASK;
      const to = Math.min(length, base + CHUNK_ROWS);
      for (let step = this.done; step < to; step++) {
        if (chunk.tasks[step - base] !== 0) this.add(chunk, step - base, step);
      }
      this.done = to;
    }
  }

  /** It reads its times itself: handed on, an engine would make an object of each. */
  private add(chunk: StepRows, row: number, step: StepIndex): void {
    const { steps } = this.trace;
    const id = chunk.tasks[row]!;
    const start = chunk.starts[row]!;
    const shortRun = chunk.runs[row]!;
    const shortReady = chunk.readies[row]!;
    const run = shortRun === LONG ? steps.end(step) - start : shortRun;
    const ready = shortReady === LONG ? start - steps.readySince(step) : shortReady;
    const end = start + run;
    const task = (this.byTask[id] ??= this.newTask(id, step, start - ready));
    const waited = start - ready - task.lastEnd;
    if (waited > 0 && wasOutside(this.trace, task.lastStep, step)) task.outside += waited;
    task.steps += 1;
    task.run += run;
    task.ready += ready;
    task.wait += waited;
    task.lastEnd = end;
    task.lastStep = step;
    if (task.visit !== undefined) {
      task.visit.waiting += waited;
      task.visit.ready += ready;
      if ((chunk.flags[row]! & CONTINUES) !== 0) return;
      const length = start - task.visitFrom;
      task.visit.total += length;
      task.visit.max = Math.max(task.visit.max, length);
    }
    const before = task.visit;
    const now = this.siteOf(chunk.nodes[row]!);
    task.visit = now;
    task.visitFrom = end;
    if (now === undefined) {
      if (before !== undefined) this.visiting.delete(id);
      return;
    }
    now.count += 1;
    // Loops come back to the same places: that costs no look-up.
    if (before === undefined) this.visiting.add(id);
    const bit = now.number < BITS ? 1 << now.number : 0;
    if (before === now || (task.seenAt & bit) !== 0) return;
    task.seenAt |= bit;
    now.tasks.add(id);
  }

  private newTask(id: TaskId, lastStep: StepIndex, lastEnd: Nanoseconds): TaskTotal {
    const task = {
      steps: 0,
      run: 0,
      ready: 0,
      wait: 0,
      outside: 0,
      lastEnd,
      lastStep,
      seenAt: 0,
      visit: undefined,
      visitFrom: 0,
    };
    this.tasks.set(id, task);
    return task;
  }

  private siteOf(node: NodeId): SiteTotal | undefined {
    const known = (this.byNode[node] ??= this.lookUp(node) ?? NOWHERE);
    return known === NOWHERE ? undefined : known;
  }

  private lookUp(node: NodeId): SiteTotal | undefined {
    const point = this.trace.awaitSite(node);
    if (point === undefined) return undefined;
    const key = `${point.kind}:${siteKey(point.site)}`;
    let total = this.byKey.get(key);
    if (total === undefined) {
      total = {
        ...point,
        number: this.sites.length,
        tasks: new Set(),
        count: 0,
        total: 0,
        max: 0,
        waiting: 0,
        ready: 0,
      };
      this.byKey.set(key, total);
      this.sites.push(total);
    }
    return total;
  }
}

/** Takes in the steps read so far, so that the next question need not: reading in slices spreads this work too. */
export function takeIn(trace: Trace): void {
  foldOf(trace);
}

export function siteKey(site: Site): string {
  return `${site.line}:${site.column ?? ""}:${site.endLine ?? ""}:${site.endColumn ?? ""}:${site.file}`;
}

/** Which lines of a file are asked for: what one looks at need not pay for the rest of a large file. */
export type WantedLines = (line: number) => boolean;
export const anyLine: WantedLines = () => true;

export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

const folds = new WeakMap<Trace, StepFold>();

export function foldOf(trace: Trace): StepFold {
  let fold = folds.get(trace);
  if (fold === undefined) folds.set(trace, (fold = new StepFold(trace)));
  fold.advance();
  return fold;
}
