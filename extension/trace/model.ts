/** The trace as it grows. Blocks are applied to it one after another; it never leaves a half-applied row behind. */
import { Group, type GroupFacts } from "./groups";
import { LoopLane } from "./loops";
import { NodeTable } from "./nodes";
import { integers } from "./columns";
import { StepList } from "./lane";
import { NO_STEPS, StepColumns } from "./steps";
import type { AwaitPoint, ChainFrame, IdleList, LoopPressure, StepLane, Trace } from "./trace";
import type {
  Code,
  GroupId,
  Header,
  LoopId,
  LoopInfo,
  Nanoseconds,
  NodeId,
  Outcome,
  Site,
  StepIndex,
  TaskId,
  TaskInfo,
} from "./types";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type TaskException = NonNullable<TaskInfo["exception"]>;

export interface NewTask {
  readonly id: TaskId;
  readonly autoName: number;
  readonly loop: LoopId;
  readonly parent: TaskId;
  readonly group: GroupId;
  readonly site: Site | undefined;
  readonly code: Code | undefined;
  readonly created: Nanoseconds;
}

const NO_IDLES: IdleList = { length: 0, start: () => 0, end: () => 0 };

export class TraceModel implements Trace {
  header: Header | undefined;
  revision = 0;
  end: Nanoseconds = 0;
  complete = false;
  finished = false;
  exitCode: number | undefined;
  lostEvents = 0;
  failure: string | undefined;
  readonly nodes = new NodeTable();
  readonly steps = new StepColumns();
  readonly loops: Mutable<LoopInfo>[] = [];
  readonly tasks: Mutable<TaskInfo>[] = [];
  readonly groups: Group[] = [];

  private readonly loopById = new Map<LoopId, Mutable<LoopInfo>>();
  private readonly lanes = new Map<LoopId, LoopLane>();
  // Arrays, although the numbers of a hostile file need not be dense: an engine keeps a sparse array as it keeps a map.
  private readonly taskById: (Mutable<TaskInfo> | undefined)[] = [];
  private readonly stepsByTask: (StepList | undefined)[] = [];
  private readonly groupById = new Map<GroupId, Group>();
  private readonly groupsOfTask = new Map<TaskId, Group[]>();
  /** Said of tasks whose row has not been read yet. */
  private readonly names = new Map<TaskId, string>();
  private readonly exceptions = new Map<TaskId, TaskException>();

  get truncated(): boolean {
    return this.finished && !this.complete;
  }

  task(id: TaskId): TaskInfo | undefined {
    return this.taskById[id];
  }

  group(id: GroupId): Group | undefined {
    return this.groupById.get(id);
  }

  stepsOf(task: TaskId): StepLane {
    return this.stepsByTask[task] ?? NO_STEPS;
  }

  stepsOfLoop(loop: LoopId): StepLane {
    return this.lanes.get(loop)?.steps ?? NO_STEPS;
  }

  idlesOf(loop: LoopId): IdleList {
    return this.lanes.get(loop)?.idles ?? NO_IDLES;
  }

  pressureOf(loop: LoopId): LoopPressure | undefined {
    return this.lanes.get(loop)?.pressure;
  }

  chain(node: NodeId): readonly ChainFrame[] {
    return this.nodes.chain(node);
  }

  blockedAt(step: StepIndex): readonly ChainFrame[] {
    const stack = this.lanes.get(this.steps.loop(step))?.stacks.get(step) ?? [];
    return stack.flatMap((node) => this.nodes.chain(node));
  }

  awaitSite(node: NodeId): AwaitPoint | undefined {
    return this.nodes.point(node);
  }

  reached(time: Nanoseconds): void {
    if (time > this.end) this.end = time;
  }

  addLoop(loop: LoopInfo): void {
    if (this.loopById.has(loop.id)) return;
    this.loopById.set(loop.id, loop);
    this.loops.push(loop);
    this.reached(loop.started);
  }

  closeLoop(id: LoopId, time: Nanoseconds): void {
    const loop = this.loopById.get(id);
    if (loop === undefined) return;
    loop.closed = Math.max(loop.started, time);
    this.reached(time);
  }

  lane(loop: LoopId): LoopLane {
    let lane = this.lanes.get(loop);
    if (lane === undefined) this.lanes.set(loop, (lane = new LoopLane(loop, this.steps)));
    return lane;
  }

  taskLane(task: TaskId): StepList {
    // Most tasks have few steps, so a list starts small.
    return (this.stepsByTask[task] ??= new StepList(this.steps, integers(4), true));
  }

  addTask(task: NewTask): void {
    if (this.taskById[task.id] !== undefined) return;
    const name = this.names.get(task.id) ?? (task.autoName === 0 ? `Task #${task.id}` : `Task-${task.autoName}`);
    const info: Mutable<TaskInfo> = {
      id: task.id,
      name,
      coro: task.code?.name ?? "(unknown coroutine)",
      code: task.code,
      // A parent is read before its children, so the tree has no cycles.
      parent: this.taskById[task.parent] !== undefined ? task.parent : undefined,
      loop: task.loop,
      group: this.groupById.has(task.group) ? task.group : undefined,
      createSite: task.site,
      created: task.created,
      ended: undefined,
      outcome: "pending",
      exception: this.exceptions.get(task.id),
    };
    this.names.delete(task.id);
    this.exceptions.delete(task.id);
    this.taskById[task.id] = info;
    this.tasks.push(info);
    this.reached(task.created);
    const group = this.groupById.get(task.group);
    if (group !== undefined) this.addMember(group, task.id);
  }

  nameTask(id: TaskId, name: string): void {
    const task = this.taskById[id];
    if (task === undefined) this.names.set(id, name);
    else task.name = name;
  }

  explainTask(id: TaskId, exception: TaskException): void {
    const task = this.taskById[id];
    if (task === undefined) this.exceptions.set(id, exception);
    else task.exception = exception;
  }

  endTask(id: TaskId, outcome: Outcome, time: Nanoseconds): void {
    const task = this.taskById[id];
    if (task === undefined || task.ended !== undefined) return;
    task.ended = Math.max(task.created, time);
    task.outcome = outcome;
    for (const group of this.groupsOfTask.get(id) ?? []) group.memberEnded(task);
  }

  addGroup(facts: GroupFacts, members: readonly TaskId[]): void {
    if (this.groupById.has(facts.id)) return;
    const group = new Group(facts, this);
    this.groupById.set(facts.id, group);
    this.groups.push(group);
    this.reached(facts.started);
    for (const member of members) this.addMember(group, member);
  }

  private addMember(group: Group, id: TaskId): void {
    if (!group.addMember(id)) return;
    const groups = this.groupsOfTask.get(id);
    if (groups === undefined) this.groupsOfTask.set(id, [group]);
    else groups.push(group);
    const task = this.taskById[id];
    if (task?.ended !== undefined) group.memberEnded(task);
  }
}
