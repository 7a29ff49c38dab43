/** Groups of tasks in words: how many, how many at once, and who decided. */
import { decisionOf, formatDuration, type GroupInfo, type GroupSite, type Trace } from "../trace";
import { formatCount, oneLine, plural } from "./words";

/** "3 tasks, 2.4 at once, Task-3 last by 10 ms". */
export function groupText(trace: Trace, site: GroupSite): string {
  const words: string[] = [];
  const [first] = site.groups;
  if (site.groups.length === 1 && first !== undefined) words.push(membersText(first));
  else words.push(`${plural(site.members, "task")} in ${plural(site.groups.length, "group")}`);
  if (site.members > 1) words.push(`${atOnceText(site.atOnce)} at once`);
  if (site.groups.length === 1 && first !== undefined) words.push(...decisionText(trace, first));
  if (site.timedOut > 0) words.push(site.groups.length === 1 ? "timed out" : `${formatCount(site.timedOut)} timed out`);
  return words.join(", ");
}

export function membersText(group: GroupInfo): string {
  const tasks = group.members.length + group.more;
  if (group.futures === 0) return plural(tasks, "task");
  return tasks === 0
    ? plural(group.futures, "future")
    : `${plural(tasks, "task")} and ${formatCount(group.futures)} more`;
}

export function atOnceText(atOnce: number): string {
  return atOnce.toFixed(1);
}

/** "Task-3 last by 10 ms"; nothing where there was only one, or nothing is decided yet. */
export function decisionText(trace: Trace, group: GroupInfo): readonly string[] {
  const decision = group.members.length > 1 ? decisionOf(trace, group) : undefined;
  if (decision === undefined) return [];
  const name = oneLine(trace.task(decision.task)?.name ?? "a task");
  if (decision.as === "raised") return [`${name} raised`];
  return [`${name} ${decision.as}${decision.by === undefined ? "" : ` by ${formatDuration(decision.by, 2)}`}`];
}
