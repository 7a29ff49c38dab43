/** Where a task that has not ended stands. */
import type { Blocked, Trace } from "../trace";
import type { TaskId } from "../types";
import type { Part, Words } from "./causes";
import { blocking, innermostUser } from "./ongoing";
import { timeoutAround, timeoutWords } from "./timeouts";
import { describeStep, standingWait } from "./words";

/** "waits for lock #1, held by Task-2, at app.py:12", "blocks the loop at app.py:5"; undefined of a task that has ended. */
export function whereItStands(trace: Trace, id: TaskId): Words | undefined {
  const task = trace.task(id);
  if (task === undefined || task.ended !== undefined) return undefined;
  const blocked = blocking(trace, id);
  if (blocked !== undefined) return blocksWords(blocked);
  const list = trace.stepsOf(id);
  // One that nobody was seen to make may be older than the recording, and in the step in which that began.
  if (list.length === 0) return [task.createSite === undefined ? "was not seen to run" : "never ran"];
  const step = list.at(list.length - 1);
  const what = describeStep(trace, step);
  const words: Part[] = [what.startsWith("sleep") ? `is in ${what}` : `waits for ${what}`];
  const point = trace.awaitSite(trace.steps.node(step));
  if (point !== undefined) words.push(what.includes(", ") ? ", at " : " at ", { site: point.site });
  const timeout = standingWait(trace, step)?.due === undefined ? timeoutAround(trace, step) : undefined;
  if (timeout !== undefined) words.push(`, ${timeoutWords(timeout)}`);
  return words;
}

function blocksWords(blocked: Blocked): Words {
  const site = innermostUser(blocked.stack())?.site;
  return site === undefined ? ["blocks the loop"] : ["blocks the loop at ", { site }];
}
