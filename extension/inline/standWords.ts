/** What a line is told of the tasks that stand there. Pure: from where they stand and where the traced lines are now. */
import { formatDuration, waitsSince, type Block, type LineMap, type Stand, type TaskId, type Trace } from "../trace";
import { placeSites } from "./annotations";
import { oneLine, plural } from "./words";

/** The mark of one line of code. */
export interface StandMark {
  /** 0-based, as the document is now. */
  readonly line: number;
  readonly text: string;
  /** The liveliest of its tasks; blocked: the line holds up its loop. */
  readonly state: Stand["state"] | "blocked";
  /** All of its tasks, or the first of very many: "fetch-1 waits". */
  readonly tasks: readonly string[];
}

/** Names after a line; the others are counted. */
const NAMES = 3;
/** Tasks named where one asks about a line. */
const LISTED = 20;

const VERBS = { running: "runs", ready: "is ready", waiting: "waits" } as const;

/** Who stands in a file, and what blocks a loop there. */
export interface Here {
  readonly stands: readonly Stand[];
  readonly blocks: readonly Block[];
}

/** `now`: the end of a trace that grows, told in numbers; otherwise a moment to look at, told in names. */
export function standMarks(
  trace: Trace,
  { stands, blocks }: Here,
  map: LineMap,
  moment: "now" | "then",
): readonly StandMark[] {
  const lines = new Map<number, Stand[]>();
  const blocked = new Map<number, Block>();
  for (const block of placeSites(blocks, map)) {
    blocked.set(block.line, block);
    lines.set(block.line, []);
  }
  for (const stand of placeSites(stands, map)) {
    const here = lines.get(stand.line);
    if (here === undefined) lines.set(stand.line, [stand]);
    else here.push(stand);
  }
  return [...lines].map(([line, here]) => {
    const block = blocked.get(line);
    if (block !== undefined) return blockedMark(trace, line, block, here);
    return {
      line,
      text: moment === "now" ? nowText(trace, here) : thenText(trace, here),
      state: (["running", "ready", "waiting"] as const).find((state) => here.some((one) => one.state === state))!,
      tasks: listed(trace, here),
    };
  });
}

/** "blocks the loop, 4.2 s": what a hung program is read by, so it comes before what else stands there. */
function blockedMark(trace: Trace, line: number, { task, since }: Block, here: readonly Stand[]): StandMark {
  const long = formatDuration(Math.max(0, trace.end - since), 2);
  const who = task === undefined ? "A callback" : nameOf(trace, task);
  return {
    line,
    text: [`blocks the loop, ${long}`, ...(here.length === 0 ? [] : [nowText(trace, here)])].join(" · "),
    state: "blocked",
    tasks: [`${who} blocks the loop, ${long}`, ...listed(trace, here)],
  };
}

/** "3 tasks wait here, longest 4.2 s, 1 ready" */
function nowText(trace: Trace, here: readonly Stand[]): string {
  const waiting = here.filter(({ state }) => state === "waiting");
  const others = (["ready", "running"] as const).flatMap((state) => {
    const count = here.filter((one) => one.state === state).length;
    return count === 0 ? [] : [waiting.length === 0 ? `${plural(count, "task")} ${state}` : `${count} ${state}`];
  });
  return [...(waiting.length === 0 ? [] : [waitText(trace, waiting)]), ...others].join(", ");
}

function waitText(trace: Trace, waiting: readonly Stand[]): string {
  let longest = 0;
  for (const { task } of waiting) longest = Math.max(longest, trace.end - (waitsSince(trace, task) ?? trace.end));
  const [first] = waiting;
  const who =
    waiting.length === 1 && first ? `${taskName(trace, first)} waits` : `${plural(waiting.length, "task")} wait`;
  const long = longest === 0 ? "" : `, ${waiting.length === 1 ? "" : "longest "}${formatDuration(longest, 2)}`;
  return `${who} here${long}`;
}

/** "fetch-1, fetch-2, fetch-3 and 4 more wait, main runs" */
function thenText(trace: Trace, here: readonly Stand[]): string {
  const parts: string[] = [];
  for (const state of ["running", "ready", "waiting"] as const) {
    const those = here.filter((one) => one.state === state);
    if (those.length === 0) continue;
    const names = those.slice(0, NAMES).map((stand) => taskName(trace, stand));
    const more = those.length - names.length;
    parts.push(`${joined(names, more)} ${those.length === 1 ? VERBS[state] : PLURAL_VERBS[state]}`);
  }
  return parts.join(", ");
}

const PLURAL_VERBS = { running: "run", ready: "are ready", waiting: "wait" } as const;

function joined(names: readonly string[], more: number): string {
  const last = more > 0 ? `${more.toLocaleString("en-US")} more` : names.at(-1)!;
  const first = more > 0 ? names : names.slice(0, -1);
  return first.length === 0 ? last : `${first.join(", ")} and ${last}`;
}

function listed(trace: Trace, here: readonly Stand[]): readonly string[] {
  const names = here.slice(0, LISTED).map((stand) => `${taskName(trace, stand)} ${VERBS[stand.state]}`);
  return here.length > LISTED ? [...names, `and ${plural(here.length - LISTED, "more task")}`] : names;
}

function taskName(trace: Trace, { task }: Stand): string {
  return nameOf(trace, task);
}

function nameOf(trace: Trace, task: TaskId): string {
  return oneLine(trace.task(task)?.name ?? `Task #${task}`);
}
