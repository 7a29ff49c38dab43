/** Blocks of rows that are not steps: tasks, groups, and how they ended. */
import { GROUP_KINDS, GROUP_OUTCOMES } from "./definitions";
import { MAX_TIME, seconds } from "./fields";
import type { TraceModel } from "./model";
import { wide, type Table } from "./planes";
import type { Outcome } from "./types";

export const TASKS: Table = { columns: 9, kept: 6, differences: [0, 6, 7, 8] };
export const ENDS: Table = { columns: 4, kept: 2, differences: [2, 3] };
export const GROUPS: Table = { columns: 12, kept: 6, differences: [0, 4, 6, 7] };
export const GROUP_ENDS: Table = { columns: 4, kept: 2, differences: [2, 3] };

/** What a row calls its task's outcome, by number. */
export const OUTCOMES: readonly (Outcome | undefined)[] = [undefined, "returned", "raised", "cancelled"];

/** Rows of a file may be as short as a byte, and what they stand for is some hundred times as long in memory. */
const MOST = 4_000_000;

/** Says what is wrong with the block; undefined if nothing is. */
type Fault = string | undefined;

/** `most`: how many tasks a trace may have. */
export function readTasks(trace: TraceModel, words: Uint32Array, most = MOST): Fault {
  if (words.length % TASKS.columns !== 0) return "a block of tasks is not a whole number of rows";
  for (let at = 0; at < words.length; at += TASKS.columns) {
    const created = wide(words[at + 6]!, words[at + 7]!);
    if (created > MAX_TIME) return "a task was created after the end of time";
    if (trace.tasks.length >= most) return `it has more than ${most} tasks, which is more than can be shown`;
    if (words[at] === 0) continue;
    trace.addTask({
      id: words[at]!,
      loop: words[at + 1]!,
      parent: words[at + 2]!,
      group: words[at + 3]!,
      site: trace.nodes.userSite(trace.nodes.index(words[at + 4]!)),
      code: trace.nodes.code(words[at + 5]!),
      created,
      autoName: words[at + 8]!,
    });
  }
  return undefined;
}

/** The ends of tasks whose steps may have been given up. */
export function readEnds(trace: TraceModel, words: Uint32Array): Fault {
  if (words.length % ENDS.columns !== 0) return "a block of ends is not a whole number of rows";
  for (let at = 0; at < words.length; at += ENDS.columns) {
    const ended = wide(words[at + 2]!, words[at + 3]!);
    if (ended > MAX_TIME) return "a task ended after the end of time";
    const outcome = OUTCOMES[words[at + 1]!];
    if (outcome === undefined) continue;
    trace.endTask(words[at]!, outcome, ended);
    trace.reached(ended);
  }
  return undefined;
}

/** Groups with one member at most, of which there is no more to say than fits a row. */
export function readGroups(trace: TraceModel, words: Uint32Array, most = MOST): Fault {
  const number = new DataView(new ArrayBuffer(8));
  for (let at = 0; at < words.length; at += GROUPS.columns) {
    const started = wide(words[at + 6]!, words[at + 7]!);
    if (started > MAX_TIME) return "a group was made after the end of time";
    if (trace.groups.length >= most) return `it has more than ${most} groups, which is more than can be shown`;
    const kind = GROUP_KINDS[words[at + 1]! - 1];
    if (words[at] === 0 || kind === undefined) continue;
    const member = trace.task(words[at + 4]!);
    number.setUint32(0, words[at + 8]!, true);
    number.setUint32(4, words[at + 9]!, true);
    const deadline = started + wide(words[at + 10]!, words[at + 11]!);
    trace.addGroup(
      {
        id: words[at]!,
        kind,
        owner: trace.task(words[at + 2]!)?.id,
        site: trace.nodes.userSite(trace.nodes.index(words[at + 3]!)),
        started,
        returnExceptions: false,
        returnWhen: undefined,
        futures: words[at + 5]!,
        more: 0,
        timeout: seconds(number.getFloat64(0, true)),
        deadline: deadline > MAX_TIME ? undefined : deadline,
      },
      member === undefined ? [] : [member.id],
    );
  }
  return undefined;
}

export function readGroupEnds(trace: TraceModel, words: Uint32Array): Fault {
  for (let at = 0; at < words.length; at += GROUP_ENDS.columns) {
    const ended = wide(words[at + 2]!, words[at + 3]!);
    if (ended > MAX_TIME) return "a group ended after the end of time";
    // Without an outcome, it is that of the only member.
    trace.group(words[at]!)?.finish(ended, GROUP_OUTCOMES[words[at + 1]! - 1]);
    trace.reached(ended);
  }
  return undefined;
}
