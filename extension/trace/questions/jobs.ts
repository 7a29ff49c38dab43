/** Executor jobs: whose they are, and in words. */
import type { Trace } from "../trace";
import type { Job, TaskId } from "../types";

const byTask = new WeakMap<Trace, { known: number; readonly jobs: Map<TaskId, Job[]> }>();

/** What the task handed to executors, in that order. */
export function jobsOf(trace: Trace, task: TaskId): readonly Job[] {
  let index = byTask.get(trace);
  if (index === undefined) byTask.set(trace, (index = { known: 0, jobs: new Map() }));
  for (; index.known < trace.jobs.length; index.known++) {
    const job = trace.jobs[index.known];
    if (job?.task === undefined) continue;
    const jobs = index.jobs.get(job.task);
    if (jobs === undefined) index.jobs.set(job.task, [job]);
    else jobs.push(job);
  }
  return index.jobs.get(task) ?? [];
}

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
