/** What tasks did after they were asked to cancel: two rules look at it. */
import {
  firstIndex,
  type Cancel,
  type Nanoseconds,
  type Site,
  type StepIndex,
  type TaskInfo,
  type Trace,
} from "../../trace";

export interface Cancelled {
  readonly task: TaskInfo;
  /** The first that was not asyncio's own way to tell a timeout or a failed TaskGroup. */
  readonly cancel: Cancel;
  /** The step in which the task was told. */
  readonly step: StepIndex;
  /** Position of that step among the task's. */
  readonly position: number;
  /** Where it stood: there CancelledError was raised. */
  readonly site: Site | undefined;
}

/** Tasks that learned that they were cancelled; those that ended with the same step, too. */
export function cancelledTasks(trace: Trace): readonly Cancelled[] {
  const found: Cancelled[] = [];
  for (const task of trace.tasks) {
    for (const cancel of trace.cancelsOf(task.id)) {
      if (isOwnScope(trace, task, cancel)) continue;
      const list = trace.stepsOf(task.id);
      const position = firstIndex(list.length, (i) => trace.steps.start(list.at(i)) >= cancel.at);
      if (position === 0 || position === list.length) continue;
      const point = trace.awaitSite(trace.steps.node(list.at(position - 1)));
      found.push({ task, cancel, step: list.at(position), position, site: point?.site });
      break;
    }
  }
  return found;
}

/** A timeout or TaskGroup cancels the task that is inside of it, and turns that into its own exception: it has to go on. */
function isOwnScope(trace: Trace, task: TaskInfo, cancel: Cancel): boolean {
  const group = cancel.group === undefined ? undefined : trace.group(cancel.group);
  return group !== undefined && (group.owner === task.id || group.owner === undefined);
}

/** When it was over: its end, or the end of the trace. */
export function overAt(trace: Trace, { task }: Cancelled): Nanoseconds {
  return task.ended ?? trace.end;
}
