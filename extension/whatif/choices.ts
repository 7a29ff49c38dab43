/** The changes that make sense at some lines of a run. */
import { parseLimit, parsePercent } from "./numbers";
import { siteKey, type Site, type Trace } from "../trace";
import { limitable, type Limitable } from "./limits";
import { record } from "./record";
import type { Schedule } from "./schedule";
import { isBefore, linesOf, pathTo, Stands, type Lines } from "./sites";
import type { Change } from "./types";
import { visitsOf } from "./visits";

export interface Choice {
  /** Short: what would be done. */
  readonly label: string;
  readonly changes: readonly Change[];
}

/** A change with a number of one's own. */
export interface Asked {
  readonly label: string;
  /** What the number is. */
  readonly prompt: string;
  /** To begin with. */
  readonly value: string;
  /** Or why it cannot be. */
  readonly changesFor: (text: string) => readonly Change[] | string;
}

const HALF = 50;
const ALL = 100;
/** A loop of more rounds is better not run all at once. */
const MANY = 20;
const SOME = 10;

/** Whether each of them changes anything, `whatIf` says. Pauses where others may go on. */
export function* choicesAt(
  trace: Trace,
  places: readonly Lines[],
): Generator<undefined, { readonly choices: readonly Choice[]; readonly asked: readonly Asked[] }> {
  const [lines] = places;
  if (lines === undefined) return { choices: [], asked: [] };
  const schedule = yield* record(trace);
  const limited = yield* limitable(schedule, lines);
  const { rounds, next } = yield* around(schedule, lines);
  const choices: Choice[] = [];
  const together: Change = { kind: "concurrent", lines: places };
  if (places.length > 1) choices.push({ label: `These ${places.length} awaits together`, changes: [together] });
  else if (rounds > 1) {
    choices.push({ label: "Its rounds together", changes: [together] });
    if (rounds > MANY)
      choices.push({
        label: `Its rounds together, at most ${SOME} at once`,
        changes: [together, { kind: "limit", lines, limit: SOME }],
      });
  } else if (next !== undefined)
    choices.push({
      label: `Together with the await in line ${next.line}`,
      changes: [{ kind: "concurrent", lines: [lines, linesOf(next)] }],
    });
  choices.push({ label: "Off the loop, in a thread", changes: [{ kind: "unblock", lines }] });
  choices.push({ label: "Twice as fast", changes: [{ kind: "faster", lines, percent: HALF }] });
  choices.push({ label: "In no time at all", changes: [{ kind: "faster", lines, percent: ALL }] });
  const { kind, count } = limited;
  const asked: Asked[] = [askPercent(lines)];
  if (count > 1 || (count === 1 && kind === "places")) asked.push(askLimit(lines, limited));
  const limits = kind === "places" ? [2 * count, Math.floor(count / 2)] : [SOME, Math.ceil(count / 2)];
  for (const limit of new Set(limits))
    if (limit > 0 && count > 0 && limit !== count && (kind === "places" || limit < count))
      choices.push({
        label: kind === "places" ? `Let in ${limit} at once instead of ${count}` : `At most ${limit} at once`,
        changes: [{ kind: "limit", lines, limit }],
      });
  return { choices, asked };
}

function askPercent(lines: Lines): Asked {
  return {
    label: "Faster by … %",
    prompt: "How much less time it takes, in percent",
    value: "25",
    changesFor: (text) => {
      const percent = parsePercent(text);
      return percent === undefined
        ? "A percentage above 0 and at most 100, such as 25."
        : [{ kind: "faster", lines, percent }];
    },
  };
}

function askLimit(lines: Lines, { kind, count }: Limitable): Asked {
  return {
    label: kind === "places" ? `Let in … at once instead of ${count}` : "At most … at once",
    prompt:
      kind === "places" ? `How many are let in at once: in the run ${count}` : `How many of the ${count} tasks at once`,
    value: String(Math.max(1, Math.floor(count / 2))),
    changesFor: (text) => {
      const limit = parseLimit(text);
      if (limit === undefined) return "A whole number of 1 or more, such as 10.";
      if (kind === "places" && limit === count)
        return `The run let in ${count} at once. Another number changes something.`;
      if (kind === "tasks" && limit >= count)
        return `There are ${count} tasks: only a smaller number makes one of them wait.`;
      return [{ kind: "limit", lines, limit }];
    },
  };
}

/** How often a task was there one time after the other, at most; and which await of the function followed. */
function* around(
  schedule: Schedule,
  lines: Lines,
): Generator<undefined, { readonly rounds: number; readonly next: Site | undefined }> {
  const stands = new Stands(schedule.trace, [lines]);
  let rounds = 0;
  let next: Site | undefined;
  for (const rows of schedule.rowsOf.values()) {
    const visits = yield* visitsOf(schedule, rows, stands);
    rounds = Math.max(rounds, visits.length);
    for (const { stand, leave } of visits) {
      if (next !== undefined || leave === undefined) continue;
      const node = schedule.place[rows[leave]!]!;
      if (pathTo(schedule.trace, node, stand.depth - 1) !== stand.path) continue;
      const site = schedule.trace.chain(node)[stand.depth - 1]?.site;
      if (site !== undefined && siteKey(site) !== stand.key && isBefore(stand.site, site)) next = site;
    }
  }
  return { rounds, next };
}
