import type { Trace } from "../trace";
import type { Code, LoopId, Nanoseconds, TaskId, TaskInfo } from "../types";
import { foldOf } from "./fold";
import { blockedSince, waitedUntil } from "./ongoing";
import { Sample, type Typical } from "./sample";

export interface TaskTimes {
  readonly steps: number;
  readonly run: Nanoseconds;
  readonly ready: Nanoseconds;
  readonly wait: Nanoseconds;
}

/** How a task spent its life; a pending one up to the end of the trace. */
export function taskTimes(trace: Trace, id: TaskId): TaskTimes {
  const task = trace.task(id);
  const known = foldOf(trace).tasks.get(id);
  const end = task?.ended ?? trace.end;
  if (known === undefined) {
    const ready = task === undefined || task.ended !== undefined ? 0 : Math.max(0, end - task.created);
    return { steps: 0, run: 0, ready, wait: 0 };
  }
  const waited = Math.max(known.lastEnd, Math.min(end, waitedUntil(trace, id)));
  const wait = known.wait + waited - known.lastEnd;
  return { steps: known.steps, run: known.run + Math.max(0, end - waited), ready: known.ready, wait };
}

export interface CoroutineStat extends TaskTimes {
  readonly code: Code;
  readonly tasks: number;
  /** The first of them. */
  readonly first: TaskId;
}

type Sum = { -readonly [K in keyof CoroutineStat]: CoroutineStat[K] };

/** What the tasks of one function did that have ended: it does not grow while the others go on. */
export interface Lives {
  readonly tasks: number;
  /** Of their lives. */
  readonly total: Nanoseconds;
  readonly waiting: Nanoseconds;
  /** Their median. */
  readonly typical: Typical | undefined;
}

/** Tasks that have ended are summed up once, so that asking again costs what is still open and not what ever was. */
class CoroutineFold {
  /** Of the tasks that have ended, how long they lived. */
  private readonly lives = new Map<Code, Sample>();
  private readonly ended = new Map<Code, Sum>();
  private open: TaskInfo[] = [];
  private known = 0;
  private revision = -1;
  private stats: readonly CoroutineStat[] = [];

  constructor(private readonly trace: Trace) {}

  ask(): readonly CoroutineStat[] {
    const { tasks, revision } = this.trace;
    if (revision === this.revision) return this.stats;
    this.revision = revision;
    for (; this.known < tasks.length; this.known++) {
      const task = tasks[this.known];
      if (task?.code === undefined) continue;
      this.open.push(task);
      if (!this.ended.has(task.code)) this.ended.set(task.code, nothing(task.code, task.id));
    }
    const still: TaskInfo[] = [];
    for (const task of this.open) {
      if (task.ended === undefined) {
        still.push(task);
        continue;
      }
      this.add(this.ended, task);
      if (task.code !== undefined) this.livesOf(task.code).add(task.ended - task.created);
    }
    this.open = still;
    const all = new Map([...this.ended].map(([code, sum]) => [code, { ...sum }]));
    for (const task of still) this.add(all, task);
    return (this.stats = [...all.values()]);
  }

  livesOver(code: Code): Lives | undefined {
    this.ask();
    const sum = this.ended.get(code);
    if (sum === undefined) return undefined;
    const { tasks, run, ready, wait } = sum;
    return { tasks, total: run + ready + wait, waiting: wait, typical: this.lives.get(code)?.typical() };
  }

  private livesOf(code: Code): Sample {
    let lives = this.lives.get(code);
    if (lives === undefined) this.lives.set(code, (lives = new Sample()));
    return lives;
  }

  private add(sums: ReadonlyMap<Code, Sum>, task: TaskInfo): void {
    const sum = task.code && sums.get(task.code);
    if (sum === undefined) return;
    const times = taskTimes(this.trace, task.id);
    sum.tasks += 1;
    sum.steps += times.steps;
    sum.run += times.run;
    sum.ready += times.ready;
    sum.wait += times.wait;
  }
}

function nothing(code: Code, first: TaskId): Sum {
  return { code, first, tasks: 0, steps: 0, run: 0, ready: 0, wait: 0 };
}

const folds = new WeakMap<Trace, CoroutineFold>();

/** Per coroutine function that tasks were made of, in the order first met. */
export function coroutineStats(trace: Trace): readonly CoroutineStat[] {
  return foldFor(trace).ask();
}

/** Undefined of a function that no tasks were made of. */
export function livesOver(trace: Trace, code: Code): Lives | undefined {
  return foldFor(trace).livesOver(code);
}

function foldFor(trace: Trace): CoroutineFold {
  let fold = folds.get(trace);
  if (fold === undefined) folds.set(trace, (fold = new CoroutineFold(trace)));
  return fold;
}

export interface LoopTimes {
  /** Of tasks; callbacks are not counted, but keep the loop busy, as does a step that goes on. */
  readonly steps: number;
  readonly busy: Nanoseconds;
  readonly idle: Nanoseconds;
}

export function loopTimes(trace: Trace, loop: LoopId): LoopTimes {
  const list = trace.stepsOfLoop(loop);
  let steps = 0;
  let busy = 0;
  for (let i = 0; i < list.length; i++) {
    const step = list.at(i);
    if (trace.steps.task(step) !== 0) steps += 1;
    busy += trace.steps.end(step) - trace.steps.start(step);
  }
  const blocked = blockedSince(trace, loop);
  if (blocked !== undefined) busy += trace.end - blocked.since;
  const idles = trace.idlesOf(loop);
  let idle = 0;
  for (let i = 0; i < idles.length; i++) idle += idles.end(i) - idles.start(i);
  return { steps, busy, idle };
}
