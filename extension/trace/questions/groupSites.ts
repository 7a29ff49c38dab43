/** The groups made at one place in the source: how many members, how many at once, and who decided. */
import type { Trace } from "../trace";
import type { GroupInfo, GroupKind, Nanoseconds, Site, TaskId, TaskInfo } from "../types";
import { atOnce } from "./concurrency";
import { anyLine, append, siteKey } from "./fold";

export interface GroupSite {
  readonly site: Site;
  readonly kind: GroupKind;
  readonly groups: readonly GroupInfo[];
  /** Tasks, over all groups. */
  readonly members: number;
  /** How many members did something at once, on average over the groups. */
  readonly atOnce: number;
  readonly timedOut: number;
}

interface Place {
  readonly site: Site;
  readonly kind: GroupKind;
  readonly groups: GroupInfo[];
  open: GroupInfo[];
  /** Of those that are over. */
  members: number;
  atOnce: number;
  timedOut: number;
}

/** Only so many groups that are still open are looked at: each asks all its members. */
const MOST_OPEN = 20;

class GroupFold {
  readonly byFile = new Map<string, Place[]>();
  private readonly places = new Map<string, Place>();
  private known = 0;
  /** Where tasks were made outside of any: calls of `asyncio.run`. */
  private readonly beginnings = new Set<string>();
  private knownTasks = 0;

  constructor(private readonly trace: Trace) {}

  advance(): void {
    const { groups, tasks } = this.trace;
    for (; this.knownTasks < tasks.length; this.knownTasks++) {
      const task = tasks[this.knownTasks]!;
      if (isBeginning(task) && task.createSite !== undefined) this.beginnings.add(siteKey(task.createSite));
    }
    for (; this.known < groups.length; this.known++) {
      const group = groups[this.known];
      if (group?.site === undefined || this.isAsyncios(group, group.site)) continue;
      const key = `${group.kind}:${siteKey(group.site)}`;
      let place = this.places.get(key);
      if (place === undefined) {
        const { site, kind } = group;
        place = { site, kind, groups: [], open: [], members: 0, atOnce: 0, timedOut: 0 };
        this.places.set(key, place);
        append(this.byFile, site.file, place);
      }
      place.groups.push(group);
      place.open.push(group);
    }
  }

  /** Nobody wrote these: the addresses of a server, what `asyncio.run` cancels in the end. */
  private isAsyncios({ owner, members }: GroupInfo, site: Site): boolean {
    const tasks = members.flatMap((id) => this.trace.task(id) ?? []);
    if (tasks.length === 0) return false;
    if (tasks.every(isPrivate)) return true;
    if (owner !== undefined) return false;
    const key = siteKey(site);
    return (
      this.beginnings.has(key) &&
      !tasks.some(({ createSite }) => createSite !== undefined && siteKey(createSite) === key)
    );
  }
}

/** Made by whoever runs the loop, as `asyncio.run` does, and by none of the program's tasks or threads. */
export function isBeginning({ parent, fromThread }: TaskInfo): boolean {
  return parent === undefined && fromThread === undefined;
}

/** Of a coroutine that asyncio's loop uses itself. */
export function isPrivate({ code }: TaskInfo): boolean {
  return code?.file?.user === false && LOOPS_OWN.test(code.name);
}

const LOOPS_OWN = /EventLoop\._\w+$/;

const folds = new WeakMap<Trace, GroupFold>();

/** The places in one file where groups were made, in the order first met. */
export function groupSites(trace: Trace, path: string, isWanted = anyLine): readonly GroupSite[] {
  let fold = folds.get(trace);
  if (fold === undefined) folds.set(trace, (fold = new GroupFold(trace)));
  fold.advance();
  const places = fold.byFile.get(path) ?? [];
  return places.filter(({ site }) => isWanted(site.line)).map((place) => statOf(trace, place));
}

function statOf(trace: Trace, place: Place): GroupSite {
  const open: GroupInfo[] = [];
  for (const group of place.open) {
    if (!isOver(trace, group)) open.push(group);
    else add(trace, place, group);
  }
  place.open = open;
  const sum = { members: place.members, atOnce: place.atOnce, timedOut: place.timedOut };
  const looked = open.slice(0, MOST_OPEN);
  for (const group of looked) add(trace, sum, group);
  for (const group of open.slice(MOST_OPEN)) sum.members += group.members.length + group.more;
  const { site, kind, groups } = place;
  const counted = groups.length - open.length + looked.length;
  return { site, kind, groups, ...sum, atOnce: sum.atOnce / Math.max(counted, 1) };
}

/** With nothing of it left to change: its members may go on after it. */
function isOver(trace: Trace, group: GroupInfo): boolean {
  return group.ended !== undefined && group.members.every((id) => trace.task(id)?.ended !== undefined);
}

function add(trace: Trace, sum: Pick<Place, "members" | "atOnce" | "timedOut">, group: GroupInfo): void {
  sum.members += group.members.length + group.more;
  sum.atOnce += atOnce(trace, group);
  if (group.outcome === "timed_out") sum.timedOut += 1;
}

/** The member that decided when the group was over. */
export interface Decision {
  readonly task: TaskId;
  /** It was the last the others waited for, the first that was enough, or the first that raised. */
  readonly as: "last" | "first" | "raised";
  /** How much after the one before it, or before the next one; undefined if there is none. */
  readonly by: Nanoseconds | undefined;
}

export function decisionOf(trace: Trace, group: GroupInfo): Decision | undefined {
  const task = group.criticalMember;
  const ended = trace.task(task ?? 0)?.ended;
  if (task === undefined || ended === undefined) return undefined;
  let before: Nanoseconds | undefined;
  let next: Nanoseconds | undefined;
  let open = false;
  for (const id of group.members) {
    const other = id === task ? undefined : trace.task(id);
    if (other === undefined) continue;
    if (other.ended === undefined) open = true;
    else if (other.ended <= ended) before = Math.max(before ?? 0, other.ended);
    else next = Math.min(next ?? Infinity, other.ended);
  }
  if (trace.task(task)?.outcome === "raised" && group.outcome === "raised")
    return { task, as: "raised", by: undefined };
  if (next === undefined && !open) return { task, as: "last", by: before === undefined ? undefined : ended - before };
  return { task, as: "first", by: next === undefined ? undefined : next - ended };
}
