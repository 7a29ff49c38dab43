/**
 * One pass over the steps, taken further as the trace grows: what the rules would each have to walk all steps for. Times
 * are without what the system took, as far as the trace says so: a busy machine is no fault of the program.
 */
import {
  firstIndex,
  originalWaker,
  preemptedWithin,
  siteKey,
  type AwaitKind,
  type AwaitPoint,
  type Code,
  type LoopId,
  type Nanoseconds,
  type NodeId,
  type Site,
  type StepIndex,
  type TaskId,
  type Trace,
} from "../trace";
import { Crowd } from "./crowd";

/** Waits that only another task of the program ends, and that many tasks share. */
const CONTENDED: ReadonlySet<AwaitKind> = new Set<AwaitKind>(["lock", "semaphore", "queue.put"]);
/** Whoever does this much between two yields computes, and is only being polite. */
const SPIN_WORK: Nanoseconds = 100e3;
/** Shorter times are taken as they are. */
const WORTH_A_LOOK: Nanoseconds = 1e6;
/** Steps of one hold of a lock that are looked at. */
const MOST_IN_A_HOLD = 20;
/** A site remembers so many of those that let others in, and of those that waited. */
const MOST_KNOWN = 1000;

/** Waiting at one line for one kind of thing. */
export interface Contention {
  readonly loop: LoopId;
  readonly point: AwaitPoint;
  count: number;
  total: Nanoseconds;
  longest: { readonly from: Nanoseconds; readonly length: Nanoseconds; readonly task: TaskId };
  /** Time in which somebody waited here. */
  readonly covered: Union;
  /** Time in which it was held by somebody who had stood in line himself, while somebody else did. */
  readonly handedOn: Union;
  /** How many waited at once. */
  readonly crowd: Crowd;
  readonly tasks: Set<TaskId>;
  /** Whose steps let the waiters go on: the first and the last of them, and how long was waited for the task in all. */
  readonly holders: Map<TaskId, { readonly first: StepIndex; step: StepIndex; count: number; waited: Nanoseconds }>;
  /** The last wait of each. */
  readonly lastWaits: Map<TaskId, ContendedWait>;
}

interface ContendedWait {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
  /** That went on after it. */
  readonly step: StepIndex;
}

/** Steps of tasks that gave way for no time at all, by where. */
export interface Spin {
  readonly loop: LoopId;
  readonly point: AwaitPoint;
  count: number;
  /** Of these: in how many rounds next to nothing was done. */
  quick: number;
  run: Nanoseconds;
  readonly first: Nanoseconds;
  last: Nanoseconds;
  readonly tasks: Set<TaskId>;
}

/** Tasks of one coroutine function. */
export interface CoroutineFacts {
  readonly loop: LoopId;
  readonly code: Code;
  /** Of steps that did not block the loop. */
  run: Nanoseconds;
  /** Ready for a step that was not a task's first; without what steps that blocked the loop took of that. */
  ready: Nanoseconds;
  /** How often it was. */
  readies: number;
  wait: Nanoseconds;
  longestReady: { readonly at: Nanoseconds; readonly length: Nanoseconds; readonly task: TaskId };
  readonly tasks: Set<TaskId>;
  /** Where its steps began: the line it went on from, and the time run from there. */
  readonly lines: Map<NodeId, Nanoseconds>;
}

/** Callbacks of one function; without those that blocked the loop. */
export interface CallbackFacts {
  readonly loop: LoopId;
  readonly code: Code;
  readonly site: Site | undefined;
  count: number;
  total: Nanoseconds;
  longest: { readonly at: Nanoseconds; readonly length: Nanoseconds };
}

/** The time covered by intervals that come in the order of their ends. */
export class Union {
  private readonly parts: { from: Nanoseconds; to: Nanoseconds }[] = [];

  add(from: Nanoseconds, to: Nanoseconds): void {
    if (to <= from) return;
    let last = this.parts.at(-1);
    let [start, end] = [from, to];
    while (last !== undefined && last.to >= start) {
      start = Math.min(start, last.from);
      end = Math.max(end, last.to);
      this.parts.pop();
      last = this.parts.at(-1);
    }
    this.parts.push({ from: start, to: end });
  }

  get length(): Nanoseconds {
    return this.parts.reduce((sum, { from, to }) => sum + to - from, 0);
  }
}

export class StepFacts {
  readonly contentions = new Map<string, Contention>();
  readonly spins = new Map<string, Spin>();
  readonly coroutines = new Map<string, CoroutineFacts>();
  readonly callbacks = new Map<string, CallbackFacts>();
  /** Steps and callbacks that held their loop longer than the threshold, also those that the system held up. */
  readonly blocks: StepIndex[] = [];
  private readonly lastBlock = new Map<LoopId, StepIndex>();
  private readonly last: (StepIndex | undefined)[] = [];
  private readonly codeIds = new Map<Code, number>();
  private done = 0;

  constructor(
    private readonly trace: Trace,
    private readonly blockedLoop: Nanoseconds,
  ) {}

  /** Takes in at most so many steps; true when there are no more for now. */
  advance(most: number): boolean {
    const { steps } = this.trace;
    const until = Math.min(steps.length, this.done + most);
    for (; this.done < until; this.done++) this.take(this.done);
    return this.done === steps.length;
  }

  private take(step: StepIndex): void {
    const { steps } = this.trace;
    const task = steps.task(step);
    const loop = steps.loop(step);
    const lasted = steps.end(step) - steps.start(step);
    const run = lasted - this.preempted(loop, steps.start(step), steps.end(step), "likely");
    if (lasted > this.blockedLoop) this.blocks.push(step);
    const blocks = run > this.blockedLoop;
    if (task === 0) {
      if (!blocks) this.takeCallback(step, loop, run);
    } else {
      const previous = this.last[task];
      this.last[task] = step;
      this.takeCoroutine(step, previous, task, loop, blocks ? 0 : run);
      if (previous !== undefined) this.takeWait(step, previous, task, loop, run);
    }
    if (blocks) this.lastBlock.set(loop, step);
  }

  private preempted(loop: LoopId, from: Nanoseconds, to: Nanoseconds, estimate: "likely" | "at most"): Nanoseconds {
    return to - from < WORTH_A_LOOK ? 0 : preemptedWithin(this.trace, loop, from, to, estimate);
  }

  private takeCallback(step: StepIndex, loop: LoopId, run: Nanoseconds): void {
    const { steps } = this.trace;
    const node = steps.node(step);
    if (node === 0) return;
    const key = `${loop}:${node}`;
    let facts = this.callbacks.get(key);
    if (facts === undefined) {
      const frame = this.trace.chain(node).at(-1);
      if (frame === undefined) return;
      const { code, site } = frame;
      this.callbacks.set(key, (facts = { loop, code, site, count: 0, total: 0, longest: { at: 0, length: 0 } }));
    }
    facts.count += 1;
    facts.total += run;
    if (run > facts.longest.length) facts.longest = { at: steps.start(step), length: run };
  }

  private takeCoroutine(
    step: StepIndex,
    previous: StepIndex | undefined,
    task: TaskId,
    loop: LoopId,
    run: Nanoseconds,
  ): void {
    const { steps } = this.trace;
    const code = this.trace.task(task)?.code;
    if (code === undefined) return;
    let id = this.codeIds.get(code);
    if (id === undefined) this.codeIds.set(code, (id = this.codeIds.size));
    const key = `${loop}:${id}`;
    let facts = this.coroutines.get(key);
    if (facts === undefined) {
      const longestReady = { at: 0, length: 0, task };
      const nothing = { run: 0, ready: 0, readies: 0, wait: 0, longestReady };
      this.coroutines.set(key, (facts = { loop, code, ...nothing, tasks: new Set(), lines: new Map() }));
    }
    facts.run += run;
    if (facts.tasks.size < MOST_KNOWN) facts.tasks.add(task);
    if (previous === undefined) return;
    const from = steps.node(previous);
    if (run > 0) facts.lines.set(from, (facts.lines.get(from) ?? 0) + run);
    const since = steps.readySince(step);
    facts.wait += since - steps.end(previous);
    const blocked = this.blockedWithin(loop, since, steps.start(step));
    const waited = steps.start(step) - since - this.preempted(loop, since, steps.start(step), "at most");
    const length = Math.max(0, waited - blocked);
    facts.ready += length;
    facts.readies += 1;
    if (length > facts.longestReady.length) facts.longestReady = { at: since, length, task };
  }

  /** Of this time, what the loop's last long step took. */
  private blockedWithin(loop: LoopId, from: Nanoseconds, to: Nanoseconds): Nanoseconds {
    const block = this.lastBlock.get(loop);
    if (block === undefined) return 0;
    const { steps } = this.trace;
    return Math.max(0, Math.min(to, steps.end(block)) - Math.max(from, steps.start(block)));
  }

  private takeWait(step: StepIndex, previous: StepIndex, task: TaskId, loop: LoopId, run: Nanoseconds): void {
    const { steps } = this.trace;
    const from = steps.end(previous);
    const to = steps.readySince(step);
    const point = this.trace.awaitSite(steps.node(previous));
    if (point === undefined) return;
    if (to === from) {
      if (steps.wakerStep(step) === previous) this.takeSpin(step, point, task, loop, run);
      return;
    }
    if (!CONTENDED.has(point.kind)) return;
    const key = `${loop}:${point.kind}:${siteKey(point.site)}`;
    let facts = this.contentions.get(key);
    if (facts === undefined) {
      const longest = { from, length: 0, task };
      const waiters = { covered: new Union(), handedOn: new Union(), crowd: new Crowd(), tasks: new Set<TaskId>() };
      facts = { loop, point, count: 0, total: 0, longest, ...waiters, holders: new Map(), lastWaits: new Map() };
      this.contentions.set(key, facts);
    }
    facts.count += 1;
    facts.total += to - from - this.preempted(loop, from, to, "likely");
    facts.covered.add(from, to);
    facts.crowd.add(from, to);
    if (to - from > facts.longest.length) facts.longest = { from, length: to - from, task };
    if (facts.tasks.size < MOST_KNOWN) facts.tasks.add(task);
    const waker = originalWaker(this.trace, step);
    if (waker.kind === "step") this.takeHolder(facts, waker.step, from, to);
    if (facts.lastWaits.has(task) || facts.lastWaits.size < MOST_KNOWN) facts.lastWaits.set(task, { from, to, step });
  }

  /** Who let a waiting task go on. */
  private takeHolder(
    { holders, handedOn, lastWaits }: Contention,
    step: StepIndex,
    from: Nanoseconds,
    to: Nanoseconds,
  ): void {
    const holder = this.trace.steps.task(step);
    const own = lastWaits.get(holder);
    if (own !== undefined && (own.to > from || this.isOneHold(holder, own, step)))
      handedOn.add(Math.max(from, this.trace.steps.start(own.step)), to);
    const known = holders.get(holder);
    if (known !== undefined) {
      known.step = step;
      known.count += 1;
      known.waited += to - from;
    } else if (holders.size < MOST_KNOWN) holders.set(holder, { first: step, step, count: 1, waited: to - from });
  }

  /**
   * Whoever lets others in at a line need not have held the lock that he had waited for there, where each thing has a lock of
   * its own. He did if they stood in line at once; or if he stood at one place ever since he was let in, and had waited as
   * others now wait for him.
   */
  private isOneHold(holder: TaskId, { from, to, step }: ContendedWait, release: StepIndex): boolean {
    const { steps } = this.trace;
    if (to - from < (steps.start(release) - steps.start(step)) / 2) return false;
    const list = this.trace.stepsOf(holder);
    const first = firstIndex(list.length, (i) => list.at(i) >= step);
    const place = steps.node(step);
    for (let i = first; i < Math.min(list.length, first + MOST_IN_A_HOLD); i++) {
      const at = list.at(i);
      if (at === release) return true;
      if (steps.node(at) !== place) return false;
    }
    return false;
  }

  private takeSpin(step: StepIndex, point: AwaitPoint, task: TaskId, loop: LoopId, run: Nanoseconds): void {
    const { steps } = this.trace;
    const key = `${loop}:${siteKey(point.site)}`;
    let spin = this.spins.get(key);
    if (spin === undefined) {
      spin = { loop, point, count: 0, quick: 0, run: 0, first: steps.start(step), last: 0, tasks: new Set() };
      this.spins.set(key, spin);
    }
    spin.count += 1;
    if (run < SPIN_WORK) spin.quick += 1;
    spin.run += run;
    spin.last = steps.end(step);
    if (spin.tasks.size < MOST_KNOWN) spin.tasks.add(task);
  }
}
