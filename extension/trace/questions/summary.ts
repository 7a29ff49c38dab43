/** The summary document: what `awaitscope show --json` prints. docs/summary-format.md is its contract. */
import type { Trace } from "../trace";
import type {
  AwaitKind,
  Cancel,
  GroupId,
  GroupKind,
  GroupOutcome,
  JobId,
  LoopId,
  Nanoseconds,
  Outcome,
  Site,
  TaskId,
  TaskInfo,
} from "../types";
import { awaitStats } from "./awaits";
import { tracebackOf } from "./raised";
import { loopTimes, taskTimes } from "./times";

export interface SummarySite {
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
  readonly end_line: number | null;
  readonly end_column: number | null;
}

export interface Summary {
  readonly format: "awaitscope-summary";
  readonly version: 1;
  readonly program: {
    readonly argv: readonly string[];
    readonly cwd: string;
    readonly python: string;
    readonly exit_code: number | null;
    readonly started_at: string;
    readonly wall_ms: number;
    readonly parent: { readonly pid: number; readonly file: string } | null;
  };
  readonly complete: boolean;
  readonly lost_events: number;
  readonly lost: Readonly<Record<string, number>>;
  readonly loops: readonly {
    readonly id: LoopId;
    readonly thread: string;
    readonly class: string;
    readonly policy: string | null;
    readonly debug: boolean | null;
    readonly steps: number;
    readonly busy_ms: number;
    readonly idle_ms: number;
  }[];
  readonly tasks: readonly {
    readonly id: TaskId;
    readonly name: string;
    readonly coro: string;
    readonly parent: TaskId | null;
    readonly from_thread: string | null;
    readonly loop: LoopId;
    readonly group: GroupId | null;
    readonly created_ms: number;
    readonly ended_ms: number | null;
    readonly outcome: Outcome;
    readonly exception: {
      readonly type: string;
      readonly message: string | null;
      readonly traceback: readonly { readonly function: string; readonly site: SummarySite | null }[];
    } | null;
    readonly cancelled_by: {
      readonly task: TaskId | null;
      readonly site: SummarySite | null;
      readonly group: GroupId | null;
      readonly at_ms: number;
    } | null;
    readonly exception_unretrieved: boolean;
    readonly destroyed_pending: boolean;
    readonly create_site: SummarySite | null;
    readonly steps: number;
    readonly run_ms: number;
    readonly ready_ms: number;
    readonly wait_ms: number;
  }[];
  readonly awaits: readonly {
    readonly site: SummarySite;
    readonly function: string;
    readonly kind: AwaitKind;
    readonly count: number;
    readonly total_ms: number;
    readonly max_ms: number;
    readonly tasks: number;
  }[];
  readonly groups: readonly {
    readonly id: GroupId;
    readonly kind: GroupKind;
    readonly owner: TaskId | null;
    readonly members: readonly TaskId[];
    readonly site: SummarySite | null;
    readonly started_ms: number;
    readonly ended_ms: number | null;
    readonly outcome: GroupOutcome;
    readonly critical_member: TaskId | null;
    readonly first_failed: TaskId | null;
    readonly futures: number;
    readonly timeout_ms: number | null;
  }[];
  readonly jobs: readonly {
    readonly id: JobId;
    readonly loop: LoopId | null;
    readonly task: TaskId | null;
    readonly site: SummarySite | null;
    readonly function: string | null;
    readonly executor: string;
    readonly thread: string | null;
    readonly created_ms: number;
    readonly started_ms: number | null;
    readonly ended_ms: number | null;
    readonly outcome: Outcome;
  }[];
  readonly never_awaited: readonly {
    readonly coro: string | null;
    readonly site: SummarySite | null;
    readonly at_ms: number;
  }[];
  readonly children: readonly { readonly pid: number; readonly file: string; readonly started_ms: number }[];
}

export function summarize(trace: Trace): Summary {
  const parent = trace.header?.parent;
  return {
    format: "awaitscope-summary",
    version: 1,
    program: {
      argv: trace.header?.argv ?? [],
      cwd: trace.header?.cwd ?? "",
      python: trace.header?.python ?? "",
      exit_code: trace.exitCode ?? null,
      started_at: trace.header?.startedAt ?? "",
      wall_ms: milliseconds(trace.end),
      parent: parent === undefined ? null : { pid: parent.pid, file: parent.path },
    },
    complete: trace.complete,
    lost_events: trace.lostEvents,
    lost: Object.fromEntries(trace.lost),
    loops: trace.loops.map((loop) => {
      const times = loopTimes(trace, loop.id);
      return {
        id: loop.id,
        thread: loop.thread,
        class: loop.className,
        policy: loop.policy ?? null,
        debug: loop.debug ?? null,
        steps: times.steps,
        busy_ms: milliseconds(times.busy),
        idle_ms: milliseconds(times.idle),
      };
    }),
    tasks: trace.tasks.map((task) => {
      const times = taskTimes(trace, task.id);
      return {
        id: task.id,
        name: task.name,
        coro: task.coro,
        parent: task.parent ?? null,
        from_thread: (task.fromThread === undefined ? undefined : trace.threadName(task.fromThread)) ?? null,
        loop: task.loop,
        group: task.group ?? null,
        created_ms: milliseconds(task.created),
        ended_ms: millisecondsOrNull(task.ended),
        outcome: task.outcome,
        exception: exceptionOf(trace, task),
        cancelled_by: task.cancelledBy === undefined ? null : cancelOf(task.cancelledBy),
        exception_unretrieved: task.unretrieved !== undefined,
        destroyed_pending: task.destroyed !== undefined,
        create_site: site(task.createSite),
        steps: times.steps,
        run_ms: milliseconds(times.run),
        ready_ms: milliseconds(times.ready),
        wait_ms: milliseconds(times.wait),
      };
    }),
    awaits: awaitStats(trace).map((stat) => ({
      site: siteOf(stat.site),
      function: stat.function.name,
      kind: stat.kind,
      count: stat.count,
      total_ms: milliseconds(stat.total),
      max_ms: milliseconds(stat.max),
      tasks: stat.tasks,
    })),
    groups: trace.groups.map((group) => ({
      id: group.id,
      kind: group.kind,
      owner: group.owner ?? null,
      members: group.members,
      site: site(group.site),
      started_ms: milliseconds(group.started),
      ended_ms: millisecondsOrNull(group.ended),
      outcome: group.outcome,
      critical_member: group.criticalMember ?? null,
      first_failed: group.firstFailed ?? null,
      futures: group.futures,
      timeout_ms: millisecondsOrNull(group.timeout),
    })),
    jobs: trace.jobs.map((job) => ({
      id: job.id,
      loop: job.loop === 0 ? null : job.loop,
      task: job.task ?? null,
      site: site(job.site),
      function: job.function?.name ?? null,
      executor: job.executor,
      thread: (job.thread === undefined ? undefined : trace.threadName(job.thread)) ?? null,
      created_ms: milliseconds(job.created),
      started_ms: millisecondsOrNull(job.started),
      ended_ms: millisecondsOrNull(job.ended),
      outcome: job.outcome,
    })),
    never_awaited: trace.neverAwaited.map((lost) => ({
      coro: lost.code?.name ?? null,
      site: site(lost.site),
      at_ms: milliseconds(lost.at),
    })),
    children: trace.children.map((child) => ({
      pid: child.pid,
      file: child.path,
      started_ms: milliseconds(child.at),
    })),
  };
}

function exceptionOf(trace: Trace, task: TaskInfo): Summary["tasks"][number]["exception"] {
  if (task.exception === undefined) return null;
  const { type, message } = task.exception;
  const traceback = tracebackOf(trace, task).map((frame) => ({ function: frame.code.name, site: site(frame.site) }));
  return { type, message: message ?? null, traceback };
}

function cancelOf(cancel: Cancel): NonNullable<Summary["tasks"][number]["cancelled_by"]> {
  return {
    task: cancel.by ?? null,
    site: site(cancel.site),
    group: cancel.group ?? null,
    at_ms: milliseconds(cancel.at),
  };
}

export function siteOf(site: Site): SummarySite {
  return {
    file: site.file,
    line: site.line,
    column: site.column ?? null,
    end_line: site.endLine ?? null,
    end_column: site.endColumn ?? null,
  };
}

function site(site: Site | undefined): SummarySite | null {
  return site === undefined ? null : siteOf(site);
}

/** With microsecond precision: finer digits would be noise. */
export function milliseconds(time: Nanoseconds): number {
  return Math.round(time / 1000) / 1000;
}

function millisecondsOrNull(time: Nanoseconds | undefined): number | null {
  return time === undefined ? null : milliseconds(time);
}
