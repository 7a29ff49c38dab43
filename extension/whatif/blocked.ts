/** What holds the loop at a line; and its time spent in a thread instead. */
import type { Nanoseconds } from "../trace";
import { NONE, ROWS_A_SLICE, type Row, type Schedule } from "./schedule";
import { isWithin, linesText, type Lines } from "./sites";
import { NoEffect, type Effect } from "./types";

/** What runs for less does not hold a loop. */
const HOLDS: Nanoseconds = 1e6;
/** Nor does, where nobody looked, what may as well be the machine's doing. */
const SURELY_HOLDS: Nanoseconds = 10e6;

/** Steps of tasks that were seen at these lines while they held the loop, and those that went the same way. */
export function* blockedRows(schedule: Schedule, lines: Lines): Generator<undefined, readonly Row[]> {
  const { trace } = schedule;
  const long: Row[] = [];
  for (let row = 0; row < trace.steps.length; row++) {
    if (schedule.task[row] !== 0 && schedule.run[row]! >= HOLDS) long.push(row);
    if (row % ROWS_A_SLICE === 0) yield;
  }
  const way = (row: Row): string => {
    const before = schedule.before[row]!;
    const from = before === NONE ? 0 : trace.steps.node(before);
    return `${trace.task(schedule.task[row]!)?.coro ?? ""} ${from} ${trace.steps.node(row)}`;
  };
  const ways = new Set<string>();
  for (const row of long) {
    const seen = trace.blockedAt(row).some(({ site }) => site !== undefined && isWithin(site, lines));
    if (seen) ways.add(way(row));
  }
  return long.filter((row) => ways.has(way(row)));
}

export function* unblock(schedule: Schedule, lines: Lines): Generator<undefined, Effect> {
  const { trace } = schedule;
  const at = linesText(lines);
  let rows = yield* blockedRows(schedule, lines);
  // Nobody looked while it ran: then it is known by where it came from.
  if (rows.length === 0) rows = yield* wentOnFrom(schedule, lines);
  if (rows.length === 0)
    throw new NoEffect(`Nothing was seen to hold the loop at ${at}. A step is looked at when it lasts over 100 ms.`);
  const runs = new Map(rows.map((row) => [row, schedule.run[row]!]));
  const rests = new Map<Row, Row>();
  for (const row of rows) {
    const at = trace.blockedAt(row).find(({ site }) => site !== undefined && isWithin(site, lines));
    const frame = at === undefined ? {} : { at };
    const place = schedule.addPlace({ node: trace.steps.node(row), depth: 1, on: "executor", ...frame });
    const rest = schedule.insert(schedule.task[row]!, row, row, schedule.place[row]!);
    schedule.continues[rest] = schedule.continues[row]!;
    schedule.delay[rest] = runs.get(row)!;
    schedule.outside[rest] = "thread";
    schedule.place[row] = place;
    schedule.continues[row] = false;
    schedule.run[row] = 0;
    const outcome = schedule.ends.get(row);
    if (outcome !== undefined) schedule.ends.set(rest, outcome);
    schedule.ends.delete(row);
    rests.set(row, rest);
  }
  for (let row = 0; row < schedule.length; row++) {
    moveWaits(schedule, row, runs, rests);
    if (row % ROWS_A_SLICE === 0) yield;
  }
  for (const others of schedule.joins.values()) others.forEach((other, i) => (others[i] = rests.get(other) ?? other));
  for (const [task, all] of schedule.rowsOf) {
    if (!all.some((row) => rests.has(row))) continue;
    const both = all.flatMap((row) => [row, rests.get(row) ?? NONE]).filter((row) => row !== NONE);
    schedule.rowsOf.set(task, both);
  }
  return {
    condition: `what holds the loop at ${at} ran in a thread`,
    assumptions: [
      `The call at ${at} lets other threads run meanwhile, as sleeping, files and network do; Python code would not.`,
    ],
  };
}

/** What was created or woken in its first half does not wait for the call; everything else does. */
function moveWaits(
  schedule: Schedule,
  row: Row,
  runs: ReadonlyMap<Row, Nanoseconds>,
  rests: ReadonlyMap<Row, Row>,
): void {
  const before = schedule.before[row]!;
  const after = rests.get(before);
  if (after !== undefined && after !== row) schedule.before[row] = after;
  const cause = schedule.cause[row]!;
  const rest = rests.get(cause);
  const run = runs.get(cause);
  if (rest === undefined || run === undefined || rest === row) return;
  if (schedule.delay[row]! < -run / 2) schedule.delay[row] = 0;
  else schedule.cause[row] = rest;
}

function* wentOnFrom(schedule: Schedule, lines: Lines): Generator<undefined, readonly Row[]> {
  const { trace } = schedule;
  const found: Row[] = [];
  for (const [task, rows] of schedule.rowsOf) {
    for (const [i, row] of rows.entries()) {
      if (i % ROWS_A_SLICE === ROWS_A_SLICE - 1) yield;
      if (schedule.run[row]! < SURELY_HOLDS || row >= trace.steps.length) continue;
      const code = trace.task(task)?.code;
      const from = i === 0 ? undefined : trace.awaitSite(trace.steps.node(rows[i - 1]!))?.site;
      const start = i > 0 || code?.file === undefined ? undefined : { file: code.file.path, line: code.line };
      const began = start?.file === lines.file && lines.line <= start.line && start.line <= lines.endLine;
      if (began || (from !== undefined && isWithin(from, lines))) found.push(row);
    }
  }
  return found;
}
