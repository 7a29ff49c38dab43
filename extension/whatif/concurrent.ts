/** Awaits that followed one another in a task begin together, each in a task of its own, and the task awaits them all. */
import { siteKey, type TaskId } from "../trace";
import { NONE, ROWS_A_SLICE, type Row, type Schedule } from "./schedule";
import { linesText, pathTo, Stands, type Lines } from "./sites";
import { NoEffect, type Effect } from "./types";
import { visitsOf, type Visit } from "./visits";

/** Awaits that are to begin together: indices among their task's rows. */
interface Together {
  readonly depth: number;
  /** Of the row after which each of them begins, in order. */
  readonly enters: readonly number[];
  /** Of the row that goes on after the last. */
  readonly leave: number | undefined;
}

export function* concurrent(schedule: Schedule, lines: readonly Lines[]): Generator<undefined, Effect> {
  const stands = new Stands(schedule.trace, lines);
  const at = lines.map(linesText).join(", ");
  /** Rows where one await ended and the next began: since now there are two, what the second did is its. */
  const begun = new Map<Row, Row>();
  let [sets, members] = [0, 0];
  for (const [task, rows] of [...schedule.rowsOf]) {
    const found = yield* togetherIn(schedule, rows, yield* visitsOf(schedule, rows, stands));
    if (found.length === 0) continue;
    const moved = new Set<Row>();
    for (const together of found) {
      yield* new Spreading(schedule, task, rows, together, begun).spread(moved);
      sets++;
      members += together.enters.length;
    }
    yield;
    schedule.rowsOf.set(
      task,
      rows.filter((row) => !moved.has(row)),
    );
  }
  if (sets === 0)
    throw new NoEffect(`No awaits at ${at} followed one another in a task: nothing could begin together.`);
  // Tasks that were created to be awaited next.
  for (let row = 0; row < schedule.length; row++) {
    if (row % ROWS_A_SLICE === 0) yield;
    const enter = schedule.before[row] === NONE ? begun.get(schedule.cause[row]!) : undefined;
    if (enter === undefined || schedule.task[row] === 0 || schedule.task[row] === schedule.task[enter]) continue;
    schedule.cause[row] = enter;
    schedule.delay[row] = 0;
  }
  const which = sets === 1 ? `the ${members} awaits` : `the awaits (${members} in ${sets} places)`;
  return {
    condition: `${which} at ${at} began together`,
    assumptions: [`None of the awaits at ${at} needs what another one gives.`],
  };
}

/** Rounds of one await, with what the function awaits between two of them; or several awaits, each once. */
function* togetherIn(
  schedule: Schedule,
  rows: readonly Row[],
  visits: readonly Visit[],
): Generator<undefined, readonly Together[]> {
  const isLoop = new Set(visits.map(({ stand }) => stand.key)).size === 1;
  const result: Together[] = [];
  let current: Visit[] = [];
  /** What was awaited between rounds. */
  const between = new Set<string>();
  const close = (): void => {
    const [first, last] = [current[0], current.at(-1)];
    if (first !== undefined && last !== undefined && current.length > 1) {
      let { leave } = last;
      // After the last round, what is known from between rounds is still part of it.
      while (leave !== undefined && isLoop && between.has(keyAt(schedule, rows[leave]!, first) ?? "")) {
        leave = leave + 1 < rows.length ? leave + 1 : undefined;
      }
      const enters = current.map(({ enter }) => enter);
      const all = rows.slice(first.enter + 1, leave === undefined ? rows.length : leave + 1);
      if (!all.some((row) => schedule.interrupts.has(row))) result.push({ depth: first.stand.depth, enters, leave });
    }
    current = [];
    between.clear();
  };
  for (const [i, visit] of visits.entries()) {
    if (i % ROWS_A_SLICE === ROWS_A_SLICE - 1) yield;
    const [first, previous] = [current[0], current.at(-1)];
    if (first !== undefined && previous !== undefined) {
      const gap = rows.slice(previous.leave, visit.enter).map((row) => keyAt(schedule, row, first));
      const follows = visit.stand.path === first.stand.path && !gap.includes(undefined);
      const isRepeated = !isLoop && current.some(({ stand }) => stand.key === visit.stand.key);
      if (!follows || isRepeated) close();
      else for (const key of gap) between.add(key ?? "");
    }
    current.push(visit);
  }
  close();
  return result;
}

/** Where the function of the visit stands after the row; undefined: it was left. */
function keyAt({ trace, place }: Schedule, row: Row, { stand }: Visit): string | undefined {
  const node = place[row]!;
  if (node <= 0 || pathTo(trace, node, stand.depth - 1) !== stand.path) return undefined;
  const site = trace.chain(node)[stand.depth - 1]?.site;
  return site && siteKey(site);
}

class Spreading {
  readonly #places: readonly number[];

  constructor(
    private readonly schedule: Schedule,
    private readonly task: TaskId,
    private readonly rows: readonly Row[],
    private readonly together: Together,
    private readonly begun: Map<Row, Row>,
  ) {
    this.#places = together.enters.map((enter) => schedule.place[rows[enter]!]!);
  }

  *spread(moved: Set<Row>): Generator<undefined, void> {
    const { schedule, rows } = this;
    const { enters, leave, depth } = this.together;
    const first = rows[enters[0]!]!;
    const node = this.#places[0]!;
    const members: TaskId[] = [];
    const lasts: Row[] = [];
    for (const [m, enter] of enters.entries()) {
      if (m % ROWS_A_SLICE === ROWS_A_SLICE - 1) yield;
      const next = enters[m + 1];
      const end = next ?? (leave === undefined ? rows.length - 1 : leave - 1);
      const own = rows.slice(enter + 1, end + 1);
      const name = `${nameOf(schedule, this.#places[m]!, depth)} ${m + 1} of ${enters.length}`;
      const place = this.#places[m]!;
      const below = schedule.trace.chain(place).slice(depth);
      // What a library's function waits for is told by where the program called it.
      const without = below.some(({ code }) => code.file?.user === true) ? depth : depth - 1;
      const member = schedule.addTask({ name, owner: this.task, node: place, without, createdBy: first });
      const begin = schedule.insert(member, NONE, first, place);
      const all = [begin, ...own];
      if (own[0] !== undefined) {
        this.#waitFrom(own[0], rows[enter]!, begin);
        schedule.before[own[0]] = begin;
      }
      for (const row of own) {
        schedule.task[row] = member;
        moved.add(row);
      }
      if (m > 0) this.begun.set(rows[enter]!, begin);
      if (next !== undefined) schedule.place[own.at(-1)!] = 0;
      else if (leave !== undefined) all.push(this.#endLast(member, rows[leave]!, rows[enter]!, begin, own.at(-1)));
      if (next !== undefined || leave !== undefined) schedule.ends.set(all.at(-1)!, "returned");
      schedule.rowsOf.set(member, all);
      members.push(member);
      lasts.push(all.at(-1)!);
    }
    schedule.place[first] = schedule.addPlace({ node, depth, on: "gather" });
    schedule.newGroups.push({ kind: "gather", owner: this.task, members, node, depth, createdBy: first });
    if (leave === undefined) return;
    const after = rows[leave]!;
    schedule.before[after] = first;
    schedule.cause[after] = lasts.at(-1)!;
    schedule.delay[after] = 0;
    schedule.outside[after] = "";
    schedule.join(after, lasts.slice(0, -1));
  }

  /** The last await ended with the row that then went on with the function: its wait is the member's. */
  #endLast(member: TaskId, after: Row, enter: Row, begin: Row, last: Row | undefined): Row {
    const { schedule } = this;
    if (last === undefined) this.#waitFrom(after, enter, begin);
    const end = schedule.insert(member, last ?? begin, schedule.cause[after]!, 0);
    schedule.delay[end] = schedule.delay[after]!;
    schedule.outside[end] = schedule.outside[after]!;
    const joins = schedule.joins.get(after);
    if (joins !== undefined) schedule.joins.set(end, joins);
    schedule.joins.delete(after);
    return end;
  }

  /** What `row` waits for began with `begin` and not with `enter`. */
  #waitFrom(row: Row, enter: Row, begin: Row): void {
    const { schedule } = this;
    for (const at of [row, ...schedule.wakePath(row)]) {
      if (schedule.cause[at] !== enter) continue;
      schedule.cause[at] = begin;
      schedule.delay[at] = Math.max(0, schedule.delay[at]!);
    }
  }
}

function nameOf({ trace }: Schedule, node: number, depth: number): string {
  const chain = trace.chain(node);
  return (chain[depth] ?? chain.at(-1))?.code.name.split(".").at(-1) ?? "await";
}
