/** The visits of some awaits by one task, also where the program's own functions are awaited there. */
import { isBefore, type Stand, type Stands } from "./sites";
import { ROWS_A_SLICE, type Row, type Schedule } from "./schedule";

export interface Visit {
  readonly stand: Stand;
  /** Index among the task's rows of the one after which it stood there. */
  readonly enter: number;
  /** Of the one that left; undefined: it never did. */
  leave: number | undefined;
}

/**
 * A trace does not say where one call of a function ends and the next begins; but the next one starts again at an
 * await that is no further down than where the one before came in.
 */
export function* visitsOf(
  schedule: Schedule,
  rows: readonly Row[],
  stands: Stands,
): Generator<undefined, readonly Visit[]> {
  const visits: Visit[] = [];
  let open: Visit | undefined;
  for (const [i, row] of rows.entries()) {
    if (i % ROWS_A_SLICE === ROWS_A_SLICE - 1) yield;
    const stand = stands.at(schedule.place[row]!);
    if (open !== undefined && stand !== undefined && isSame(open.stand, stand, schedule.continues[row]!)) continue;
    if (open !== undefined) open.leave = i;
    open = stand && { stand, enter: i, leave: undefined };
    if (open !== undefined) visits.push(open);
  }
  return visits;
}

function isSame(open: Stand, now: Stand, continues: boolean): boolean {
  if (open.key !== now.key || open.path !== now.path) return false;
  if (continues) return true;
  return open.inner !== undefined && now.inner !== undefined && isBefore(open.inner, now.inner);
}
