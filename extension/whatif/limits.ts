/** So many at once: tasks that were created or awaited at a line, or the places of a semaphore there. */
import { siteKey, type TaskId } from "../trace";
import { NONE, type Limit, type Row, type Schedule } from "./schedule";
import { isBefore, isWithin, linesText, pathTo, Stands, type Lines, type Stand } from "./sites";
import { NoEffect, type Effect } from "./types";

export function limit(schedule: Schedule, lines: Lines, n: number): Effect {
  const at = linesText(lines);
  const held = semaphoreAt(schedule, lines);
  if (held !== undefined) {
    schedule.limits.push({ free: n, ...held });
    return {
      condition: `${n} instead of ${held.most} were let in at once at ${at}`,
      assumptions: [`Everybody let in at ${at} leaves where the run shows others leave.`],
    };
  }
  const sets = tasksAt(schedule, lines).filter((tasks) => tasks.length > 1);
  if (sets.length === 0)
    throw new NoEffect(
      `No tasks are created or awaited together at ${at}, and no semaphore is waited for there: there is nothing to limit.`,
    );
  for (const tasks of sets) limitTasks(schedule, tasks, n);
  return {
    condition: `at most ${n} of the tasks of ${at} ran at once`,
    assumptions: [`The tasks of ${at} wait for their turn before they begin, and keep it to their end.`],
  };
}

/** Of each group there, its members; else the tasks created there, as one. */
function tasksAt(schedule: Schedule, lines: Lines): readonly (readonly TaskId[])[] {
  const { trace } = schedule;
  const made = schedule.newGroups.filter(({ node, depth }) => {
    const site = trace.chain(node)[depth - 1]?.site;
    return site !== undefined && isWithin(site, lines);
  });
  const groups = trace.groups.filter(({ site }) => site !== undefined && isWithin(site, lines));
  const members = [...made, ...groups].map((group) => group.members);
  if (members.length > 0) return members;
  return [
    trace.tasks.filter(({ createSite: site }) => site !== undefined && isWithin(site, lines)).map(({ id }) => id),
  ];
}

function limitTasks(schedule: Schedule, tasks: readonly TaskId[], n: number): void {
  const enters = new Set<Row>();
  const leaves = new Set<Row>();
  for (const task of tasks) {
    const [first, last] = [schedule.rowsOf.get(task)?.[0], schedule.rowsOf.get(task)?.at(-1)];
    if (first === undefined || last === undefined) continue;
    const place = Math.max(0, schedule.place[first]!);
    insertBefore(schedule, first, schedule.addPlace({ node: place, depth: 1, on: "semaphore" }));
    enters.add(first);
    leaves.add(last);
  }
  schedule.limits.push({ free: n, enters, leaves });
}

/** The task first comes to stand at `place`, and then runs `row`. */
function insertBefore(schedule: Schedule, row: Row, place: number): void {
  const added = schedule.insert(schedule.task[row]!, schedule.before[row]!, schedule.cause[row]!, place);
  schedule.delay[added] = schedule.delay[row]!;
  schedule.outside[added] = schedule.outside[row]!;
  schedule.loop[added] = schedule.loop[row]!;
  schedule.before[row] = added;
  comesAtOnce(schedule, row, added);
  const rows = schedule.rowsOf.get(schedule.task[row]!);
  rows?.splice(rows.indexOf(row), 0, added);
}

function comesAtOnce(schedule: Schedule, row: Row, after: Row): void {
  schedule.cause[row] = after;
  schedule.delay[row] = 0;
  schedule.outside[row] = "";
}

interface Semaphore extends Pick<Limit, "enters" | "leaves"> {
  /** Holders at once in the run. */
  readonly most: number;
}

/**
 * Who held a semaphore when. The trace shows only those that had to wait for it. Others came straight to where those went
 * on; and all leave it when they stand below, or elsewhere.
 */
function semaphoreAt(schedule: Schedule, lines: Lines): Semaphore | undefined {
  const { trace } = schedule;
  const stands = new Stands(trace, [lines]);
  const standAt = (row: Row): Stand | undefined => {
    const node = row === NONE ? 0 : schedule.place[row]!;
    if (node <= 0 || trace.awaitSite(node)?.kind !== "semaphore") return undefined;
    return stands.at(node);
  };
  const all = [...schedule.rowsOf.values()];
  const entrance = all
    .flat()
    .map(standAt)
    .find((stand) => stand !== undefined);
  if (entrance === undefined) return undefined;
  const inside = bodyOf(schedule, all, entrance, standAt);
  const enters = new Set<Row>();
  const leaves = new Set<Row>();
  const straight: Row[] = [];
  for (const rows of all) {
    let holds = false;
    for (const row of rows) {
      // Not let in yet.
      if (standAt(row) !== undefined && schedule.continues[row]!) continue;
      const waited = standAt(schedule.before[row]!) !== undefined;
      const isInside = inside(row);
      if (!holds && (waited || isInside)) {
        enters.add(row);
        if (!waited) straight.push(row);
        holds = true;
      }
      if (holds && !isInside) {
        leaves.add(row);
        holds = false;
      }
    }
  }
  const most = holdersAtOnce(schedule, enters, leaves);
  for (const row of enters) if (!straight.includes(row)) comesAtOnce(schedule, row, schedule.before[row]!);
  const node = all.flat().find((row) => standAt(row) !== undefined);
  const place = node === undefined ? 0 : schedule.place[node]!;
  for (const row of straight)
    insertBefore(schedule, row, schedule.addPlace({ node: place, depth: entrance.depth, on: "semaphore" }));
  return { enters, leaves, most };
}

/** Whether a task stands below the entrance after a row, no further down than those that were let in were seen. */
function bodyOf(
  { trace, place, before }: Schedule,
  all: readonly (readonly Row[])[],
  { depth, path, site: door, key }: Stand,
  standAt: (row: Row) => Stand | undefined,
): (row: Row) => boolean {
  const siteOf = (row: Row) => {
    const node = place[row]!;
    if (node <= 0 || pathTo(trace, node, depth - 1) !== path) return undefined;
    return trace.chain(node)[depth - 1]?.site;
  };
  let last = door;
  for (const row of all.flat()) {
    const site = standAt(before[row]!) === undefined ? undefined : siteOf(row);
    if (site !== undefined && isBefore(last, site)) last = site;
  }
  return (row) => {
    const site = siteOf(row);
    return site !== undefined && siteKey(site) !== key && isBefore(door, site) && !isBefore(last, site);
  };
}

function holdersAtOnce({ trace }: Schedule, enters: ReadonlySet<Row>, leaves: ReadonlySet<Row>): number {
  const { steps } = trace;
  const events = [
    ...[...enters].map((row) => ({ at: steps.start(row), change: 1 })),
    ...[...leaves].map((row) => ({ at: steps.end(row), change: -1 })),
  ].sort((a, b) => a.at - b.at || a.change - b.change);
  let [now, most] = [0, 0];
  for (const { change } of events) most = Math.max(most, (now += change));
  return most;
}
