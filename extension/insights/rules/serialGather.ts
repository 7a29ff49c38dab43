import {
  forEachSlice,
  preemptedWithin,
  siteKey,
  type AwaitKind,
  type GroupInfo,
  type Nanoseconds,
  type Site,
  type TaskId,
  type Trace,
} from "../../trace";
import type { Evidence, Finding, Rule } from "../types";
import { duration, listed, percent, place, plural } from "../words";

/** Who waits here waits for its turn; at a condition, for something to happen. */
const TURNS: ReadonlySet<AwaitKind> = new Set<AwaitKind>(["lock", "semaphore", "queue.get", "queue.put"]);
const TOGETHER: ReadonlySet<GroupInfo["kind"]> = new Set<GroupInfo["kind"]>([
  "gather",
  "taskgroup",
  "wait",
  "as_completed",
]);
/** Larger groups and longer lives are not looked at: they would take too long. */
const MOST_MEMBERS = 500;
const MOST_SLICES = 20_000;
/** Of so many groups, the longest are looked at. */
const MOST_GROUPS = 200;
/** How much of their time may overlap, and may be left uncovered by any. */
const SLACK = 0.08;
/** A member that does less than this share of an even one counts for nothing. */
const LEAST_PART = 0.2;
const MOST_SHOWN = 5;

interface Active {
  readonly task: TaskId;
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
}

interface Turn {
  readonly kind: AwaitKind;
  readonly site: Site;
  total: Nanoseconds;
}

export const serialGather: Rule = {
  id: "serial-gather",
  explanation: {
    what: "Tasks were started together, but only one of them ever made progress at a time.",
    why: "The gather or TaskGroup took as long as if each had been awaited on its own.",
    fix: "Find what they take turns at: a lock or a pool of one around the slow await, or a call that blocks the loop.",
  },
  find(trace, _facts, thresholds) {
    const candidates = trace.groups
      .filter(
        ({ kind, ended, members }) =>
          TOGETHER.has(kind) && ended !== undefined && members.length > 1 && members.length <= MOST_MEMBERS,
      )
      .filter(({ started, ended }) => (ended ?? 0) - started >= thresholds.cost)
      .sort((a, b) => (b.ended ?? 0) - b.started - (a.ended ?? 0) + a.started)
      .slice(0, MOST_GROUPS);
    const bySite = new Map<string, Finding>();
    let left = MOST_SLICES;
    for (const group of candidates) {
      if (left <= 0) break;
      const seen = look(trace, group, left);
      left -= seen.slices;
      const found = seen.serial ? tell(trace, group, seen) : undefined;
      const key = group.site === undefined ? `${group.id}` : siteKey(group.site);
      if (found !== undefined && !bySite.has(key)) bySite.set(key, found);
    }
    return [...bySite.values()];
  },
};

interface Look {
  readonly serial: boolean;
  readonly slices: number;
  readonly active: Nanoseconds;
  readonly running: Nanoseconds;
  readonly turns: readonly Turn[];
  readonly parts: ReadonlyMap<TaskId, Nanoseconds>;
}

function look(trace: Trace, group: GroupInfo, most: number): Look {
  const until = group.ended ?? trace.end;
  const active: Active[] = [];
  const turns = new Map<string, Turn>();
  const parts = new Map<TaskId, Nanoseconds>();
  let slices = 0;
  let running = 0;
  for (const task of group.members) {
    if (slices > most) break;
    forEachSlice(trace, task, group.started, until, (state, start, end, step) => {
      slices += 1;
      const from = Math.max(start, group.started);
      const to = Math.min(end, until);
      if (state === "running") running += to - from;
      else if (state !== "waiting") return;
      else {
        const point = trace.awaitSite(trace.steps.node(step));
        if (point !== undefined && TURNS.has(point.kind)) {
          const key = `${point.kind} ${siteKey(point.site)}`;
          const turn = turns.get(key);
          if (turn === undefined) turns.set(key, { kind: point.kind, site: point.site, total: to - from });
          else turn.total += to - from;
          return;
        }
      }
      active.push({ task, from, to });
      parts.set(task, (parts.get(task) ?? 0) + to - from);
    });
  }
  const total = active.reduce((sum, { from, to }) => sum + to - from, 0);
  const covered = coveredBy(active);
  const even = total / group.members.length;
  const taking = [...parts.values()].filter((part) => part >= LEAST_PART * even).length;
  const loop = trace.task(group.members[0] ?? 0)?.loop ?? 0;
  const length = until - group.started - preemptedWithin(trace, loop, group.started, until, "at most");
  const serial = slices <= most && taking > 1 && total <= covered * (1 + SLACK) && covered >= length * (1 - SLACK);
  return { serial, slices, active: total, running, turns: [...turns.values()], parts };
}

function coveredBy(active: readonly Active[]): Nanoseconds {
  let covered = 0;
  let reached = 0;
  for (const { from, to } of [...active].sort((a, b) => a.from - b.from)) {
    covered += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return covered;
}

/** Long runs of Python code, more than waits, are what the members took turns at. */
const MOSTLY = 0.7;

function tell(trace: Trace, group: GroupInfo, seen: Look): Finding | undefined {
  const { active, running, parts } = seen;
  const turn = [...seen.turns].sort((a, b) => b.total - a.total)[0];
  const blocking = running >= MOSTLY * active;
  if (!blocking && turn === undefined) return undefined;
  const longest = Math.max(...parts.values());
  const cost = active - longest;
  const because = blocking
    ? `their own code ran for ${percent(running / active)} of it, without an await that lets others go on`
    : `they took turns at the ${turn?.kind ?? ""}${turn === undefined ? "" : ` at ${place(turn.site)}`}`;
  const evidence: Evidence[] = [];
  if (turn !== undefined && !blocking)
    evidence.push({ label: `${duration(turn.total)} waited at this ${turn.kind}`, site: turn.site });
  for (const [task, part] of [...parts].sort(([, a], [, b]) => b - a).slice(0, MOST_SHOWN))
    evidence.push({
      label: `${trace.task(task)?.name ?? "a task"} made progress for ${duration(part)}`,
      task,
      at: trace.task(task)?.created ?? group.started,
    });
  return {
    rule: "serial-gather",
    severity: blocking ? "info" : "warning",
    certainty: "Measured: the times in which each member ran or waited for something else than its turn",
    message: `The ${plural(group.members.length, "task")} of this ${group.kind} never overlapped in ${duration(active)}: ${because}`,
    site: group.site,
    tasks: listed(group.members),
    at: group.started,
    cost,
    evidence,
  };
}
