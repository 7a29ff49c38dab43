/** What a page's main thread did, in processor time: the same however busy the machine is with other things. */
import type { Browser, Page } from "playwright-core";

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Of the thread's own time, in microseconds. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

interface Task {
  /** In microseconds. */
  readonly at: number;
  /** In milliseconds. */
  readonly time: number;
  /** It is a frame: its callbacks, styles and layout, and telling the compositor. */
  readonly isFrame: boolean;
}

/** All tasks of the main thread, in order. */
export class MainThread {
  constructor(private readonly tasks: readonly Task[]) {}

  get longest(): number {
    return Math.max(...this.tasks.map(({ time }) => time));
  }

  get frames(): readonly number[] {
    return this.tasks.filter(({ isFrame }) => isFrame).map(({ time }) => time);
  }

  /** Of each frame, what else was done up to it, from so many milliseconds on: messages, and the engine's tidying up. */
  betweenFrames(from: number): readonly number[] {
    const sums = [0];
    const begun = this.tasks.find(({ isFrame }) => isFrame)?.at ?? 0;
    for (const { at, time, isFrame } of this.tasks) {
      if (at < begun + from * 1000) continue;
      if (isFrame) sums.push(0);
      else sums[sums.length - 1]! += time;
    }
    return sums;
  }
}

export async function watched<T>(browser: Browser, page: Page, act: () => Promise<T>): Promise<[T, MainThread]> {
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "__metadata"] });
  const result = await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  return [result, mainThread(traceEvents)];
}

function mainThread(events: readonly TraceEvent[]): MainThread {
  const place = ({ pid, tid }: TraceEvent): string => `${pid}:${tid}`;
  const mains = new Set(
    events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(place),
  );
  const callbacks = new Map<string, TraceEvent[]>();
  for (const event of events) {
    if (event.name === "FireAnimationFrame")
      callbacks.set(place(event), [...(callbacks.get(place(event)) ?? []), event]);
  }
  // A browser has pages of its own; ours is the one that draws most.
  const [ours = ""] = [...mains].sort((a, b) => (callbacks.get(b)?.length ?? 0) - (callbacks.get(a)?.length ?? 0));
  const frames = (callbacks.get(ours) ?? []).map(({ ts }) => ts).sort((a, b) => a - b);
  let next = 0;
  const tasks = events
    .filter((event) => event.name.endsWith("RunTask") && place(event) === ours && event.dur !== undefined)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const result: Task[] = [];
  let until = -Infinity;
  for (const { ts, dur = 0, tdur = 0 } of tasks) {
    // Tasks within a task.
    if (ts < until) continue;
    until = ts + dur;
    while ((frames[next] ?? Infinity) < ts) next += 1;
    result.push({ at: ts, time: tdur / 1000, isFrame: (frames[next] ?? Infinity) < until });
  }
  return new MainThread(result);
}
