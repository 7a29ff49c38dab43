/** The lanes of the trace: which there are, which are shown and where, and what they hold. */
import type { LoopId, TaskId, Trace } from "../../extension/trace";
import { Lane } from "./lane";
import type { TaskLane } from "./layout";
import { isHousekeeping } from "./names";
import { arrange, inOrder } from "./tree";

/** So many tasks take a millisecond or more to put in order. */
const MANY_TASKS = 2_000;
/** Then it is done again after so many times as long as it took. */
const REST = 20;

export class LaneBook {
  readonly collapsed = new Set<TaskId>();
  readonly pinned = new Set<TaskId>();
  readonly #trace: () => Trace;
  #all: readonly TaskLane[] = [];
  #shown: readonly TaskLane[] = [];
  #pinnedLanes = 0;
  #programTasks = 0;
  #choice = 0;
  #restsUntil = 0;
  #index = new Map<TaskId, number>();
  #ofTasks = new Map<TaskId, Lane>();
  #ofLoops = new Map<LoopId, Lane>();

  constructor(trace: () => Trace) {
    this.#trace = trace;
  }

  /** In tree order. */
  get all(): readonly TaskLane[] {
    return this.#all;
  }

  /** Those that are not inside of a collapsed one; pinned ones first. Another list with every change. */
  get shown(): readonly TaskLane[] {
    return this.#shown;
  }

  /** Another number when somebody chose other lanes, and not when new tasks came. */
  get choice(): number {
    return this.#choice;
  }

  /** So many of the first shown ones are pinned. */
  get pinnedLanes(): number {
    return this.#pinnedLanes;
  }

  /** Tasks without asyncio's own. */
  get programTasks(): number {
    return this.#programTasks;
  }

  index(task: TaskId): number | undefined {
    return this.#index.get(task);
  }

  readonly ofTask = (task: TaskId): Lane => {
    let lane = this.#ofTasks.get(task);
    if (lane === undefined) this.#ofTasks.set(task, (lane = Lane.ofTask(this.#trace(), task)));
    lane.update();
    return lane;
  };

  ofLoop(loop: LoopId): Lane {
    let lane = this.#ofLoops.get(loop);
    if (lane === undefined) this.#ofLoops.set(loop, (lane = Lane.ofLoop(this.#trace(), loop)));
    lane.update();
    return lane;
  }

  /** New tasks get their lanes, which costs as much as there are tasks: where they are very many, not yet; then false. */
  takeTasks(): boolean {
    const trace = this.#trace();
    const { length } = trace.tasks;
    if (length === this.#all.length) return true;
    const begun = performance.now();
    if (length >= MANY_TASKS && begun < this.#restsUntil) return false;
    this.#all = inOrder(trace);
    this.#programTasks = trace.tasks.filter((task) => !isHousekeeping(task)).length;
    this.#arrange();
    const now = performance.now();
    this.#restsUntil = now + REST * (now - begun);
    return true;
  }

  /** What was collapsed and pinned when the page was last here. */
  restore(collapsed: readonly TaskId[], pinned: readonly TaskId[]): void {
    for (const task of collapsed) this.collapsed.add(task);
    for (const task of pinned) this.pinned.add(task);
    this.#choice += 1;
    this.#arrange();
  }

  hasChildren(task: TaskId): boolean {
    return this.#all.some((lane) => lane.task === task && lane.children > 0);
  }

  /** Whether it is collapsed now. */
  toggleCollapsed(task: TaskId): boolean {
    return this.#toggle(this.collapsed, task);
  }

  /** Whether it is pinned now. */
  togglePinned(task: TaskId): boolean {
    return this.#toggle(this.pinned, task);
  }

  /** Another trace. */
  forget(): void {
    this.#ofTasks = new Map();
    this.#ofLoops = new Map();
    this.collapsed.clear();
    this.pinned.clear();
    this.#all = [];
    this.#programTasks = 0;
    this.#restsUntil = 0;
    this.#arrange();
  }

  #toggle(set: Set<TaskId>, task: TaskId): boolean {
    const isIn = !set.delete(task);
    if (isIn) set.add(task);
    this.#choice += 1;
    this.#arrange();
    return isIn;
  }

  #arrange(): void {
    this.#shown = arrange(this.#all, this.collapsed, this.pinned);
    this.#index = new Map(this.#shown.map((lane, i) => [lane.task, i]));
    this.#pinnedLanes = this.#shown.filter((lane) => this.pinned.has(lane.task)).length;
  }
}
