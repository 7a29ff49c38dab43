/** What a wait for several tasks waits for: all of them, not only the one that happened to be last in the run. */
import { firstIndex, type AwaitKind, type TaskId } from "../trace";
import { NONE, ROWS_A_SLICE, type Row, type Schedule } from "./schedule";

/** Rows looked at for waits that count: more would take longer than it helps. */
const MOST_LOOKED_AT = 5_000_000;

const TOGETHER: ReadonlySet<AwaitKind> = new Set<AwaitKind>(["gather", "taskgroup", "wait", "wait_for", "timeout"]);

export function* joinGroups(schedule: Schedule): Generator<undefined, void> {
  const { trace } = schedule;
  for (const group of trace.groups) {
    const isWhole = group.kind === "gather" || group.kind === "taskgroup" || group.returnWhen === "ALL_COMPLETED";
    const last = group.criticalMember;
    if (!isWhole || group.outcome !== "returned" || group.owner === undefined || last === undefined) continue;
    const row = wakeAfter(schedule, group.owner, schedule.rowsOf.get(last)?.at(-1));
    if (row === NONE || !TOGETHER.has(kindBefore(schedule, row) ?? "other")) continue;
    schedule.join(row, lastRows(schedule, group.members, row));
  }
  yield;
  const ends = endsOfChildren(schedule);
  let looked = 0;
  for (const rows of schedule.rowsOf.values()) {
    for (let i = 1; i < rows.length; i++) {
      if (++looked % ROWS_A_SLICE === 0) yield;
      const row = rows[i]!;
      const kind = kindBefore(schedule, row);
      if (kind === "task") schedule.join(row, childrenEnded(schedule, ends, row));
      if (kind === "queue.join" && looked < MOST_LOOKED_AT) {
        looked += row - rows[i - 1]!;
        schedule.join(row, likeTheWaker(schedule, row));
        yield;
      }
    }
  }
}

/** What the task awaited before this row. */
export function kindBefore(schedule: Schedule, row: Row): AwaitKind | undefined {
  const before = schedule.before[row]!;
  return before === NONE ? undefined : schedule.trace.awaitSite(schedule.trace.steps.node(before))?.kind;
}

/** The first row of the task after `other` had ended. */
function wakeAfter(schedule: Schedule, task: TaskId, other: Row | undefined): Row {
  if (other === undefined) return NONE;
  const { steps } = schedule.trace;
  const rows = schedule.rowsOf.get(task) ?? [];
  const end = steps.end(other);
  return rows[firstIndex(rows.length, (n) => steps.start(rows[n]!) >= end)] ?? NONE;
}

function lastRows(schedule: Schedule, tasks: readonly TaskId[], row: Row): readonly Row[] {
  return tasks.flatMap((task) => {
    const last = schedule.rowsOf.get(task)?.at(-1);
    return last !== undefined && last < row && schedule.ends.has(last) ? [last] : [];
  });
}

/** Whoever awaits its tasks one after the other waits for all of them, also for those that were done by then. */
function childrenEnded(schedule: Schedule, ends: ReadonlyMap<TaskId, readonly Row[]>, row: Row): readonly Row[] {
  const rows = ends.get(schedule.task[row]!) ?? [];
  const first = firstIndex(rows.length, (n) => rows[n]! > schedule.before[row]!);
  return rows.slice(
    first,
    firstIndex(rows.length, (n) => rows[n]! >= row),
  );
}

/** The last rows of the tasks that each task created, in order. */
function endsOfChildren({ trace, rowsOf }: Schedule): ReadonlyMap<TaskId, readonly Row[]> {
  const ends = new Map<TaskId, Row[]>();
  for (const { id, parent, outcome } of trace.tasks) {
    const last = rowsOf.get(id)?.at(-1);
    if (parent === undefined || last === undefined || outcome !== "returned") continue;
    const list = ends.get(parent);
    if (list === undefined) ends.set(parent, [last]);
    else list.push(last);
  }
  for (const list of ends.values()) list.sort((a, b) => a - b);
  return ends;
}

/** A queue is joined when each of its items was done with: not only the last one. */
function likeTheWaker(schedule: Schedule, row: Row): readonly Row[] {
  const { trace } = schedule;
  const { steps } = trace;
  let waker = schedule.cause[row]!;
  for (const callback of schedule.wakePath(row)) waker = schedule.cause[callback]!;
  const from = waker === NONE ? NONE : schedule.before[waker]!;
  if (from === NONE) return [];
  const code = trace.task(schedule.task[waker]!)?.code;
  const here = trace.awaitSite(steps.node(from))?.site;
  const like: Row[] = [];
  for (let other = schedule.before[row]! + 1; other < waker; other++) {
    const before = schedule.before[other]!;
    if (before === NONE || trace.task(schedule.task[other]!)?.code !== code) continue;
    if (trace.awaitSite(steps.node(before))?.site === here) like.push(other);
  }
  return like;
}
