import { awaitStats, type AwaitKind, type LoopInfo, type Nanoseconds, type Trace } from "../../trace";
import type { Evidence, Found, Rule } from "../types";
import { duration, listed, place, plural, taskName } from "../words";
import { deadlock, standsOf } from "./deadlock";

const MOST_SHOWN = 10;
/** Quiet for less is no reason to worry. */
const LONG: Nanoseconds = 1e9;
/** Only another task ends these. */
const INNER: ReadonlySet<AwaitKind> = new Set<AwaitKind>([
  "task",
  "gather",
  "taskgroup",
  "wait",
  "as_completed",
  "lock",
  "event",
  "condition",
  "semaphore",
  "barrier",
  "queue.get",
  "queue.put",
  "queue.join",
  "future",
]);

export const stuck: Rule = {
  id: "stuck",
  explanation: {
    what: "All tasks of a loop wait for each other, and nothing the loop knows of is left that could wake one.",
    why: "The program hangs: no timer runs, no I/O is open, no thread works for it.",
    fix: "Look at what each task waits for: somebody has to set the event, put the item, call task_done, or release the lock.",
  },
  find: (trace, facts, thresholds) =>
    trace.loops.flatMap((loop) => {
      const found = tell(trace, loop);
      // A circle says more.
      return found === undefined || deadlock.find(trace, facts, thresholds).length > 0 ? [] : [found];
    }),
};

function tell(trace: Trace, loop: LoopInfo): Found | undefined {
  const standing = trace.standingOf(loop.id);
  if (standing === undefined || wokenFromOutside(trace, loop)) return undefined;
  const stands = standsOf(trace, standing);
  for (const [task, wait] of standing.waits) {
    const inner = INNER.has(wait.on) && wait.due === undefined && wait.source === undefined && wait.job === undefined;
    if (!inner || !stands.has(task)) return undefined;
  }
  // A task that is not in the picture could wake one.
  const alive = trace.tasks.filter(
    ({ loop: of, created, ended }) =>
      of === loop.id && created <= standing.at && (ended === undefined || ended > standing.at),
  );
  if (alive.length === 0 || alive.some(({ id }) => !stands.has(id))) return undefined;
  const all = alive.flatMap(({ id }) => stands.get(id) ?? []);
  const since = Math.max(...all.map((stand) => stand.since));
  const ends = alive.map(({ ended }) => ended ?? trace.end);
  const length = Math.max(standing.at, Math.min(...ends)) - since;
  if (length < LONG) return undefined;
  const leaf = all.find(({ on }) => on.length === 0) ?? all[0];
  const goes = alive.every(({ ended }) => ended === undefined) && loop.closed === undefined && !trace.complete;
  const one = all.length === 1;
  const who = plural(all.length, "task");
  const most = leaf === undefined ? "" : `; ${taskName(trace, leaf.task)} for ${leaf.words}`;
  const why = `with nothing left to wake ${one ? "it" : "them"}${most}`;
  return {
    rule: "stuck",
    severity: "warning",
    certainty: "Likely: no timer, I/O or executor job is left; only a signal or another thread could still wake a task",
    message: `${who} ${goes ? (one ? "has waited" : "have waited") : "waited"} for ${duration(length)} ${why}`,
    site: leaf?.site ?? all.find((stand) => stand.site !== undefined)?.site,
    tasks: listed(all.map(({ task }) => task)),
    at: since,
    cost: length,
    ...(goes ? { ongoing: `${who} ${one ? "waits" : "wait"} ${why}` } : {}),
    evidence: all.slice(0, MOST_SHOWN).map((stand): Evidence => ({
      label: `${taskName(trace, stand.task)} waits for ${stand.words}${stand.site === undefined ? "" : ` at ${place(stand.site)}`}`,
      task: stand.task,
      at: stand.since,
      ...(stand.site === undefined ? {} : { site: stand.site }),
    })),
  };
}

/** Whether sockets are listened at, or a thread has ever woken this loop: either may do so again. */
function wokenFromOutside(trace: Trace, loop: LoopInfo): boolean {
  for (const { kind } of trace.sources()) if (kind === "listener" || kind === "process") return true;
  // A server that nobody has connected to yet shows only in where it was started.
  if (awaitStats(trace).some(({ kind }) => kind === "socket")) return true;
  if (trace.jobs.some((job) => job.ended === undefined)) return true;
  // Threads of executors wake only who waits for their jobs.
  const pool = new Set(trace.jobs.map((job) => job.thread));
  const lane = trace.stepsOfLoop(loop.id);
  const from = Math.max(0, lane.length - RECENT);
  for (let i = from; i < lane.length; i++) {
    const waker = trace.steps.waker(lane.at(i));
    if (waker.kind === "thread" && (waker.thread === undefined || !pool.has(waker.thread))) return true;
    if (waker.kind === "signal") return true;
  }
  return false;
}

/** So many of the last steps are looked at. */
const RECENT = 10_000;
