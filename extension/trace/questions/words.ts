/** Steps in plain words. */
import { firstIndex } from "../columns";
import type { Trace } from "../trace";
import type { AwaitKind, GroupId, StepIndex, TaskId } from "../types";

const KIND_WORDS: Readonly<Record<AwaitKind, string>> = {
  sleep: "sleep",
  task: "task",
  future: "future",
  gather: "gather",
  taskgroup: "TaskGroup",
  wait: "wait",
  wait_for: "wait_for",
  as_completed: "as_completed",
  shield: "shield",
  timeout: "timeout",
  lock: "lock",
  event: "event",
  condition: "condition",
  semaphore: "semaphore",
  barrier: "barrier",
  "queue.get": "Queue.get",
  "queue.put": "Queue.put",
  "queue.join": "Queue.join",
  "stream.read": "stream read",
  "stream.write": "stream write",
  socket: "socket",
  subprocess: "subprocess",
  executor: "executor job",
  asyncgen: "async generator",
  other: "something outside of asyncio",
};

/** What the step's task awaits after it, or how it ended. */
export function describeStep(trace: Trace, step: StepIndex): string {
  const { steps } = trace;
  const task = trace.task(steps.task(step));
  if (task === undefined) return `callback ${trace.chain(steps.node(step)).at(-1)?.code.name ?? ""}`.trimEnd();
  const list = trace.stepsOf(task.id);
  if (task.ended !== undefined && list.length > 0 && list.at(list.length - 1) === step)
    return task.outcome === "raised" && task.exception !== undefined ? `raised ${task.exception.type}` : task.outcome;
  const kind = trace.awaitSite(steps.node(step))?.kind;
  const awaited = steps.awaits(step);
  // Named by what the user called; what that in turn awaits is said only where the user awaits it directly.
  if (awaited !== undefined && (kind === undefined || kind === "task" || kind === "gather" || kind === "taskgroup")) {
    return "task" in awaited ? describeTask(trace, awaited.task) : describeGroup(trace, awaited.group);
  }
  return kind === undefined ? "something unknown" : KIND_WORDS[kind];
}

function describeTask(trace: Trace, id: TaskId): string {
  const task = trace.task(id);
  return task === undefined ? "a task" : `task ${task.name}`;
}

export function describeGroup(trace: Trace, id: GroupId): string {
  const group = trace.group(id);
  if (group === undefined) return "a group of tasks";
  const count = group.members.length;
  return `${KIND_WORDS[group.kind]} of ${count} ${count === 1 ? "task" : "tasks"}`;
}

/** A wake may be handed on through this many callbacks before the story stops. */
const MAX_CALLBACKS = 32;

/** Who made the task ready for this step. */
export function describeWaker(trace: Trace, step: StepIndex): string {
  const { steps } = trace;
  const first = trace.stepsOf(steps.task(step));
  const creator = trace.task(trace.task(steps.task(step))?.parent ?? 0);
  if (steps.task(step) !== 0 && first.length > 0 && first.at(0) === step)
    return creator === undefined ? "just created" : `created by ${creator.coro}`;
  let waker = steps.waker(step);
  for (let i = 0; waker.kind === "step" && steps.task(waker.step) === 0 && i < MAX_CALLBACKS; i++) {
    const before = steps.waker(waker.step);
    if (before.kind === "unknown") break;
    waker = before;
  }
  switch (waker.kind) {
    case "io":
      return "woken by I/O";
    case "timer":
      return "woken by a timer";
    case "thread":
      return "woken by another thread";
    case "unknown":
      return "woken by something unknown";
    case "step":
      return `woken by ${describeRunner(trace, waker.step)}`;
  }
}

/** The code that ran in a step, and where it came to stand; a task that ended there, where it had stood before. */
function describeRunner(trace: Trace, step: StepIndex): string {
  const { steps } = trace;
  const task = trace.task(steps.task(step));
  if (task === undefined) {
    const frame = trace.chain(steps.node(step)).at(-1);
    return frame === undefined ? "a callback" : `callback ${frame.code.name}`;
  }
  const list = trace.stepsOf(task.id);
  const before = firstIndex(list.length, (i) => list.at(i) >= step) - 1;
  const point =
    trace.awaitSite(steps.node(step)) ?? (before < 0 ? undefined : trace.awaitSite(steps.node(list.at(before))));
  const file = point?.site.file ?? task.code?.file?.path;
  const line = point?.site.line ?? task.code?.line;
  const place = file === undefined || line === undefined ? "" : ` (${file.split(/[\\/]/).at(-1) ?? file}:${line})`;
  return task.coro + place;
}
