/**
 * The state of the page and everything that can be done to it. The trace is the only source of facts; what is kept here
 * is where one looks and what one points at. Nothing here draws.
 */
import {
  taskLanes,
  visitsOf,
  type GroupId,
  type LoopId,
  type Nanoseconds,
  type Site,
  type StepIndex,
  type TaskId,
  type Trace,
  type Visit,
} from "../../extension/trace";
import type { ShowMessage } from "../../extension/protocol";
import { Feed } from "./feed";
import type { Host } from "./host";
import { Lane } from "./lane";
import { layOut, scrollTo, type Layout, type TaskLane } from "./layout";
import { lifeEnd, neighbour, refresh, sliceAt, type Slice } from "./slices";
import { sliceSite, stepWords } from "./story";
import { Totals } from "./totals";
import * as viewport from "./viewport";
import type { Span, Viewport } from "./viewport";
import { packState, unpackState, type Follow } from "./viewState";

/** What one points at or has chosen. */
export type Target =
  | { readonly kind: "slice"; readonly slice: Slice }
  | { readonly kind: "task"; readonly task: TaskId }
  | { readonly kind: "callback"; readonly loop: LoopId; readonly step: StepIndex }
  | { readonly kind: "group"; readonly group: GroupId }
  | { readonly kind: "site"; readonly site: Site };

export class Model {
  readonly host: Host;
  readonly feed: Feed;
  window: Span = { from: 0, to: 1e9 };
  follow: Follow = "all";
  size = { width: 600, height: 400 };
  scroll = 0;
  selection: Target | undefined;
  hover: Target | undefined;
  pointer: { readonly x: number; readonly y: number } | undefined;
  cursor: Nanoseconds | undefined;
  range: Span | undefined;
  table = false;
  help = false;
  /** Spoken when it changes. */
  announcement = "";

  #lanes = new Map<TaskId, Lane>();
  #loopLanes = new Map<LoopId, Lane>();
  #totals: Totals;
  #taskLanes: readonly TaskLane[] = [];
  #laneIndex = new Map<TaskId, number>();
  #visits: { readonly revision: number; readonly site: Site; readonly visits: readonly Visit[] } | undefined;
  /** A `show` for something not read yet. */
  #pending: ShowMessage["target"] | undefined;
  #restored = false;
  readonly #invalidate: () => void;

  constructor(host: Host, invalidate: () => void) {
    this.host = host;
    this.#invalidate = invalidate;
    this.feed = new Feed(host, (what) => {
      if (what === "generation") this.#reset();
      this.#traceGrew();
    });
    this.#totals = new Totals(this.trace);
  }

  get trace(): Trace {
    return this.feed.reader.trace;
  }

  get totals(): Totals {
    return this.#totals;
  }

  get isLive(): boolean {
    return this.feed.state?.kind === "running" && !this.trace.complete;
  }

  /** From the first loop's start to the latest time known: importing modules is not what one came to see. */
  get extent(): Span {
    const { trace } = this;
    const from = Math.min(trace.loops[0]?.started ?? Infinity, trace.tasks[0]?.created ?? Infinity);
    return Number.isFinite(from)
      ? { from, to: Math.max(trace.end, from + 1) }
      : { from: 0, to: Math.max(trace.end, 1) };
  }

  get layout(): Layout {
    return layOut({ ...this.size, loops: this.loops, tasks: this.#taskLanes, scroll: this.scroll });
  }

  get view(): Viewport {
    return { ...this.window, ...this.layout.plot };
  }

  /** Loops that did something; one that never ran a step has nothing to show. */
  get loops(): readonly LoopId[] {
    return this.trace.loops.map((loop) => loop.id).filter((id) => this.trace.stepsOfLoop(id).length > 0);
  }

  laneOf(task: TaskId): Lane {
    let lane = this.#lanes.get(task);
    if (lane === undefined) this.#lanes.set(task, (lane = Lane.ofTask(this.trace, task)));
    lane.update();
    return lane;
  }

  loopLane(loop: LoopId): Lane {
    let lane = this.#loopLanes.get(loop);
    if (lane === undefined) this.#loopLanes.set(loop, (lane = Lane.ofLoop(this.trace, loop)));
    lane.update();
    return lane;
  }

  laneIndex(task: TaskId): number | undefined {
    return this.#laneIndex.get(task);
  }

  get taskLanes(): readonly TaskLane[] {
    return this.#taskLanes;
  }

  /** The task that is chosen, or chosen through one of its slices. */
  taskOf(target: Target | undefined): TaskId | undefined {
    switch (target?.kind) {
      case "slice":
        return target.slice.task;
      case "task":
        return target.task;
      case "group":
        return this.trace.group(target.group)?.owner;
      case "callback":
      case "site":
      case undefined:
        return undefined;
    }
  }

  visits(site: Site): readonly Visit[] {
    const { revision } = this.trace;
    if (this.#visits?.site !== site || this.#visits.revision !== revision) {
      this.#visits = { revision, site, visits: visitsOf(this.trace, site) };
    }
    return this.#visits.visits;
  }

  // -------------------------------------------------------------- looking

  resize(width: number, height: number): void {
    if (width === this.size.width && height === this.size.height) return;
    this.size = { width, height };
    this.#invalidate();
  }

  look(window: Span, follow: Follow = "off"): void {
    this.window = window;
    this.follow = follow;
    this.#remember();
  }

  zoom(factor: number, x: number): void {
    const window = viewport.zoomAt(this.view, factor, x, this.extent);
    // Zooming where the newest is at the edge keeps it there.
    const following = this.follow !== "off" && this.isLive;
    this.look(following ? viewport.follow(window, this.extent) : window, following ? "end" : "off");
  }

  pan(pixels: number): void {
    this.look(viewport.panBy(this.view, pixels, this.extent));
  }

  scrollBy(pixels: number): void {
    this.scroll = layOut({
      ...this.size,
      loops: this.loops,
      tasks: this.#taskLanes,
      scroll: this.scroll + pixels,
    }).scroll;
    this.#remember();
  }

  fitAll(): void {
    this.look(viewport.fit(this.extent), this.isLive ? "all" : "off");
  }

  fitSelection(): void {
    const span = this.range ?? this.spanOf(this.selection);
    if (span === undefined) this.fitAll();
    else this.look(viewport.clamp(viewport.fit(span), this.extent));
  }

  jumpToLive(): void {
    this.look(viewport.follow(this.window, this.extent), "end");
  }

  spanOf(target: Target | undefined): Span | undefined {
    switch (target?.kind) {
      case "slice":
        return target.slice;
      case "task": {
        const task = this.trace.task(target.task);
        return task && { from: task.created, to: lifeEnd(this.trace, task) };
      }
      case "group": {
        const group = this.trace.group(target.group);
        return group && { from: group.started, to: group.ended ?? this.trace.end };
      }
      case "callback":
        return { from: this.trace.steps.start(target.step), to: this.trace.steps.end(target.step) };
      case "site": {
        const visits = this.visits(target.site);
        const from = Math.min(...visits.slice(0, 1000).map((visit) => visit.from));
        const to = Math.max(...visits.slice(-1000).map((visit) => visit.to));
        return from < to ? { from, to } : undefined;
      }
      case undefined:
        return undefined;
    }
  }

  // -------------------------------------------------------------- choosing

  select(target: Target | undefined, say = ""): void {
    this.selection = target;
    this.announcement = say;
    this.#remember();
  }

  /** Brings what is chosen into view, moving no further than needed. */
  showSelection(): void {
    const span = this.spanOf(this.selection);
    if (span !== undefined) {
      const window = viewport.ensureVisible(this.window, span, this.extent);
      if (!viewport.sameSpan(window, this.window)) this.look(window);
    }
    const index = this.laneIndex(this.taskOf(this.selection) ?? 0);
    if (index !== undefined) this.scroll = scrollTo(this.layout, index);
    this.#remember();
  }

  reveal(target: Target | undefined): void {
    const site = this.siteOf(target);
    if (site !== undefined) this.host.post({ type: "reveal", site });
  }

  siteOf(target: Target | undefined): Site | undefined {
    const { trace } = this;
    switch (target?.kind) {
      case "slice": {
        const task = trace.task(target.slice.task);
        return task && sliceSite(trace, this.laneOf(task.id), task, target.slice);
      }
      case "task": {
        const task = trace.task(target.task);
        if (task?.code?.file?.user !== true) return task?.createSite;
        const { file, line } = task.code;
        return { file: file.path, line, column: undefined, endLine: undefined, endColumn: undefined };
      }
      case "group":
        return trace.group(target.group)?.site;
      case "callback": {
        for (const part of stepWords(trace, target.step))
          if (typeof part !== "string" && "site" in part) return part.site;
        return undefined;
      }
      case "site":
        return target.site;
      case undefined:
        return undefined;
    }
  }

  /** The arrow keys: the slice before or after the chosen one, or the one beside it in the lane above or below. */
  step(direction: "left" | "right" | "up" | "down"): Target | undefined {
    const { trace } = this;
    const current = this.selection?.kind === "slice" ? this.selection.slice : undefined;
    const task = trace.task(this.taskOf(this.selection) ?? 0);
    if (task === undefined) return this.#sliceIn(this.#taskLanes[0]?.task, this.window.from);
    const lane = this.laneOf(task.id);
    switch (direction) {
      case "left":
      case "right": {
        if (current === undefined) return this.#sliceIn(task.id, this.window.from);
        const slice = neighbour(trace, lane, task, current, direction === "left" ? -1 : 1);
        return slice && { kind: "slice", slice };
      }
      case "up":
      case "down": {
        const index = (this.laneIndex(task.id) ?? 0) + (direction === "up" ? -1 : 1);
        return this.#sliceIn(this.#taskLanes[index]?.task, current?.from ?? this.window.from);
      }
    }
  }

  #sliceIn(id: TaskId | undefined, t: Nanoseconds): Target | undefined {
    const task = this.trace.task(id ?? 0);
    if (task === undefined) return undefined;
    const end = lifeEnd(this.trace, task);
    const lane = this.laneOf(task.id);
    const slice = sliceAt(this.trace, lane, task, Math.min(Math.max(t, task.created), Math.max(end - 1, task.created)));
    return slice === undefined ? { kind: "task", task: task.id } : { kind: "slice", slice };
  }

  setCursor(time: Nanoseconds | undefined): void {
    if (time === this.cursor) return;
    this.cursor = time;
    this.host.post({ type: "cursor", time });
    this.#remember();
  }

  /** Takes away what was put up last. */
  peel(): void {
    if (this.help) this.help = false;
    else if (this.range !== undefined) this.range = undefined;
    else if (this.selection !== undefined) this.select(undefined);
    else if (this.cursor !== undefined) this.setCursor(undefined);
    this.#invalidate();
  }

  toggle(what: "table" | "help"): void {
    this[what] = !this[what];
    this.#remember();
  }

  invalidate(): void {
    this.#invalidate();
  }

  // -------------------------------------------------------------- the trace

  show(message: ShowMessage): void {
    if (message.generation !== this.feed.generation) return;
    this.#pending = message.target;
    this.#showPending();
    this.#invalidate();
  }

  #showPending(): void {
    const target = this.#pending;
    if (target === undefined) return;
    if ("task" in target) {
      if (this.trace.task(target.task) === undefined) return;
      this.select({ kind: "task", task: target.task });
    } else {
      if (this.visits(target.site).length === 0) return;
      this.select({ kind: "site", site: target.site });
    }
    this.#pending = undefined;
    this.showSelection();
  }

  #reset(): void {
    this.#lanes = new Map();
    this.#loopLanes = new Map();
    this.#totals = new Totals(this.trace);
    this.#taskLanes = [];
    this.#laneIndex = new Map();
    this.#visits = undefined;
    this.selection = undefined;
    this.hover = undefined;
    this.range = undefined;
    this.cursor = undefined;
    this.scroll = 0;
    this.follow = "all";
    this.#restored = false;
  }

  #traceGrew(): void {
    const { trace } = this;
    if (trace.tasks.length !== this.#taskLanes.length) {
      this.#taskLanes = taskLanes(trace);
      this.#laneIndex = new Map(this.#taskLanes.map((lane, i) => [lane.task, i]));
    }
    this.#totals.update();
    if (!this.#restored && trace.tasks.length > 0) this.#restore();
    // A window that shows everything goes on doing so until the last byte.
    if (this.follow === "all") this.window = viewport.fit(this.extent);
    else if (this.follow === "end") this.window = viewport.follow(this.window, this.extent);
    if (this.selection?.kind === "slice") {
      const { slice } = this.selection;
      const task = trace.task(slice.task);
      if (task) this.selection = { kind: "slice", slice: refresh(trace, this.laneOf(task.id), task, slice) };
    }
    this.#showPending();
    this.#invalidate();
  }

  #restore(): void {
    this.#restored = true;
    const state = unpackState(this.host.getState());
    if (state === undefined || state.generation !== this.feed.generation) return;
    this.window = state.window;
    this.follow = state.follow;
    this.scroll = state.scroll;
    this.table = state.table;
    this.cursor = state.cursor;
    if (state.task !== undefined) this.selection = { kind: "task", task: state.task };
  }

  #remember(): void {
    this.#invalidate();
    const { generation } = this.feed;
    if (generation === undefined || !this.#restored) return;
    const { window, follow, scroll, table, cursor } = this;
    this.host.setState(
      packState({ generation, window, follow, scroll, table, cursor, task: this.taskOf(this.selection) }),
    );
  }
}
