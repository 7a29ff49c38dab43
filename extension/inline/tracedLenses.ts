/** The lines over traced functions, and over the calls that made tasks. Pure. */
import {
  formatDuration,
  type CreatedStat,
  type FunctionStat,
  type LineMap,
  type Nanoseconds,
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

/** `goesOn`: the program runs, as far as the trace says. */
export function tracedLenses(
  { functions, created, groups }: LensFacts,
  map: LineMap,
  goesOn: boolean,
): readonly TracedLens[] {
  const lenses: TracedLens[] = [];
  for (const stat of functions) {
    // Comprehensions and generator expressions have no line of their own to stand over.
    if (stat.code.name.endsWith(">")) continue;
    const line = map.get(stat.code.line - 1);
    const title = goesOn ? titleNow(stat) : functionTitle(stat);
    if (line !== undefined) lenses.push({ line, title, task: stat.first });
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
export function functionTitle({ tasks, total, waiting, over, awaited }: FunctionStat): string {
  const words: string[] = [];
  if (tasks > 0)
    words.push(plural(tasks, "task"), ...sumsText({ total, waiting }, tasks > 1 ? over.typical : undefined));
  if (awaited !== undefined) {
    words.push(awaitedText(awaited, tasks > 0));
    if (tasks === 0) words.push(...callsSums(awaited, awaited));
  }
  return words.join(" · ");
}

/**
 * "12 tasks · 2 pending · Σ 2.8 s · typical 280 ms · waiting 97 %": while the program runs, the sums are of what is over. What
 * goes on grows with every moment, and VS Code asks for lenses only now and then: such a number would be old when it is
 * read. The marks of the lines count on.
 */
function titleNow({ tasks, over, awaited }: FunctionStat): string {
  const words: string[] = [];
  const pending = tasks - over.tasks;
  if (tasks > 0) words.push(plural(tasks, "task"));
  if (pending > 0) words.push(pending === tasks ? "pending" : `${formatCount(pending)} pending`);
  if (over.tasks > 0) words.push(...sumsText(over, over.tasks > 1 ? over.typical : undefined));
  if (awaited !== undefined) {
    words.push(awaitedText(awaited, tasks > 0));
    const { waiting, ready } = awaited.over;
    if (tasks === 0 && waiting + ready > 0) words.push(...callsSums(awaited, awaited.over));
  }
  return words.join(" · ");
}

type Awaited = NonNullable<FunctionStat["awaited"]>;

/** "30 calls in 2 tasks" */
function awaitedText({ calls, more, generator, tasks }: Awaited, also: boolean): string {
  const often = generator ? "generator" : calls === undefined ? "awaited" : callsText(calls, more);
  return `${also ? "also " : ""}${often} in ${plural(tasks, "task")}`;
}

function callsSums({ calls, typical }: Awaited, { waiting, ready }: Awaited["over"]): readonly string[] {
  return sumsText({ total: waiting + ready, waiting }, calls !== undefined && calls > 1 ? typical : undefined);
}

/** "Σ 3.4 s · typical 280 ms · waiting 97 %" */
function sumsText(
  { total, waiting }: { readonly total: Nanoseconds; readonly waiting: Nanoseconds },
  typical: Typical | undefined,
): readonly string[] {
  return [`Σ ${formatDuration(total)}`, ...typicalText(typical), `waiting ${formatShare(waiting, total)}`];
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
