/** The trace as it grows. Blocks are applied to it one after another; it never leaves a half-applied row behind. */
import { Around } from "./around";
import { Group, type GroupFacts } from "./groups";
import { LoopLane, LoopReading } from "./loops";
import { NodeTable } from "./nodes";
import { integers } from "./columns";
import { StepList } from "./lane";
import type { Outgoing } from "./outgoing";
import { CHUNK_MASK, CHUNK_ROWS, NO_STEPS, StepColumns, type StepSink } from "./steps";
import type {
  AwaitMeaning,
  AwaitPoint,
  Blocked,
  ChainFrame,
  IdleList,
  LoopPressure,
  PlacedFrame,
  StepLane,
  Trace,
} from "./trace";
import type {
  Cancel,
  Child,
  Code,
  GroupId,
  Header,
  Job,
  JobId,
  LoopId,
  LoopInfo,
  Loss,
  Memory,
  Nanoseconds,
  NeverAwaited,
  NodeId,
  Outcome,
  Partiality,
  Preemption,
  Site,
  Source,
  SourceFile,
  SourceId,
  Standing,
  StepIndex,
  TaskId,
  TaskInfo,
  ThreadId,
} from "./types";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** What definitions say of a task, before its row or after it. */
type Said = Partial<
  Pick<
    TaskInfo,
    "name" | "fromThread" | "closesDropped" | "exception" | "unretrieved" | "unasked" | "destroyed" | "givenContext"
  >
>;

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

/** Former names that are kept of a task, the latest. */
const MAX_NAMES = 100;

const NO_IDLES: IdleList = { length: 0, start: () => 0, end: () => 0 };

/** Of the chunk whose steps are put into their lanes: which row follows which in its task's lane, and in its loop's. */
const nextOfTask = new Int32Array(CHUNK_ROWS);
const nextOfLoop = new Int32Array(CHUNK_ROWS);

export class TraceModel implements Trace {
  header: Header | undefined;
  revision = 0;
  end: Nanoseconds = 0;
  complete = false;
  finished = false;
  exitCode: number | undefined;
  failure: string | undefined;
  readonly nodes = new NodeTable();
  readonly around = new Around();
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
  private readonly timeouts = new Map<TaskId, Group[]>();
  /** Said of tasks whose row has not been read yet. */
  private readonly said = new Map<TaskId, Said>();
  private readonly cancels = new Map<TaskId, Cancel[]>();

  /** Where the steps go that are read. */
  readonly incoming: StepSink;
  /** When the last step of each task ended that was read; sparse as above. */
  readonly lastEnds: (Nanoseconds | undefined)[] = [];
  private readonly readings = new Map<LoopId, LoopReading>();
  /** Steps before this one are in their lanes. */
  private indexed = 0;

  /** With `outgoing`, what is read goes there instead of being kept here, as far as it is many; `onDue` tells of it. */
  constructor(
    private readonly outgoing?: Outgoing,
    private readonly onDue?: () => void,
  ) {
    this.incoming = outgoing ?? this.steps;
  }

  get truncated(): boolean {
    return this.finished && !this.complete;
  }

  get lost(): ReadonlyMap<string, number> {
    return this.around.lost;
  }

  get memory(): readonly Memory[] {
    return this.around.memory;
  }

  get losses(): readonly Loss[] {
    return this.around.losses;
  }

  get lostEvents(): number {
    let sum = 0;
    for (const [what, count] of this.around.lost) if (what !== "bytes") sum += count;
    return Math.min(Number.MAX_SAFE_INTEGER, sum);
  }

  get jobs(): readonly Job[] {
    return this.around.jobs;
  }

  get neverAwaited(): readonly NeverAwaited[] {
    return this.around.neverAwaited;
  }

  get partial(): readonly Partiality[] {
    return this.around.partial;
  }

  get children(): readonly Child[] {
    return this.around.children;
  }

  job(id: JobId): Job | undefined {
    return this.around.job(id);
  }

  source(id: SourceId): Source | undefined {
    return this.around.source(id);
  }

  sources(): Iterable<Source> {
    return this.around.sources();
  }

  files(): Iterable<SourceFile> {
    return this.nodes.files();
  }

  isInside(source: SourceId): boolean {
    return this.around.isInside(source);
  }

  threadName(id: ThreadId): string | undefined {
    return this.around.threadName(id);
  }

  standingOf(loop: LoopId): Standing | undefined {
    return this.around.standing(loop);
  }

  cancelsOf(task: TaskId): readonly Cancel[] {
    return this.cancels.get(task) ?? [];
  }

  timeoutsOf(task: TaskId): readonly Group[] {
    return this.timeouts.get(task) ?? [];
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

  chain(node: NodeId): readonly PlacedFrame[] {
    return this.nodes.chain(node);
  }

  blockedAt(step: StepIndex): readonly ChainFrame[] {
    const stack = this.lanes.get(this.steps.loop(step))?.stacks.get(step) ?? [];
    return stack.flatMap((node) => this.nodes.chain(node));
  }

  blockedNow(loop: LoopId): Blocked | undefined {
    const reading = this.readings.get(loop);
    const sample = reading?.sampledNow;
    if (reading === undefined || sample === undefined) return undefined;
    const { nodes } = this;
    const stack = (): readonly ChainFrame[] => sample.stack.flatMap((node) => nodes.chain(node));
    return { since: reading.clock, task: sample.task, stack };
  }

  preemptionsOf(loop: LoopId): readonly Preemption[] {
    return this.around.preemptions(loop);
  }

  awaitSite(node: NodeId): AwaitPoint | undefined {
    return this.nodes.point(node);
  }

  awaitMeaning(node: NodeId): AwaitMeaning | undefined {
    return this.nodes.awaitMeaning(node);
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

  private lane(loop: LoopId): LoopLane {
    let lane = this.lanes.get(loop);
    if (lane === undefined) this.lanes.set(loop, (lane = new LoopLane(this.steps)));
    return lane;
  }

  reading(loop: LoopId): LoopReading {
    let reading = this.readings.get(loop);
    if (reading === undefined) this.readings.set(loop, (reading = new LoopReading(loop)));
    return reading;
  }

  private taskLane(task: TaskId): StepList {
    // Most tasks have few steps, so a list starts small.
    return (this.stepsByTask[task] ??= new StepList(this.steps, integers(4), true));
  }

  addTask(task: NewTask): void {
    if (this.taskById[task.id] !== undefined) return;
    const said = this.said.get(task.id);
    const info: Mutable<TaskInfo> = {
      id: task.id,
      name: said?.name ?? (task.autoName === 0 ? `Task #${task.id}` : `Task-${task.autoName}`),
      formerNames: [],
      coro: task.code?.name ?? "(unknown coroutine)",
      code: task.code,
      // A parent is read before its children, so the tree has no cycles.
      parent: this.taskById[task.parent] !== undefined ? task.parent : undefined,
      fromThread: said?.fromThread,
      closesDropped: said?.closesDropped ?? false,
      loop: task.loop,
      group: this.groupById.has(task.group) ? task.group : undefined,
      createSite: task.site,
      created: task.created,
      ended: undefined,
      outcome: "pending",
      exception: said?.exception,
      cancelledBy: undefined,
      unretrieved: said?.unretrieved,
      unasked: said?.unasked,
      destroyed: said?.destroyed,
      givenContext: said?.givenContext ?? false,
    };
    if (said !== undefined) this.said.delete(task.id);
    this.taskById[task.id] = info;
    this.tasks.push(info);
    this.reached(task.created);
    const group = this.groupById.get(task.group);
    if (group !== undefined) this.addMember(group, task.id);
  }

  say(id: TaskId, said: Said): void {
    const task = this.taskById[id];
    if (task === undefined) this.said.set(id, { ...this.said.get(id), ...said });
    else Object.assign(task, said);
  }

  /** A name it had got by `until`. */
  rename(id: TaskId, name: string, until: Nanoseconds): void {
    const task = this.taskById[id];
    if (task !== undefined) task.formerNames = [...task.formerNames, { name: task.name, until }].slice(-MAX_NAMES);
    this.say(id, { name });
  }

  addCancel(cancel: Cancel): void {
    const cancels = this.cancels.get(cancel.task);
    if (cancels === undefined) this.cancels.set(cancel.task, [cancel]);
    else cancels.push(cancel);
    const task = this.taskById[cancel.task];
    if (task?.outcome === "cancelled") task.cancelledBy = cancel;
  }

  endTask(id: TaskId, outcome: Outcome, time: Nanoseconds): void {
    const task = this.taskById[id];
    if (task === undefined || task.ended !== undefined) return;
    task.ended = Math.max(task.created, time);
    task.outcome = outcome;
    if (outcome === "cancelled") task.cancelledBy = this.cancels.get(id)?.at(-1);
    this.outgoing?.ended(id, outcome, time);
    for (const group of this.groupsOfTask.get(id) ?? []) group.memberEnded(task);
  }

  addGroup(facts: GroupFacts, members: readonly TaskId[]): void {
    if (this.groupById.has(facts.id)) return;
    const group = new Group(facts, this);
    this.groupById.set(facts.id, group);
    this.groups.push(group);
    if (group.kind === "timeout" && group.owner !== undefined) this.addTimeout(group.owner, group);
    this.reached(facts.started);
    for (const member of members) this.addMember(group, member);
  }

  private addTimeout(owner: TaskId, group: Group): void {
    const known = this.timeouts.get(owner);
    if (known === undefined) this.timeouts.set(owner, [group]);
    else known.push(group);
  }

  /** More of a loop is about to be read. */
  readOn(loop: LoopId): LoopReading {
    const reading = this.reading(loop);
    this.outgoing?.touched.add(reading);
    return reading;
  }

  /** With this many steps, it is time to tell of those read: `tell` says when again. */
  get due(): number {
    return this.outgoing?.due ?? Infinity;
  }

  /** In the middle of a block, as if it ended here. */
  tell(reading: LoopReading): number {
    this.reached(reading.clock);
    this.onDue?.();
    this.outgoing?.touched.add(reading);
    return this.due;
  }

  addIdle(loop: LoopId, start: Nanoseconds, end: Nanoseconds): void {
    if (this.outgoing !== undefined) this.outgoing.idle(loop, start, end);
    else this.lane(loop).idles.add(start, end);
  }

  /** Where a step stood while it blocked its loop. */
  addStack(loop: LoopId, step: StepIndex, stack: readonly NodeId[]): void {
    if (this.outgoing !== undefined) this.outgoing.stack(loop, step, stack);
    else this.lane(loop).stacks.set(step, stack);
  }

  /**
   * Puts the steps that were read since into the lanes of their tasks and loops: lane by lane, because a lane that is at
   * hand takes many steps for the price of a few.
   */
  index(): void {
    while (this.indexed < this.steps.length) {
      const chunk = this.steps.chunkOf(this.indexed);
      if (chunk === undefined) return;
      const base = this.indexed & ~CHUNK_MASK;
      const to = Math.min(this.steps.length, base + CHUNK_ROWS);
      const { tasks } = chunk;
      const lists: StepList[] = [];
      const loops: { readonly lane: LoopLane; readonly row: number }[] = [];
      for (let row = this.indexed - base; row < to - base; row++) {
        const task = tasks[row]!;
        if (task === 0) continue;
        const list = this.taskLane(task);
        if (list.enqueue(row, nextOfTask)) lists.push(list);
      }
      for (let row = this.indexed - base; row < to - base;) {
        const lane = this.lane(this.steps.loop(base + row));
        // Most programs have one loop.
        const until = Math.min(to, this.steps.endOfLoop(base + row)) - base;
        for (; row < until; row++) if (lane.steps.enqueue(row, nextOfLoop)) loops.push({ lane, row });
      }
      for (const list of lists) list.take(chunk, base, nextOfTask);
      for (const { lane, row } of loops) lane.take(chunk, base, row, nextOfLoop);
      this.indexed = to;
    }
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
