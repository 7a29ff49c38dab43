import { plainWords, whereItStands, type Nanoseconds, type TaskInfo, type Trace } from "../../trace";
import type { Evidence, Found, Rule } from "../types";
import { duration, listed, place, plural } from "../words";

const MOST_SHOWN = 5;

export const taskLeaked: Rule = {
  id: "task-leaked",
  explanation: {
    what: "A task was still pending when its loop closed, or was collected because nobody kept a reference to it.",
    why: "Its work is cut off in the middle: no finally runs in time, what it waited for is lost.",
    fix: "Keep a reference and await the task, create it in a TaskGroup, or cancel and await it before the loop closes.",
  },
  find(trace) {
    const closed = new Map(trace.loops.map((loop) => [loop.id, loop.closed]));
    const byLine = new Map<string, TaskInfo[]>();
    for (const task of trace.tasks) {
      const cutOff = task.ended === undefined && closed.get(task.loop) !== undefined;
      if (task.destroyed === undefined && !cutOff) continue;
      const key = `${task.destroyed === undefined} ${task.coro} ${task.createSite?.file ?? ""}:${task.createSite?.line ?? 0}`;
      const same = byLine.get(key);
      if (same === undefined) byLine.set(key, [task]);
      else same.push(task);
    }
    return [...byLine.values()].map((tasks) => tell(trace, tasks, closed));
  },
};

function tell(trace: Trace, tasks: readonly TaskInfo[], closed: ReadonlyMap<number, Nanoseconds | undefined>): Found {
  const task = tasks[0]!;
  const closedAt = closed.get(task.loop);
  const collected = task.destroyed !== undefined && (closedAt === undefined || task.destroyed < closedAt);
  const at = collected ? task.destroyed : (closedAt ?? trace.end);
  const list = trace.stepsOf(task.id);
  const since = list.length === 0 ? task.created : trace.steps.end(list.at(list.length - 1));
  const stands = whereItStands(trace, task.id);
  const point = list.length === 0 ? undefined : trace.awaitSite(trace.steps.node(list.at(list.length - 1)));
  const who =
    tasks.length === 1 ? `Task ${task.name} (${task.coro})` : `${plural(tasks.length, "task")} of ${task.coro}`;
  const was = tasks.length === 1 ? "was" : "were";
  const where = stands === undefined ? "" : `; ${stood(plainWords(trace, stands), at - since)}`;
  const evidence: Evidence[] = tasks.slice(0, MOST_SHOWN).map((one) => ({
    label: `${one.name} pending for ${duration(at - one.created)}`,
    task: one.id,
    at: one.created,
  }));
  if (point !== undefined)
    evidence.push({
      label: `stood at ${place(point.site)} for ${duration(at - since)}, since ${duration(since)} of the run`,
      site: point.site,
      at: since,
    });
  if (task.createSite !== undefined)
    evidence.push({ label: `created at ${place(task.createSite)}`, site: task.createSite, at: task.created });
  return {
    rule: "task-leaked",
    severity: "warning",
    certainty: collected
      ? "Certain: asyncio said that it destroyed a pending task"
      : "Certain: the loop was closed, and the task had not ended",
    message: collected
      ? `${who} ${was} collected while pending: nothing kept a reference${where}`
      : `${who} ${was} still pending when the loop closed${where}`,
    site: task.createSite ?? point?.site,
    tasks: listed(tasks.map(({ id }) => id)),
    at,
    cost: tasks.reduce((sum, one) => sum + Math.max(0, at - one.created), 0),
    evidence,
  };
}

/** "it had been in sleep at app.py:12 for 40 ms". */
function stood(now: string, length: Nanoseconds): string {
  const before = now.replace(/^is (?=in )/, "").replace(/^waits for/, "waiting for");
  return before === now ? `it ${now}` : `it had been ${before} for ${duration(length)}`;
}
