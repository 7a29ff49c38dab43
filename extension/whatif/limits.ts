/** So many at once: tasks that were created or awaited at a line, or the places of a semaphore there. */
import { siteKey, type NodeId, type Site, type TaskId } from "../trace";
import { NONE, ROWS_A_SLICE, type Limit, type Row, type Schedule } from "./schedule";
import { isBefore, isWithin, linesText, pathTo, Stands, type Lines, type Stand } from "./sites";
import { NoEffect, type Effect } from "./types";

export function* limit(schedule: Schedule, lines: Lines, n: number): Generator<undefined, Effect> {
  const at = linesText(lines);
  const semaphore = yield* semaphoreAt(schedule, lines);
  if (semaphore !== undefined) {
    yield* limitSemaphore(schedule, semaphore, n);
    return {
      condition: `${n} instead of ${semaphore.most} were let in at once at ${at}`,
      assumptions: [`Everybody let in at ${at} leaves where the run shows others leave.`],
    };
  }
  const sets = tasksAt(schedule, lines).filter((tasks) => tasks.length > 1);
  if (sets.length === 0)
    throw new NoEffect(
      `No tasks are created or awaited together at ${at}, and no semaphore is waited for there: there is nothing to limit.`,
    );
  for (const tasks of sets) yield* limitTasks(schedule, tasks, n);
  return {
    condition: `at most ${n} of the tasks of ${at} ran at once`,
    assumptions: [`The tasks of ${at} wait for their turn before they begin, and keep it to their end.`],
  };
}

export interface Limitable {
  readonly kind: "tasks" | "places";
  readonly count: number;
}

/** How many tasks a limit there would be about, or how many places a semaphore has; 0: neither. */
export function* limitable(schedule: Schedule, lines: Lines): Generator<undefined, Limitable> {
  const semaphore = yield* semaphoreAt(schedule, lines);
  if (semaphore !== undefined) return { kind: "places", count: semaphore.most };
  return { kind: "tasks", count: tasksAt(schedule, lines).reduce((most, { length }) => Math.max(most, length), 0) };
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

function* limitTasks(schedule: Schedule, tasks: readonly TaskId[], n: number): Generator<undefined, void> {
  const enters = new Set<Row>();
  const leaves = new Set<Row>();
  for (const [i, task] of tasks.entries()) {
    if (i % ROWS_A_SLICE === ROWS_A_SLICE - 1) yield;
    const rows = schedule.rowsOf.get(task) ?? [];
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) continue;
    const node = Math.max(0, schedule.place[first]!);
    const added = insertBefore(schedule, first, schedule.addPlace({ node, depth: 1, on: "semaphore" }));
    schedule.rowsOf.set(task, [added, ...rows]);
    enters.add(first);
    leaves.add(last);
  }
  schedule.limits.push({ free: n, enters, leaves });
}

/** The task first comes to stand at `place`, and then runs `row`. Gives the row that stands there, to be put before it. */
function insertBefore(schedule: Schedule, row: Row, place: number): Row {
  const added = schedule.insert(schedule.task[row]!, schedule.before[row]!, schedule.cause[row]!, place);
  schedule.delay[added] = schedule.delay[row]!;
  schedule.outside[added] = schedule.outside[row]!;
  schedule.loop[added] = schedule.loop[row]!;
  schedule.before[row] = added;
  comesAtOnce(schedule, row, added);
  return added;
}

function comesAtOnce(schedule: Schedule, row: Row, after: Row): void {
  schedule.cause[row] = after;
  schedule.delay[row] = 0;
  schedule.outside[row] = "";
}

interface Semaphore extends Pick<Limit, "enters" | "leaves"> {
  /** Holders at once in the run. */
  readonly most: number;
  /** Of `enters`: those that were let in without waiting. */
  readonly straight: ReadonlySet<Row>;
  /** Where those stand that wait. */
  readonly place: number;
  readonly depth: number;
}

function* limitSemaphore(
  schedule: Schedule,
  { enters, leaves, straight, place, depth }: Semaphore,
  n: number,
): Generator<undefined, void> {
  const outside = schedule.addPlace({ node: place, depth, on: "semaphore" });
  let seen = 0;
  for (const [task, rows] of [...schedule.rowsOf]) {
    const all: Row[] = [];
    for (const row of rows) {
      if (++seen % ROWS_A_SLICE === 0) yield;
      if (straight.has(row)) all.push(insertBefore(schedule, row, outside));
      else if (enters.has(row)) comesAtOnce(schedule, row, schedule.before[row]!);
      all.push(row);
    }
    if (all.length > rows.length) schedule.rowsOf.set(task, all);
  }
  schedule.limits.push({ free: n, enters, leaves });
}

/**
 * Who held a semaphore when. The trace shows only those that had to wait for it. Others came straight to where those went
 * on; and all leave it when they stand below, or elsewhere.
 */
function* semaphoreAt(schedule: Schedule, lines: Lines): Generator<undefined, Semaphore | undefined> {
  const { trace } = schedule;
  const stands = new Stands(trace, [lines]);
  const standAt = (row: Row): Stand | undefined => {
    const node = row === NONE ? 0 : schedule.place[row]!;
    const stand = node <= 0 ? undefined : stands.at(node);
    return stand === undefined || trace.awaitSite(node)?.kind !== "semaphore" ? undefined : stand;
  };
  let first: Row | undefined;
  for (let row = 0; row < trace.steps.length && first === undefined; row++) {
    if (row % ROWS_A_SLICE === 0) yield;
    if (schedule.task[row] !== 0 && standAt(row) !== undefined) first = row;
  }
  const entrance = first === undefined ? undefined : standAt(first);
  if (first === undefined || entrance === undefined) return undefined;
  const inside = yield* bodyOf(schedule, entrance, standAt);
  const enters = new Set<Row>();
  const leaves = new Set<Row>();
  const straight = new Set<Row>();
  for (const rows of schedule.rowsOf.values()) {
    let holds = false;
    for (const [i, row] of rows.entries()) {
      if (i % ROWS_A_SLICE === ROWS_A_SLICE - 1) yield;
      // Not let in yet.
      if (standAt(row) !== undefined && schedule.continues[row]!) continue;
      const waited = standAt(schedule.before[row]!) !== undefined;
      const isInside = inside(row);
      if (!holds && (waited || isInside)) {
        enters.add(row);
        if (!waited) straight.add(row);
        holds = true;
      }
      if (holds && !isInside) {
        leaves.add(row);
        holds = false;
      }
    }
  }
  const most = holdersAtOnce(schedule, enters, leaves);
  return { enters, leaves, most, straight, place: schedule.place[first]!, depth: entrance.depth };
}

/** Whether a task stands below the entrance after a row, no further down than those that were let in were seen. */
function* bodyOf(
  { trace, place, before, task }: Schedule,
  { depth, path, site: door, key }: Stand,
  standAt: (row: Row) => Stand | undefined,
): Generator<undefined, (row: Row) => boolean> {
  const known: (Site | false | undefined)[] = [];
  const look = (node: NodeId): Site | false => {
    if (pathTo(trace, node, depth - 1) !== path) return false;
    return trace.chain(node)[depth - 1]?.site ?? false;
  };
  const siteOf = (row: Row): Site | false => {
    const node = place[row]!;
    return node > 0 && (known[node] ??= look(node));
  };
  let last = door;
  for (let row = 0; row < trace.steps.length; row++) {
    if (row % ROWS_A_SLICE === 0) yield;
    const site = task[row] !== 0 && standAt(before[row]!) !== undefined && siteOf(row);
    if (site !== false && isBefore(last, site)) last = site;
  }
  return (row) => {
    const site = siteOf(row);
    return site !== false && siteKey(site) !== key && isBefore(door, site) && !isBefore(last, site);
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
