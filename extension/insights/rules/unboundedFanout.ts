import { firstIndex, siteKey, stateAt, type AwaitKind, type Nanoseconds, type TaskInfo, type Trace } from "../../trace";
import type { Found, Rule } from "../types";
import { duration, listed, percent } from "../words";

/** Who stands there is held by a limiter, or waits for work. */
const LIMITED: ReadonlySet<AwaitKind> = new Set<AwaitKind>([
  "semaphore",
  "lock",
  "condition",
  "queue.get",
  "queue.put",
  "barrier",
  "event",
]);
const SAMPLE = 200;
const MOSTLY = 0.5;

export const unboundedFanout: Rule = {
  id: "unbounded-fanout",
  explanation: {
    what: "One line created thousands of tasks that were alive at the same time, with nothing to limit them.",
    why: "Each takes memory, and most likely a connection or a file: with more input the program runs out of one of them.",
    fix: "Let a fixed number of workers take from a queue, or hold an asyncio.Semaphore around the costly part.",
  },
  find(trace, _facts, thresholds) {
    const bySite = new Map<string, TaskInfo[]>();
    for (const task of trace.tasks) {
      if (task.createSite === undefined || task.closesDropped) continue;
      const key = siteKey(task.createSite);
      const same = bySite.get(key);
      if (same === undefined) bySite.set(key, [task]);
      else same.push(task);
    }
    return [...bySite.values()].flatMap((tasks) => {
      if (tasks.length < thresholds.fanout) return [];
      const found = tell(trace, tasks, thresholds.fanout);
      return found === undefined ? [] : [found];
    });
  },
};

function tell(trace: Trace, tasks: readonly TaskInfo[], least: number): Found | undefined {
  const { peak, at } = peakOf(tasks, trace.end);
  if (peak < least) return undefined;
  const alive = tasks.filter((task) => task.created <= at && (task.ended ?? Infinity) > at);
  const stride = Math.max(1, Math.floor(alive.length / SAMPLE));
  const sample = alive.filter((_, i) => i % stride === 0);
  // Where they came to stand: at the peak itself many have not run yet.
  const limited = sample.filter((task) => isLimited(trace, task, at)).length;
  if (limited > MOSTLY * sample.length) return undefined;
  const first = tasks[0]!;
  const last = tasks.reduce((end, task) => Math.max(end, task.ended ?? trace.end), 0);
  return {
    rule: "unbounded-fanout",
    severity: "warning",
    certainty: `Measured; of ${sample.length} tasks looked at then, ${percent(limited / sample.length)} were held by a lock, semaphore or queue`,
    message: `${peak} tasks of ${first.coro} were alive at once, all created here`,
    site: first.createSite,
    tasks: listed(alive.map(({ id }) => id)),
    at,
    cost: 0,
    evidence: [
      { label: `${peak} of ${tasks.length} tasks alive`, at, task: alive[0]?.id ?? first.id },
      {
        label: `created within ${duration((tasks.at(-1)?.created ?? at) - first.created)}, all ended after ${duration(last - first.created)}`,
        at: first.created,
      },
      { label: memoryWords(trace, first.created, last), at },
    ],
  };
}

/** What the process took while they lived: of the tasks alone nobody can tell it. */
function memoryWords(trace: Trace, from: Nanoseconds, to: Nanoseconds): string {
  const { memory } = trace;
  const begin = firstIndex(memory.length, (i) => memory[i]!.at > from);
  const end = firstIndex(memory.length, (i) => memory[i]!.at > to);
  const before = memory[Math.max(0, begin - 1)];
  if (before === undefined) return "memory: not known, only Linux tells it";
  const most = memory.slice(begin, end).reduce((max, { resident }) => Math.max(max, resident), before.resident);
  if (most === before.resident) return `memory of the process: ${megabytes(most)}, which did not grow meanwhile`;
  return `memory of the process: ${megabytes(before.resident)} before, up to ${megabytes(most)} meanwhile`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function peakOf(tasks: readonly TaskInfo[], end: Nanoseconds): { readonly peak: number; readonly at: Nanoseconds } {
  const ends = Float64Array.from(tasks, (task) => task.ended ?? end + 1).sort();
  const starts = Float64Array.from(tasks, (task) => task.created).sort();
  let ended = 0;
  let peak = 0;
  let at = 0;
  starts.forEach((start, i) => {
    while (ended < ends.length && (ends[ended] ?? 0) <= start) ended++;
    if (i + 1 - ended > peak) {
      peak = i + 1 - ended;
      at = start;
    }
  });
  return { peak, at };
}

/** Where the task stands at the peak; one that has not run yet, after its first step. */
function isLimited(trace: Trace, task: TaskInfo, at: Nanoseconds): boolean {
  const state = stateAt(trace, task.id, at);
  const list = trace.stepsOf(task.id);
  const step = state?.state === "waiting" ? state.step : list.length === 0 ? undefined : list.at(0);
  const kind = step === undefined ? undefined : trace.awaitSite(trace.steps.node(step))?.kind;
  return kind !== undefined && LIMITED.has(kind);
}
