/** Groups of tasks awaited together, and what follows from how their members ended. */
import { firstIndex } from "./columns";
import { originalWakerStep } from "./questions/wakers";
import type { Trace } from "./trace";
import type {
  GroupId,
  GroupInfo,
  GroupKind,
  GroupOutcome,
  Nanoseconds,
  RETURN_WHEN,
  Site,
  TaskId,
  TaskInfo,
} from "./types";

export interface GroupFacts {
  readonly id: GroupId;
  readonly kind: GroupKind;
  readonly owner: TaskId | undefined;
  readonly site: Site | undefined;
  readonly started: Nanoseconds;
  readonly returnExceptions: boolean;
  readonly returnWhen: (typeof RETURN_WHEN)[number] | undefined;
  readonly futures: number;
  readonly more: number;
  readonly timeout: Nanoseconds | undefined;
  readonly deadline: Nanoseconds | undefined;
}

/** A group is awaited within this many steps after it was made, or nobody looks for that. */
const SOON = 16;

type SaidOutcome = Exclude<GroupOutcome, "pending">;

/** Members' ends are taken in as they come, so every derived fact is up to date and none walks the members. */
export class Group implements GroupInfo {
  readonly id: GroupId;
  readonly kind: GroupKind;
  readonly owner: TaskId | undefined;
  readonly site: Site | undefined;
  readonly started: Nanoseconds;
  readonly returnWhen: (typeof RETURN_WHEN)[number] | undefined;
  readonly futures: number;
  readonly more: number;
  readonly timeout: Nanoseconds | undefined;
  deadline: Nanoseconds | undefined;
  readonly members: TaskId[] = [];
  private readonly returnExceptions: boolean;
  private readonly memberSet = new Set<TaskId>();
  private endedMembers = 0;
  private cancelled = 0;
  private firstEnded: TaskInfo | undefined;
  private lastEnded: TaskInfo | undefined;
  private firstRaised: TaskInfo | undefined;
  /** Raised or cancelled. */
  private firstUnwell: TaskInfo | undefined;
  private wentOn: Nanoseconds | undefined;
  /** As the trace says it; else it follows from the members. */
  private said: { readonly at: Nanoseconds; readonly outcome: SaidOutcome | undefined } | undefined;

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
    this.returnWhen = facts.returnWhen;
    this.futures = facts.futures;
    this.more = facts.more;
    this.timeout = facts.timeout;
    this.deadline = facts.deadline;
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
    if (this.firstEnded === undefined || ended < (this.firstEnded.ended ?? 0)) this.firstEnded = task;
    if (task.outcome === "raised" && (this.firstRaised === undefined || ended < (this.firstRaised.ended ?? 0)))
      this.firstRaised = task;
    if (task.outcome !== "returned" && (this.firstUnwell === undefined || ended < (this.firstUnwell.ended ?? 0)))
      this.firstUnwell = task;
    this.endsLast(task);
  }

  /** Without an outcome, it is that of the only member. */
  finish(at: Nanoseconds, outcome: SaidOutcome | undefined): void {
    if (this.said !== undefined) return;
    this.said = { at: Math.max(this.started, at), outcome };
    // Members that were read to go on after it decided nothing.
    this.lastEnded = undefined;
    for (const id of this.members) {
      const task = this.trace.task(id);
      if (task?.ended !== undefined) this.endsLast(task);
    }
  }

  reschedule(deadline: Nanoseconds | undefined): void {
    this.deadline = deadline;
  }

  get ended(): Nanoseconds | undefined {
    if (this.said !== undefined) return this.said.at;
    const decider = this.decider();
    if (decider !== undefined) return Math.max(this.started, decider.ended ?? 0);
    if (this.isOverdue()) return Math.max(this.started, this.deadline ?? 0);
    if (this.members.length === 0 && this.futures === 0 && !this.isScope())
      return this.ownerMayAddMembers() ? undefined : this.started;
    const left = this.ownerWentOn();
    if (left !== undefined) return Math.max(this.started, left);
    // Nobody is left to wait for the rest.
    const owner = this.leftBehindBy();
    return owner?.ended === undefined ? undefined : Math.max(this.started, owner.ended);
  }

  get outcome(): GroupOutcome {
    if (this.said !== undefined) return this.said.outcome ?? this.onlyOutcome();
    if (this.ended === undefined) return "pending";
    if (this.decider() === undefined && this.isOverdue()) return "timed_out";
    if (this.failsWithFirst()) return this.firstUnwell?.outcome ?? "returned";
    if (this.decider() === undefined)
      return this.ownerWentOn() === undefined ? (this.leftBehindBy()?.outcome ?? "returned") : "returned";
    if (this.kind === "shield" || this.kind === "wait_for") return this.onlyOutcome();
    if (this.kind !== "taskgroup") return "returned";
    if (this.firstRaised !== undefined) return "raised";
    // One cancelled member leaves a TaskGroup whole; it cancels all of them when it fails or is cancelled itself.
    return this.members.length > 0 && this.cancelled === this.members.length ? "cancelled" : "returned";
  }

  get criticalMember(): TaskId | undefined {
    return this.decider()?.id;
  }

  get firstFailed(): TaskId | undefined {
    return this.firstRaised?.id;
  }

  /** The member whose end ended the group. */
  private decider(): TaskInfo | undefined {
    if (this.said !== undefined) return this.saidDecider(this.said.at, this.said.outcome);
    if (this.failsWithFirst()) return this.firstUnwell;
    if (this.kind === "wait" && this.returnWhen === "FIRST_COMPLETED") return this.firstEnded;
    if (this.kind === "wait" && this.returnWhen === "FIRST_EXCEPTION" && this.firstRaised !== undefined)
      return this.firstRaised;
    if (this.members.length === 0 || this.endedMembers < this.members.length || this.isSaid()) return undefined;
    if (this.isOverdue() && (this.lastEnded?.ended ?? 0) > (this.deadline ?? 0)) return undefined;
    return this.ownerIsInside() ? undefined : this.lastEnded;
  }

  private saidDecider(at: Nanoseconds, outcome: SaidOutcome | undefined): TaskInfo | undefined {
    if (this.isScope()) return outcome === "cancelled" || outcome === "timed_out" ? undefined : this.lastEnded;
    if (outcome !== "returned" && this.failsWithFirst() && (this.firstUnwell?.ended ?? 0) <= at)
      return this.firstUnwell;
    // A future may have ended it as well, or the body of a TaskGroup that went on when its members had ended.
    const mayBeOther = this.kind === "taskgroup" || this.futures > 0;
    return mayBeOther && !this.ownerWasWokenByLast(at) ? undefined : this.lastEnded;
  }

  /** Whether its owner, at its first step that was not over at `at`, was woken by the end of the last member. */
  private ownerWasWokenByLast(at: Nanoseconds): boolean {
    if (this.owner === undefined || this.lastEnded === undefined) return false;
    const { steps } = this.trace;
    const own = this.trace.stepsOf(this.owner);
    const first = firstIndex(own.length, (i) => steps.end(own.at(i)) >= at);
    const last = this.trace.stepsOf(this.lastEnded.id);
    if (first === own.length || last.length === 0) return false;
    return originalWakerStep(this.trace, own.at(first)) === last.at(last.length - 1);
  }

  /** How such a group ends is said: when its futures were done nobody recorded. */
  private isSaid(): boolean {
    return this.futures + this.more > 0 && (this.kind === "wait" || this.kind === "wait_for");
  }

  /** `as_completed` gives up at its deadline. */
  private isOverdue(): boolean {
    return this.kind === "as_completed" && this.deadline !== undefined && this.trace.end >= this.deadline;
  }

  private onlyOutcome(): SaidOutcome {
    const outcome = this.trace.task(this.members[0] ?? 0)?.outcome ?? "returned";
    return outcome === "pending" ? "returned" : outcome;
  }

  private endsLast(task: TaskInfo): void {
    const ended = task.ended ?? 0;
    if (this.said !== undefined && ended > this.said.at) return;
    // The later read wins a tie: rows of one loop come in the order the tasks ended.
    if (ended >= (this.lastEnded?.ended ?? 0)) this.lastEnded = task;
  }

  private failsWithFirst(): boolean {
    return this.kind === "gather" && !this.returnExceptions && this.firstUnwell !== undefined;
  }

  /** Kinds that their owner leaves before all members have ended, or that hold none. */
  private isScope(): boolean {
    return this.kind !== "gather" && this.kind !== "taskgroup";
  }

  /** When its owner went on after it awaited a gather of futures. */
  private ownerWentOn(): Nanoseconds | undefined {
    if (!this.isGatherOfFutures() || this.owner === undefined) return undefined;
    if (this.wentOn !== undefined) return this.wentOn;
    const { steps } = this.trace;
    const list = this.trace.stepsOf(this.owner);
    const first = firstIndex(list.length, (i) => steps.end(list.at(i)) >= this.started);
    for (let i = first; i + 1 < Math.min(list.length, first + SOON); i++) {
      const awaited = steps.awaits(list.at(i));
      if (awaited !== undefined && "group" in awaited && awaited.group === this.id)
        return (this.wentOn = steps.readySince(list.at(i + 1)));
    }
    return undefined;
  }

  private isGatherOfFutures(): boolean {
    return this.kind === "gather" && this.members.length === 0 && this.futures > 0;
  }

  private leftBehindBy(): TaskInfo | undefined {
    if (!this.isScope() && !this.isGatherOfFutures()) return undefined;
    const owner = this.trace.task(this.owner ?? 0);
    return owner?.ended === undefined ? undefined : owner;
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
