/** Groups of tasks awaited together, and what follows from how their members ended. */
import type { Trace } from "./trace";
import type { GroupId, GroupInfo, GroupKind, Nanoseconds, Outcome, Site, TaskId, TaskInfo } from "./types";

export interface GroupFacts {
  readonly id: GroupId;
  readonly kind: GroupKind;
  readonly owner: TaskId | undefined;
  readonly site: Site | undefined;
  readonly started: Nanoseconds;
  readonly returnExceptions: boolean;
}

/** Members' ends are taken in as they come, so every derived fact is up to date and none walks the members. */
export class Group implements GroupInfo {
  readonly id: GroupId;
  readonly kind: GroupKind;
  readonly owner: TaskId | undefined;
  readonly site: Site | undefined;
  readonly started: Nanoseconds;
  readonly members: TaskId[] = [];
  private readonly returnExceptions: boolean;
  private readonly memberSet = new Set<TaskId>();
  private endedMembers = 0;
  private raised = false;
  private cancelled = 0;
  private lastEnded: TaskInfo | undefined;
  private firstFailed: TaskInfo | undefined;

  constructor(
    facts: GroupFacts,
    private readonly trace: Trace,
  ) {
    this.id = facts.id;
    this.kind = facts.kind;
    this.owner = facts.owner;
    this.site = facts.site;
    this.started = facts.started;
    this.returnExceptions = facts.returnExceptions;
  }

  /** False if it is a member already. */
  addMember(task: TaskId): boolean {
    if (this.memberSet.has(task)) return false;
    this.memberSet.add(task);
    this.members.push(task);
    return true;
  }

  memberEnded(task: TaskInfo): void {
    const ended = task.ended ?? 0;
    this.endedMembers += 1;
    if (task.outcome === "cancelled") this.cancelled += 1;
    if (task.outcome === "raised") this.raised = true;
    // The later read wins a tie: rows of one loop come in the order the tasks ended.
    if (ended >= (this.lastEnded?.ended ?? 0)) this.lastEnded = task;
    if (task.outcome !== "returned" && (this.firstFailed === undefined || ended < (this.firstFailed.ended ?? 0)))
      this.firstFailed = task;
  }

  get ended(): Nanoseconds | undefined {
    const decider = this.decider();
    if (decider !== undefined) return Math.max(this.started, decider.ended ?? 0);
    return this.members.length === 0 && !this.ownerMayAddMembers() ? this.started : undefined;
  }

  get outcome(): Outcome {
    if (this.ended === undefined) return "pending";
    if (this.failsWithFirst()) return this.firstFailed?.outcome ?? "returned";
    if (this.kind !== "taskgroup") return "returned";
    if (this.raised) return "raised";
    // One cancelled member leaves a TaskGroup whole; it cancels all of them when it fails or is cancelled itself.
    return this.members.length > 0 && this.cancelled === this.members.length ? "cancelled" : "returned";
  }

  get criticalMember(): TaskId | undefined {
    return this.decider()?.id;
  }

  /** The member whose end ended the group. */
  private decider(): TaskInfo | undefined {
    if (this.failsWithFirst()) return this.firstFailed;
    if (this.members.length === 0 || this.endedMembers < this.members.length) return undefined;
    return this.ownerIsInside() ? undefined : this.lastEnded;
  }

  private failsWithFirst(): boolean {
    return this.kind === "gather" && !this.returnExceptions && this.firstFailed !== undefined;
  }

  /** A TaskGroup is open as long as its owner awaits it. */
  private ownerIsInside(): boolean {
    if (this.kind !== "taskgroup" || this.owner === undefined) return false;
    if (this.trace.task(this.owner)?.ended !== undefined) return false;
    const steps = this.trace.stepsOf(this.owner);
    if (steps.length === 0) return false;
    const awaited = this.trace.steps.awaits(steps.at(steps.length - 1));
    return awaited !== undefined && "group" in awaited && awaited.group === this.id;
  }

  private ownerMayAddMembers(): boolean {
    if (this.kind !== "taskgroup" || this.owner === undefined) return false;
    const owner = this.trace.task(this.owner);
    return owner !== undefined && owner.ended === undefined;
  }
}
