import {
  forEachSlice,
  preemptedWithin,
  siteKey,
  type AwaitKind,
  type GroupInfo,
  type Nanoseconds,
  type Site,
  type StepIndex,
  type TaskId,
  type Trace,
} from "../../trace";
import { blockedCall } from "../blockedCall";
import type { Evidence, Facts, Found, Rule } from "../types";
import { duration, listed, percent, place, plural, stoodBefore, taskName } from "../words";

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
  find(trace, facts, thresholds) {
    const candidates = trace.groups
      .filter(
        ({ kind, ended, members }) =>
          TOGETHER.has(kind) && ended !== undefined && members.length > 1 && members.length <= MOST_MEMBERS,
      )
      .filter(({ started, ended }) => (ended ?? 0) - started >= thresholds.cost)
      .sort((a, b) => (b.ended ?? 0) - b.started - (a.ended ?? 0) + a.started)
      .slice(0, MOST_GROUPS);
    const bySite = new Map<string, Found>();
    let left = MOST_SLICES;
    for (const group of candidates) {
      if (left <= 0) break;
      const seen = look(trace, group, left, thresholds.cost);
      left -= seen.slices;
      const found = seen.serial ? tell(trace, facts, group, seen) : undefined;
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
  /** Their longest step, of those that were seen while they lasted, if any was. */
  readonly longest: Step | undefined;
}

interface Step {
  readonly task: TaskId;
  readonly step: StepIndex;
  readonly from: Nanoseconds;
  readonly length: Nanoseconds;
  readonly isSeen: boolean;
}

function look(trace: Trace, group: GroupInfo, most: number, least: Nanoseconds): Look {
  const until = group.ended ?? trace.end;
  const active: Active[] = [];
  const turns = new Map<string, Turn>();
  const parts = new Map<TaskId, Nanoseconds>();
  let slices = 0;
  let running = 0;
  let longest: Step | undefined;
  for (const task of group.members) {
    if (slices > most) break;
    forEachSlice(trace, task, group.started, until, (state, start, end, step) => {
      slices += 1;
      const from = Math.max(start, group.started);
      const to = Math.min(end, until);
      if (state === "running") {
        running += to - from;
        const isSeen = trace.blockedAt(step).length > 0;
        const isMore = longest === undefined || (isSeen === longest.isSeen ? to - from > longest.length : isSeen);
        if (isMore) longest = { task, step, from, length: to - from, isSeen };
      } else if (state !== "waiting") return;
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
  const isWorthIt = slices <= most && taking > 1 && length >= least;
  const serial = isWorthIt && total <= covered * (1 + SLACK) && covered >= length * (1 - SLACK);
  return { serial, slices, active: total, running, turns: [...turns.values()], parts, longest };
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

function tell(trace: Trace, facts: Facts, group: GroupInfo, seen: Look): Found | undefined {
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
  if (blocking && seen.longest !== undefined) evidence.push(blockedBy(trace, facts, seen.longest));
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

/** What was seen of a step while it lasted, else where it began. */
function blockedBy(trace: Trace, facts: Facts, { task, step, from, length }: Step): Evidence {
  const stack = trace.blockedAt(step);
  const { call, function: name, site } = blockedCall(stack, facts);
  const ran = `ran for ${duration(length)}`;
  if (stack.length > 0 && site !== undefined)
    return {
      label: `${call === undefined ? `Python code in ${name ?? "a library"}` : `${call}()`} ${ran} at ${place(site)}`,
      site,
      task,
      at: from,
    };
  const code = trace.task(task)?.code;
  const before = stoodBefore(trace, task, step);
  const begun =
    before ?? (code?.file?.user === true ? { file: code.file.path, line: code.line, ...NO_RANGE } : undefined);
  const where = begun === undefined ? "" : ` ${before === undefined ? "from" : "after"} ${place(begun)}`;
  return { label: `${taskName(trace, task)} ${ran} at a time${where}`, task, at: from, ...(begun && { site: begun }) };
}

const NO_RANGE = { column: undefined, endLine: undefined, endColumn: undefined };
