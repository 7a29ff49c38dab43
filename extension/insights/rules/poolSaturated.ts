import { firstIndex, type Job, type Nanoseconds, type Trace } from "../../trace";
import { Crowd, overTime } from "../crowd";
import { Union } from "../facts";
import type { Evidence, Found, Rule } from "../types";
import { duration, listed, loopLength, percent, place, plural } from "../words";

const MOST_SHOWN = 3;
const MOST_HOLDERS = 2;
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

function tell(trace: Trace, jobs: readonly Job[], cost: Nanoseconds, share: number): Found | undefined {
  const line = new Line(jobs, trace.end);
  const waits = new Map(jobs.map((job) => [job, line.before(job.created, job.started ?? trace.end)]));
  const waited = (job: Job): Nanoseconds => waits.get(job) ?? 0;
  const queued = jobs.filter((job) => waited(job) > line.least).sort((a, b) => (a.started ?? 0) - (b.started ?? 0));
  const total = queued.reduce((sum, job) => sum + waited(job), 0);
  const covered = new Union();
  const crowd = new Crowd();
  for (const job of queued) {
    covered.add(job.created, job.started ?? trace.end);
    crowd.add(job.created, job.started ?? trace.end);
  }
  const length = loopLength(trace, jobs[0]?.loop ?? 0);
  if (queued.length < FEWEST || total < cost || covered.length < share * length) return undefined;
  const worst = queued.reduce((a, b) => (waited(b) > waited(a) ? b : a));
  const longest = [...queued].sort((a, b) => waited(b) - waited(a)).slice(0, MOST_SHOWN);
  const ran = (job: Job): Nanoseconds => (job.ended ?? trace.end) - (job.started ?? trace.end);
  const holders = [...jobs].sort((a, b) => ran(b) - ran(a)).slice(0, MOST_HOLDERS);
  return {
    rule: "pool-saturated",
    severity: "warning",
    certainty: "Measured: from when a call was handed over to when a thread began with it",
    message: `${plural(queued.length, "call")} waited for a free thread, for ${percent(covered.length / length)} of the run: ${plural(line.threads, "thread")} ran ${plural(jobs.length, "call")}; the longest waited ${duration(waited(worst))}`,
    site: worst.site,
    tasks: listed(new Set(queued.flatMap((job) => (job.task === undefined ? [] : [job.task])))),
    at: worst.created,
    cost: total,
    evidence: [
      ...longest.slice(0, 1).map((job) => tellOf(job, `waited ${duration(waited(job))}`)),
      ...overTime("calls waiting", crowd),
      ...holders.map((job) => tellOf(job, `held a thread for ${duration(ran(job))}`)),
      ...longest.slice(1).map((job) => tellOf(job, `waited ${duration(waited(job))}`)),
    ],
  };
}

function tellOf(job: Job, what: string): Evidence {
  return {
    label: `${job.function?.name ?? "a call"} ${what}${job.site === undefined ? "" : `, from ${place(job.site)}`}`,
    at: job.created,
    ...(job.site === undefined ? {} : { site: job.site }),
    ...(job.task === undefined ? {} : { task: job.task }),
  };
}

/** The pool's threads: how many there were, and when all of them were busy. Until then a new one is begun for each call. */
class Line {
  readonly threads: number;
  /** What is no waiting in line: short beside what a call usually takes. */
  readonly least: Nanoseconds;
  /** From when to when nobody was free, in order, and how long nobody had been by then. */
  private readonly full: { readonly from: Nanoseconds; readonly to: Nanoseconds; readonly before: Nanoseconds }[] = [];

  constructor(jobs: readonly Job[], end: Nanoseconds) {
    const began = jobs.flatMap((job) => (job.started === undefined ? [] : [job]));
    this.threads = new Set(began.map((job) => job.thread)).size;
    const ran = began.map((job) => (job.ended ?? end) - (job.started ?? 0)).sort((a, b) => a - b);
    this.least = Math.max(10e6, (ran[ran.length >> 1] ?? 0) / 4);
    const starts = Float64Array.from(began, (job) => job.started ?? 0).sort();
    const ends = Float64Array.from(began, (job) => job.ended ?? end).sort();
    let total = 0;
    for (let i = this.threads - 1, ended = 0; i < starts.length; i++) {
      const start = starts[i] ?? 0;
      while ((ends[ended] ?? Infinity) <= start) ended += 1;
      // So many have begun and not ended; until the next one ends, all threads are busy.
      if (i + 1 - ended < this.threads) continue;
      const to = Math.max(start, ends[ended] ?? start);
      this.full.push({ from: start, to, before: total });
      total += to - start;
    }
  }

  /** How long, of this time, no thread was free. */
  before(from: Nanoseconds, to: Nanoseconds): Nanoseconds {
    return this.fullUntil(to) - this.fullUntil(from);
  }

  private fullUntil(t: Nanoseconds): Nanoseconds {
    const last = this.full[firstIndex(this.full.length, (i) => (this.full[i]?.from ?? 0) >= t) - 1];
    return last === undefined ? 0 : last.before + Math.min(t, last.to) - last.from;
  }
}
