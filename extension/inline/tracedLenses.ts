/** The lines over traced functions, and over the calls that made tasks. Pure. */
import {
  formatDuration,
  type CreatedStat,
  type FunctionStat,
  type LineMap,
  type Outcome,
  type TaskId,
  type Typical,
} from "../trace";
import { placeSites } from "./annotations";
import type { LensFacts } from "./fileFacts";
import { formatCount, formatShare, plural } from "./words";

export interface TracedLens {
  readonly line: number;
  readonly title: string;
  /** The first of the tasks it tells of. */
  readonly task: TaskId | undefined;
}

export function tracedLenses({ functions, created, groups }: LensFacts, map: LineMap): readonly TracedLens[] {
  const lenses: TracedLens[] = [];
  for (const stat of functions) {
    const line = map.get(stat.code.line - 1);
    if (line !== undefined) lenses.push({ line, title: functionTitle(stat), task: stat.first });
  }
  // `gather(load())` makes tasks, too, and says so at its end.
  const ofGroups = new Set(groups.map(({ site }) => `${site.line}:${site.column ?? ""}`));
  for (const stat of placeSites(created, map)) {
    if (ofGroups.has(`${stat.site.line}:${stat.site.column ?? ""}`)) continue;
    lenses.push({ line: stat.line, title: createdTitle(stat), task: stat.first });
  }
  return lenses;
}

/** "12 tasks · Σ 3.4 s · typical 280 ms · waiting 97 %"; "30 calls in 2 tasks · Σ 840 ms · typical 28 ms · waiting 99 %". */
export function functionTitle({ tasks, total, waiting, typical, awaited }: FunctionStat): string {
  const words: string[] = [];
  if (tasks > 0) {
    words.push(plural(tasks, "task"), `Σ ${formatDuration(total)}`);
    if (tasks > 1) words.push(...typicalText(typical));
    words.push(`waiting ${formatShare(waiting, total)}`);
  }
  if (awaited !== undefined) {
    const { calls, more, generator } = awaited;
    const often = generator ? "generator" : calls === undefined ? "awaited" : callsText(calls, more);
    words.push(`${tasks > 0 ? "also " : ""}${often} in ${plural(awaited.tasks, "task")}`);
    const suspended = awaited.waiting + awaited.ready;
    if (tasks === 0) {
      words.push(`Σ ${formatDuration(suspended)}`);
      if (calls !== undefined && calls > 1) words.push(...typicalText(awaited.typical));
      words.push(`waiting ${formatShare(awaited.waiting, suspended)}`);
    }
  }
  return words.join(" · ");
}

/** "typical ≈ 28 ms" where there were too many to look at all of them. */
function typicalText(typical: Typical | undefined): readonly string[] {
  return typical === undefined ? [] : [`typical ${typical.exact ? "" : "≈ "}${formatDuration(typical.duration)}`];
}

/** "12 calls"; "12+ calls" where a loop may hide some. */
function callsText(calls: number, more: boolean): string {
  return more ? `${formatCount(calls)}+ calls` : plural(calls, "call");
}

const OUTCOMES: readonly Outcome[] = ["returned", "raised", "cancelled", "pending"];

/** "12 tasks: 10 returned, 2 raised"; one word when all ended alike. */
export function createdTitle({ tasks, outcomes }: CreatedStat): string {
  const some = OUTCOMES.filter((outcome) => outcomes[outcome] > 0);
  const words = some.map((outcome) => (some.length === 1 ? outcome : `${formatCount(outcomes[outcome])} ${outcome}`));
  return `${plural(tasks, "task")}: ${words.join(", ")}`;
}
