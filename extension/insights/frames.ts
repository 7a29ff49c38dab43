/**
 * What each function of user code awaited one after another, and again and again: one pass over the steps, for every
 * frame of the await chain, not only the innermost. A trace cannot tell a call that suspends twice from two calls, except
 * in the innermost frame; so a frame is taken to begin anew when the first place below it comes again.
 */
import {
  originalWaker,
  siteKey,
  type AwaitKind,
  type Code,
  type Nanoseconds,
  type NodeId,
  type Site,
  type StepIndex,
  type TaskId,
  type Trace,
} from "../trace";

/** An await of user code. */
export interface Place {
  readonly id: number;
  readonly site: Site;
  readonly function: Code;
  /** What is called there; undefined: a task or future that goes on by itself is awaited. */
  readonly callee: Code | undefined;
  /** User functions that were suspended below it. */
  readonly below: Set<Code>;
  /** What was waited for below it. */
  readonly kinds: Set<AwaitKind>;
  /** What ended the waits: connections and threads of their own. */
  readonly sources: Set<string>;
  /** Of all visits in which it came again and again. */
  rounds: number;
  waiting: Nanoseconds;
  longest: Nanoseconds;
  /** How much shorter these would have been all at once. */
  saved: Nanoseconds;
  first: Nanoseconds;
  readonly tasks: Set<TaskId>;
}

/** Places that one call of a function came through, one after another. */
export interface Sequence {
  readonly places: readonly Place[];
  count: number;
  /** How long was waited at each, of the first of these calls. */
  readonly samples: Nanoseconds[][];
  readonly first: Nanoseconds;
  readonly tasks: Set<TaskId>;
}

interface Element {
  readonly place: Place;
  waiting: Nanoseconds;
}

/** A call of a function that goes on. */
interface Frame {
  readonly code: Code;
  list: Element[];
  from: Nanoseconds;
  readonly rounds: Map<Place, RoundsOfPlace>;
}

interface RoundsOfPlace {
  readonly from: Nanoseconds;
  count: number;
  waiting: Nanoseconds;
  longest: Nanoseconds;
  /** Of the one that goes on. */
  round: Nanoseconds;
}

interface Standing {
  levels: readonly Place[];
  readonly frames: Frame[];
  /** Of each level: where below it the visit began. */
  readonly begins: (Place | undefined)[];
  since: Nanoseconds;
  step: StepIndex;
}

const NOWHERE: readonly Place[] = [];
/** Shorter waits are no evidence, and cost nothing. */
const SHORT_WAIT: Nanoseconds = 100e3;
const MOST_SEQUENCES = 5_000;
const MOST_SAMPLES = 200;
const LONGEST_SEQUENCE = 32;
const MOST_KNOWN = 100;
/** Deeper chains are looked at down to here. */
const DEEPEST = 50;

export class FrameFacts {
  readonly sequences = new Map<string, Sequence>();
  readonly places: Place[] = [];
  readonly #byKey = new Map<string, Place>();
  readonly #byNode: (readonly Place[] | undefined)[] = [];
  readonly #tasks = new Map<TaskId, Standing>();
  readonly #trace: Trace;
  #done = 0;

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  /** Takes in at most so many steps; true when there are no more for now. */
  advance(most: number): boolean {
    const { steps } = this.#trace;
    const until = Math.min(steps.length, this.#done + most);
    for (; this.#done < until; this.#done++) {
      const task = steps.task(this.#done);
      if (task !== 0) this.#take(this.#done, task);
    }
    return this.#done === steps.length;
  }

  #take(step: StepIndex, id: TaskId): void {
    const { steps } = this.#trace;
    const levels = this.#levelsOf(steps.node(step));
    let task = this.#tasks.get(id);
    if (task === undefined) {
      if (levels.length === 0) return;
      this.#tasks.set(id, (task = { levels: NOWHERE, frames: [], begins: [], since: 0, step }));
    } else this.#wait(task, step);
    const start = steps.start(step);
    const common = commonLength(task.levels, levels);
    // The innermost says whether it is the same visit; those above begin anew with it.
    const isAgain = common === levels.length && common === task.levels.length && !steps.continues(step);
    let again = isAgain ? common - 1 : common;
    if (again < levels.length) while (again > 0 && task.begins[again - 1] === levels[again]) again--;
    for (let depth = levels.length; depth < task.frames.length; depth++) this.#close(task.frames[depth], id);
    task.frames.length = Math.min(task.frames.length, levels.length);
    for (let depth = again; depth < levels.length; depth++) {
      const place = levels[depth]!;
      const isSameCall = depth < common || (depth === common && task.frames[depth]?.code === place.function);
      if (!isSameCall) {
        this.#close(task.frames[depth], id);
        task.frames[depth] = { code: place.function, list: [], from: start, rounds: new Map() };
      }
      this.#visit(task, depth, place, start, id);
      task.begins[depth] = levels[depth + 1];
    }
    task.levels = levels;
    task.since = steps.end(step);
    task.step = step;
    if (levels.length === 0) this.#tasks.delete(id);
  }

  /** The wait that this step ends belongs to all the awaits it was in. */
  #wait(task: Standing, step: StepIndex): void {
    const waited = this.#trace.steps.readySince(step) - task.since;
    if (waited < SHORT_WAIT) return;
    const point = this.#trace.awaitSite(this.#trace.steps.node(task.step));
    const waker = originalWaker(this.#trace, step);
    const source =
      waker.kind === "io" && waker.source !== undefined
        ? `io ${waker.source}`
        : waker.kind === "thread" && waker.thread !== undefined && point?.kind !== "executor"
          ? `thread ${waker.thread}`
          : undefined;
    task.levels.forEach((place, depth) => {
      const last = task.frames[depth]?.list.at(-1);
      if (last !== undefined) last.waiting += waited;
      const rounds = task.frames[depth]?.rounds.get(place);
      if (rounds !== undefined) {
        rounds.waiting += waited;
        rounds.round += waited;
        rounds.longest = Math.max(rounds.longest, rounds.round);
      }
      // What a library does inside is its own matter, but for the turns that it makes its callers take.
      if (point !== undefined)
        place.kinds.add(point.library !== undefined && point.kind === "event" ? "other" : point.kind);
      if (source !== undefined && place.sources.size < MOST_KNOWN) place.sources.add(source);
    });
  }

  #visit(task: Standing, depth: number, place: Place, at: Nanoseconds, id: TaskId): void {
    const frame = task.frames[depth];
    if (frame === undefined) return;
    const known = frame.rounds.get(place);
    if (known === undefined) frame.rounds.set(place, { from: at, count: 1, waiting: 0, longest: 0, round: 0 });
    else {
      known.count += 1;
      known.round = 0;
    }
    if (place.tasks.size < MOST_KNOWN) place.tasks.add(id);
    if (frame.list.at(-1)?.place === place) return;
    if (frame.list.length === LONGEST_SEQUENCE || frame.list.some((one) => one.place === place)) this.#flush(frame, id);
    if (frame.list.length === 0) frame.from = at;
    frame.list.push({ place, waiting: 0 });
  }

  #close(frame: Frame | undefined, id: TaskId): void {
    if (frame === undefined) return;
    this.#flush(frame, id);
    for (const [place, { from, count, waiting, longest }] of frame.rounds) {
      if (count < 2) continue;
      if (place.rounds === 0) place.first = from;
      place.rounds += count;
      place.waiting += waiting;
      place.longest = Math.max(place.longest, longest);
      place.saved += waiting - longest;
    }
  }

  #flush({ list, from }: Frame, id: TaskId): void {
    const elements = list.splice(0);
    if (elements.length < 2) return;
    const key = elements.map(({ place }) => place.id).join(" ");
    let known = this.sequences.get(key);
    if (known === undefined) {
      if (this.sequences.size === MOST_SEQUENCES) return;
      known = { places: elements.map(({ place }) => place), count: 0, samples: [], first: from, tasks: new Set() };
      this.sequences.set(key, known);
    }
    known.count += 1;
    if (known.samples.length < MOST_SAMPLES) known.samples.push(elements.map(({ waiting }) => waiting));
    if (known.tasks.size < MOST_KNOWN) known.tasks.add(id);
  }

  #levelsOf(node: NodeId): readonly Place[] {
    return (this.#byNode[node] ??= this.#lookUp(node));
  }

  #lookUp(node: NodeId): readonly Place[] {
    const chain = this.#trace.chain(node);
    const levels: Place[] = [];
    let path = "";
    chain.forEach(({ code, site }, i) => {
      if (code.file?.user !== true || site === undefined || levels.length === DEEPEST) return;
      path += `${siteKey(site)} ${code.name}\n`;
      const callee = chain[i + 1]?.code;
      const key = `${path}${callee?.name ?? ""} ${callee?.file?.path ?? ""} ${callee?.line ?? ""}`;
      let place = this.#byKey.get(key);
      if (place === undefined) {
        place = {
          ...{ id: this.places.length, site, function: code, callee, below: new Set(), kinds: new Set() },
          ...{ sources: new Set(), rounds: 0, waiting: 0, longest: 0, saved: 0, first: 0, tasks: new Set() },
        };
        this.places.push(place);
        this.#byKey.set(key, place);
      }
      for (const above of levels) above.below.add(code);
      levels.push(place);
    });
    return levels.length === 0 ? NOWHERE : levels;
  }
}

function commonLength(a: readonly Place[], b: readonly Place[]): number {
  let common = 0;
  while (common < a.length && common < b.length && a[common] === b[common]) common++;
  return common;
}
