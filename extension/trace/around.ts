/** What is around the tasks: executor jobs, whatever wakes tasks from outside of the loop, and what the program lost. */
import type {
  Child,
  Job,
  JobId,
  LoopId,
  Loss,
  Memory,
  Nanoseconds,
  NeverAwaited,
  Outcome,
  Partiality,
  Preemption,
  Source,
  SourceId,
  Standing,
  ThreadId,
} from "./types";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class Around {
  readonly jobs: Mutable<Job>[] = [];
  readonly neverAwaited: NeverAwaited[] = [];
  readonly partial: Partiality[] = [];
  readonly children: Child[] = [];
  readonly lost = new Map<string, number>();
  readonly losses: Mutable<Loss>[] = [];
  readonly memory: Memory[] = [];
  private readonly jobById = new Map<JobId, Mutable<Job>>();
  private readonly sourceById = new Map<SourceId, Source>();
  /** The program's own ends of connections. */
  private readonly localAddresses = new Set<string>();
  private readonly threads = new Map<ThreadId, string>();
  private readonly preempted = new Map<LoopId, Preemption[]>();
  private readonly standings = new Map<LoopId, Standing>();

  job(id: JobId): Job | undefined {
    return this.jobById.get(id);
  }

  addJob(job: Job): void {
    if (this.jobById.has(job.id)) return;
    const kept = { ...job };
    this.jobById.set(job.id, kept);
    this.jobs.push(kept);
  }

  startJob(id: JobId, thread: ThreadId | undefined, at: Nanoseconds): void {
    const job = this.jobById.get(id);
    if (job === undefined || job.started !== undefined) return;
    job.started = Math.max(job.created, at);
    job.thread = thread;
  }

  endJob(id: JobId, outcome: Outcome, at: Nanoseconds): void {
    const job = this.jobById.get(id);
    if (job === undefined || job.ended !== undefined) return;
    job.ended = Math.max(job.started ?? job.created, at);
    job.outcome = outcome;
  }

  sources(): Iterable<Source> {
    return this.sourceById.values();
  }

  source(id: SourceId): Source | undefined {
    return this.sourceById.get(id);
  }

  addSource(source: Source): void {
    if (this.sourceById.has(source.id)) return;
    this.sourceById.set(source.id, source);
    if (source.local !== undefined) this.localAddresses.add(source.local);
  }

  isInside(id: SourceId): boolean {
    const peer = this.sourceById.get(id)?.peer;
    return peer !== undefined && this.localAddresses.has(peer);
  }

  threadName(id: ThreadId): string | undefined {
    return this.threads.get(id);
  }

  nameThread(id: ThreadId, name: string): void {
    this.threads.set(id, name);
  }

  standing(loop: LoopId): Standing | undefined {
    return this.standings.get(loop);
  }

  stand(loop: LoopId, standing: Standing): void {
    this.standings.set(loop, standing);
  }

  preemptions(loop: LoopId): readonly Preemption[] {
    return this.preempted.get(loop) ?? NO_PREEMPTIONS;
  }

  /** Those that are not later than the one before are of a broken file. */
  preempt(loop: LoopId, preemption: Preemption): void {
    const known = this.preempted.get(loop);
    if (known === undefined) this.preempted.set(loop, [preemption]);
    else if (preemption.to > (known.at(-1)?.to ?? 0)) known.push(preemption);
  }

  lose(what: string, count: number, at: Nanoseconds): void {
    const last = this.losses.at(-1);
    if (last?.what === what && this.losses.length >= MAX_LOSSES) {
      last.at = Math.max(last.at, at);
      last.count += count;
    } else if (this.losses.length < MAX_LOSSES) this.losses.push({ what, count, at });
    // Of kinds there are a handful; a file that claims many is broken.
    const kind = this.lost.has(what) || this.lost.size < MAX_KINDS ? what : "other";
    this.lost.set(kind, Math.min(Number.MAX_SAFE_INTEGER, (this.lost.get(kind) ?? 0) + count));
  }
}

const MAX_KINDS = 32;
const NO_PREEMPTIONS: readonly Preemption[] = [];
/** A recorder tells about once a second; the rest is added to the last. */
const MAX_LOSSES = 10_000;
