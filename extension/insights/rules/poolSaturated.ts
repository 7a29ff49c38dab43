import type { Job, Nanoseconds, Trace } from "../../trace";
import { Union } from "../facts";
import type { Evidence, Finding, Rule } from "../types";
import { duration, listed, loopLength, percent, place, plural } from "../words";

const MOST_SHOWN = 5;
/** Fewer jobs in line are no habit. */
const FEWEST = 3;

export const poolSaturated: Rule = {
  id: "pool-saturated",
  explanation: {
    what: "Calls handed to threads wait for a free thread for much of the run.",
    why: "The pool's size decides how many go on at once; asyncio uses the same default pool to look up host names.",
    fix: "Give slow calls a ThreadPoolExecutor of their own with enough max_workers, or hand it fewer at once.",
  },
  find(trace, _facts, thresholds) {
    const pools = new Map<string, Job[]>();
    for (const job of trace.jobs) {
      // When a process began with a job nobody sees.
      if (job.executor === "process" || (job.started === undefined && job.ended !== undefined)) continue;
      const key = `${job.loop} ${job.executor}`;
      const pool = pools.get(key);
      if (pool === undefined) pools.set(key, [job]);
      else pool.push(job);
    }
    return [...pools.values()].flatMap((jobs) => {
      const found = tell(trace, jobs, thresholds.cost, thresholds.share);
      return found === undefined ? [] : [found];
    });
  },
};

function tell(trace: Trace, jobs: readonly Job[], cost: Nanoseconds, share: number): Finding | undefined {
  const waited = (job: Job): Nanoseconds => (job.started ?? trace.end) - job.created;
  const busy = busyLine(jobs, trace.end);
  const queued = jobs.filter((job) => waited(job) > busy.least).sort((a, b) => (a.started ?? 0) - (b.started ?? 0));
  const total = queued.reduce((sum, job) => sum + waited(job), 0);
  const covered = new Union();
  for (const job of queued) covered.add(job.created, job.started ?? trace.end);
  const length = loopLength(trace, jobs[0]?.loop ?? 0);
  if (queued.length < FEWEST || total < cost || covered.length < share * length) return undefined;
  const worst = queued.reduce((a, b) => (waited(b) > waited(a) ? b : a));
  const longest = [...queued].sort((a, b) => waited(b) - waited(a)).slice(0, MOST_SHOWN);
  return {
    rule: "pool-saturated",
    severity: "warning",
    certainty: "Measured: from when a call was handed over to when a thread began with it",
    message: `${plural(queued.length, "call")} waited for a free thread, for ${percent(covered.length / length)} of the run: ${plural(busy.threads, "thread")} ran ${plural(jobs.length, "call")}; the longest waited ${duration(waited(worst))}`,
    site: worst.site,
    tasks: listed(new Set(queued.flatMap((job) => (job.task === undefined ? [] : [job.task])))),
    at: worst.created,
    cost: total,
    evidence: longest.map((job): Evidence => ({
      label: `${job.function?.name ?? "a call"} waited ${duration(waited(job))}${job.site === undefined ? "" : `, from ${place(job.site)}`}`,
      at: job.created,
      ...(job.site === undefined ? {} : { site: job.site }),
      ...(job.task === undefined ? {} : { task: job.task }),
    })),
  };
}

/** How many threads there were; and what a new thread alone takes, which is no waiting in line. */
function busyLine(jobs: readonly Job[], end: Nanoseconds): { readonly threads: number; readonly least: Nanoseconds } {
  const threads = new Set(jobs.flatMap((job) => (job.thread === undefined ? [] : [job.thread])));
  const ran = jobs
    .map((job) => (job.started === undefined ? 0 : (job.ended ?? end) - job.started))
    .sort((a, b) => a - b);
  const typical = ran[ran.length >> 1] ?? 0;
  return { threads: threads.size, least: Math.max(10e6, typical / 4) };
}
