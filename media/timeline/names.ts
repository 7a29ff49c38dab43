/** What tasks and places are called on screen. */
import type { GroupInfo, TaskInfo, Trace } from "../../extension/trace";

export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

/** A qualified name without the functions it was defined in: "main.<locals>.work" is "work". */
export function shortName(qualifiedName: string): string {
  const inner = qualifiedName.lastIndexOf("<locals>.");
  return inner < 0 ? qualifiedName : qualifiedName.slice(inner + "<locals>.".length);
}

/** asyncio's own tasks, which nobody wrote: closing down the loop, taking in a connection, a child's pipes. */
export function isHousekeeping(task: TaskInfo): boolean {
  return task.code?.file?.user === false && /^Base\w*(EventLoop|Transport)\.(_|shutdown_)/.test(task.coro);
}

/** asyncio's own groups, such as the look-ups of a server's addresses; they stand at the user's line that led to them. */
export function isHousekeepingGroup(trace: Trace, group: GroupInfo): boolean {
  return (
    group.members.length > 0 &&
    group.members.every((id) => {
      const task = trace.task(id);
      return task !== undefined && isHousekeeping(task);
    })
  );
}

/** The task as the user knows it: its name, unless asyncio made it up, then its coroutine. */
export function taskTitle(task: TaskInfo): string {
  if (isHousekeeping(task)) return task.coro.slice(task.coro.lastIndexOf(".") + 1);
  return isAutoName(task) && task.code !== undefined ? shortName(task.coro) : task.name;
}

/** What is worth saying beside the title; nothing where it would say the same again. */
export function taskSubtitle(task: TaskInfo): string {
  if (isHousekeeping(task)) return "asyncio's own";
  if (isAutoName(task) && task.code !== undefined) return task.name;
  const coro = shortName(task.coro);
  return coro === task.name ? "" : coro;
}

export function isAutoName(task: TaskInfo): boolean {
  return /^Task-\d+$|^Task #\d+$/.test(task.name);
}

/** "Task-2 (fetch)", or only the one where both are the same. */
export function fullName(task: TaskInfo): string {
  const coro = shortName(task.coro);
  return task.name === coro ? coro : `${task.name} (${coro})`;
}
