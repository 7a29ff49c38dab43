/** Executor jobs in words. */
import type { Trace } from "../trace";
import type { Job } from "../types";

/** "executor job read_file". */
export function describeJob(job: Job): string {
  return job.function === undefined ? "executor job" : `executor job ${job.function.name}`;
}

/** "executor job read_file in thread pool_0". */
export function describeJobPlace(trace: Trace, job: Job): string {
  const name = job.thread === undefined ? undefined : trace.threadName(job.thread);
  if (name !== undefined) return `${describeJob(job)} in thread ${name}`;
  const place = job.executor === "thread" || job.executor === "" ? "" : ` in ${executorWords(job.executor)}`;
  const waits = job.started === undefined && job.ended === undefined && job.executor === "thread";
  return `${describeJob(job)}${place}${waits ? ", not started yet" : ""}`;
}

function executorWords(executor: string): string {
  return executor === "process" ? "a process" : executor;
}
