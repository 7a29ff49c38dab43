/** Groups of tasks in words: how many, how many at once, and who decided. */
import { decisionOf, formatDuration, type GroupInfo, type GroupSite, type Trace } from "../trace";
import { formatCount, oneLine, plural } from "./words";

/** "3 tasks, 2.4 at once, Task-3 last by 10 ms"; of a timeout "7 of 60 timed out". */
export function groupText(trace: Trace, site: GroupSite): string {
  const words: string[] = [];
  const { groups, members, timedOut } = site;
  const [first] = groups;
  const isOne = groups.length === 1;
  const late = isOne
    ? "timed out"
    : `${formatCount(timedOut)}${hasMembers(site) ? "" : ` of ${formatCount(groups.length)}`} timed out`;
  if (hasMembers(site))
    words.push(
      isOne && first !== undefined
        ? membersText(first)
        : `${plural(members, "task")} in ${plural(groups.length, "group")}`,
    );
  const atOnce = members > 1 ? atOnceText(site.atOnce) : undefined;
  if (atOnce !== undefined) words.push(atOnce);
  if (isOne && first !== undefined) words.push(...decisionText(trace, first));
  if (timedOut > 0) words.push(late);
  return words.join(", ");
}

/** A timeout around awaits of its own task has none. */
export function hasMembers({ members, groups: [first] }: GroupSite): boolean {
  return members > 0 || (first?.futures ?? 0) > 0;
}

export function membersText(group: GroupInfo): string {
  const tasks = group.members.length + group.more;
  if (group.futures === 0) return plural(tasks, "task");
  return tasks === 0
    ? plural(group.futures, "future")
    : `${plural(tasks, "task")} and ${formatCount(group.futures)} more`;
}

/** "2.4 at once"; undefined where they did next to nothing themselves, because they waited for other tasks. */
export function atOnceText(atOnce: number): string | undefined {
  const text = atOnce.toFixed(1);
  return text === "0.0" ? undefined : `${text} at once`;
}

/** "Task-3 last by 10 ms"; nothing where there was only one, or nothing is decided yet. */
export function decisionText(trace: Trace, group: GroupInfo): readonly string[] {
  const decision = group.members.length > 1 ? decisionOf(trace, group) : undefined;
  if (decision === undefined) return [];
  const name = oneLine(trace.task(decision.task)?.name ?? "a task");
  if (decision.as === "raised") return [`${name} raised`];
  return [`${name} ${decision.as}${decision.by === undefined ? "" : ` by ${formatDuration(decision.by, 2)}`}`];
}
