/**
 * What lies below an await that is not the innermost: `await load()` in user code, where `load` is user code, too. Its
 * time is charged inside `load`; here it is summed up for the callers.
 */
import type { Trace } from "../trace";
import type { Code, Nanoseconds, NodeId, Site, TaskId } from "../types";
import { CallFold, levelsOf, noCalls, type Calls, type Level } from "./calls";
import { anyLine, append, foldOf, siteKey } from "./fold";
import { waitedUntil } from "./ongoing";
import type { Typical } from "./sample";

/** An await of user code in which other user code was suspended. */
export interface OuterStat {
  readonly site: Site;
  readonly function: Code;
  /** The user function that was awaited there. */
  readonly callee: Code;
  readonly waiting: Nanoseconds;
  readonly ready: Nanoseconds;
}

/** A function of user code that was awaited by other code, and not made a task. */
export interface AwaitedStat {
  readonly code: Code;
  readonly waiting: Nanoseconds;
  readonly ready: Nanoseconds;
  readonly tasks: number;
  /** Its items are awaited, and not what it was called for: these calls are not told apart. */
  readonly generator: boolean;
  /** Of those that were suspended. */
  readonly calls: number | undefined;
  /** A loop may hide more of them. */
  readonly more: boolean;
  /** The median of how long those that are over were suspended; undefined where they cannot all be told apart. */
  readonly typical: Typical | undefined;
  /** Without the waits that have not ended: it does not grow while these go on. */
  readonly over: Readonly<Sum>;
}

interface Sum {
  waiting: Nanoseconds;
  ready: Nanoseconds;
}
type OuterSum = Sum & Omit<OuterStat, keyof Sum>;
type AwaitedSum = Sum & Calls & Pick<AwaitedStat, "code" | "generator"> & { readonly tasks: Set<TaskId> };

interface Place {
  readonly sums: readonly Sum[];
  readonly functions: readonly AwaitedSum[];
  /** Of awaited functions. */
  readonly levels: readonly Level[];
}

const NOWHERE: Place = { sums: [], functions: [], levels: [] };

class OuterFold {
  readonly outersByFile = new Map<string, OuterSum[]>();
  readonly awaitedByFile = new Map<string, AwaitedSum[]>();
  private readonly outers = new Map<string, OuterSum>();
  private readonly awaited = new Map<Code, AwaitedSum>();
  private readonly calls = new CallFold();
  private readonly places: (Place | undefined)[] = [];
  /** Of each task: where it stood after its last step, and since when. */
  private readonly nodes: (NodeId | undefined)[] = [];
  private readonly since: Nanoseconds[] = [];
  /** Of each task: how long it was suspended, in all of its life. */
  private readonly suspended: Nanoseconds[] = [];
  private done = 0;
  private revision = -1;
  private open = new Map<Sum, Sum>();

  constructor(private readonly trace: Trace) {}

  advance(): void {
    const { steps } = this.trace;
    for (; this.done < steps.length; this.done++) {
      const step = this.done;
      const task = steps.task(step);
      if (task === 0) continue;
      const before = this.nodes[task];
      const node = steps.node(step);
      if (before !== undefined) {
        const readySince = steps.readySince(step);
        const waited = readySince - (this.since[task] ?? readySince);
        const ready = steps.start(step) - readySince;
        this.suspended[task] = (this.suspended[task] ?? 0) + waited + ready;
        for (const sum of this.placeOf(before).sums) {
          sum.waiting += waited;
          sum.ready += ready;
        }
      }
      if (node !== before) for (const { tasks } of this.placeOf(node).functions) tasks.add(task);
      if (before === undefined || !steps.continues(step)) {
        const { levels } = this.placeOf(node);
        const suspended = this.suspended[task] ?? 0;
        if (levels.length > 0) this.calls.stand(task, levels, suspended);
        else this.calls.leave(task, suspended);
      }
      this.nodes[task] = node;
      this.since[task] = steps.end(step);
    }
  }

  /** With the waits that have not ended. */
  total(sum: Sum): Sum {
    if (this.revision !== this.trace.revision) {
      this.revision = this.trace.revision;
      this.open = this.openWaits();
    }
    const still = this.open.get(sum);
    return { waiting: sum.waiting + (still?.waiting ?? 0), ready: sum.ready };
  }

  private openWaits(): Map<Sum, Sum> {
    const open = new Map<Sum, Sum>();
    for (const id of foldOf(this.trace).visiting) {
      const node = this.nodes[id];
      if (node === undefined) continue;
      const since = this.since[id] ?? 0;
      const waiting = Math.max(0, waitedUntil(this.trace, id) - since);
      for (const sum of this.placeOf(node).sums) {
        const known = open.get(sum);
        if (known === undefined) open.set(sum, { waiting, ready: 0 });
        else known.waiting += waiting;
      }
    }
    return open;
  }

  private placeOf(node: NodeId): Place {
    return (this.places[node] ??= this.lookUp(node));
  }

  /** Each await and each function once, however often a recursion comes through them. */
  private lookUp(node: NodeId): Place {
    const chain = this.trace.chain(node);
    const user = chain.filter(({ code, site }) => code.file?.user === true && site !== undefined);
    if (user.length === 0) return NOWHERE;
    const sums = new Set<Sum>();
    const functions = new Set<AwaitedSum>();
    user.forEach(({ code, site, generator }, i) => {
      const callee = user[i + 1]?.code;
      if (callee !== undefined && site !== undefined) sums.add(this.outer(site, code, callee));
      // The task's own coroutine is not awaited by anybody.
      if (code !== chain[0]?.code) functions.add(this.function(code, generator));
    });
    const levels =
      functions.size === 0 ? [] : levelsOf(this.trace, node, ({ code, generator }) => this.function(code, generator));
    return { sums: [...sums, ...functions], functions: [...functions], levels };
  }

  private outer(site: Site, code: Code, callee: Code): OuterSum {
    const key = `${callee.name}:${siteKey(site)}`;
    let sum = this.outers.get(key);
    if (sum === undefined) {
      this.outers.set(key, (sum = { site, function: code, callee, waiting: 0, ready: 0 }));
      append(this.outersByFile, site.file, sum);
    }
    return sum;
  }

  private function(code: Code, generator: boolean): AwaitedSum {
    let sum = this.awaited.get(code);
    if (sum === undefined) {
      this.awaited.set(code, (sum = { code, generator, tasks: new Set(), waiting: 0, ready: 0, ...noCalls() }));
      append(this.awaitedByFile, code.file?.path ?? "", sum);
    }
    return sum;
  }
}

const folds = new WeakMap<Trace, OuterFold>();

function outerFoldOf(trace: Trace): OuterFold {
  let fold = folds.get(trace);
  if (fold === undefined) folds.set(trace, (fold = new OuterFold(trace)));
  fold.advance();
  return fold;
}

/** Takes in the steps read so far, so that the next question need not. */
export function takeInOuter(trace: Trace): void {
  outerFoldOf(trace);
}

/** The awaits of one file that had other user code below them, in the order first met. */
export function outerStats(trace: Trace, path: string, isWanted = anyLine): readonly OuterStat[] {
  const fold = outerFoldOf(trace);
  const sums = fold.outersByFile.get(path) ?? [];
  return sums
    .filter(({ site }) => isWanted(site.line))
    .map((sum) => ({
      site: sum.site,
      function: sum.function,
      callee: sum.callee,
      ...fold.total(sum),
    }));
}

/** The functions of one file that were awaited, in the order first met. */
export function awaitedStats(trace: Trace, path: string): readonly AwaitedStat[] {
  const fold = outerFoldOf(trace);
  return (fold.awaitedByFile.get(path) ?? []).map((sum) => ({
    code: sum.code,
    generator: sum.generator,
    tasks: sum.tasks.size,
    calls: sum.calls === 0 ? undefined : sum.calls,
    more: sum.more,
    typical: sum.more ? undefined : sum.lengths.typical(),
    over: { waiting: sum.waiting, ready: sum.ready },
    ...fold.total(sum),
  }));
}
