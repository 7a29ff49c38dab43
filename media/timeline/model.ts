/**
 * The state of the page and everything that can be done to it. The trace is the only source of facts; what is kept here
 * is where one looks and what one points at. Nothing here draws.
 */
import {
  criticalPath,
  takeIn,
  type LoopId,
  type Nanoseconds,
  type PathPart,
  type TaskId,
  type Trace,
} from "../../extension/trace";
import type { TraceView } from "../../extension/traceView";
import { packChosen } from "./chosen";
import { Feed } from "./feed";
import { FromEditor } from "./fromEditor";
import { FindingBook } from "./findingBook";
import type { Host } from "./host";
import type { Lane } from "./lane";
import { LaneBook } from "./laneBook";
import { densityFor, layOut, scrollTo, type Density, type Layout } from "./layout";
import { NoteBook } from "./noteBook";
import { refresh } from "./slices";
import * as targets from "./targets";
import type { Target } from "./targets";
import * as viewport from "./viewport";
import type { Span, Viewport } from "./viewport";
import { History } from "./history";
import { RangeSum } from "./rangeSum";
import { momentBeside, type Speed } from "./replay";
import { momentsOf } from "./time";
import { packState, unpackState, type Follow } from "./viewState";
import { Wanted } from "./wanted";

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
  #density: Density | undefined; // as chosen
  search: string | undefined;
  playing = false;
  speed: Speed = 1;
  readonly notes = new NoteBook(this);
  readonly editor = new FromEditor(this);
  readonly findings = new FindingBook(this);
  readonly lanes = new LaneBook(() => this.trace);
  readonly wanted = new Wanted(this);
  readonly rangeSum = new RangeSum();
  table = false;
  help = false;
  /** Spoken when it changes. */
  announcement = "";

  /** Steps there were when following stopped. */
  #seen = 0;
  readonly #history = new History();
  #path: { readonly task: TaskId; readonly revision: number; readonly parts: readonly PathPart[] } | undefined;
  #restored = false;
  /** Since the last frame. */
  #grew = false;
  readonly #invalidate: () => void;

  constructor(host: Host, invalidate: () => void) {
    this.host = host;
    this.#invalidate = invalidate;
    this.feed = new Feed(host, (what) => {
      if (what === "generation") this.#reset();
      // With every part, so that no frame has to take in many at once.
      takeIn(this.trace);
      this.#grew = true;
      this.#invalidate();
    });
  }

  get trace(): Trace {
    return this.feed.trace;
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

  /** A moment as the time cursor's flag has it: from the run's start, to the pixel. */
  moment(time: Nanoseconds): string {
    return momentsOf(this.extent.from, this.window, this.view.width)(time);
  }

  get layout(): Layout {
    return this.#layOut(this.scroll);
  }

  #layOut(scroll: number): Layout {
    const { loops, lanes } = this;
    return layOut({
      ...this.size,
      loops,
      tasks: lanes.shown,
      density: this.density,
      pinned: lanes.pinnedLanes,
      scroll,
    });
  }

  get view(): Viewport {
    return { ...this.window, ...this.layout.plot };
  }

  /** Loops that did something; one that never ran a step has nothing to show. */
  get loops(): readonly LoopId[] {
    return this.trace.loops.map((loop) => loop.id).filter((id) => this.trace.stepsOfLoop(id).length > 0);
  }

  readonly laneOf = (task: TaskId): Lane => this.lanes.ofTask(task);

  loopLane(loop: LoopId): Lane {
    return this.lanes.ofLoop(loop);
  }

  laneIndex(task: TaskId): number | undefined {
    return this.lanes.index(task);
  }

  /** The task that is meant, be it through one of its slices. */
  taskOf(target: Target | undefined): TaskId | undefined {
    return targets.taskOf(this.trace, target);
  }

  // -------------------------------------------------------------- looking

  resize(width: number, height: number): void {
    if (width === this.size.width && height === this.size.height) return;
    this.size = { width, height };
    this.#invalidate();
  }

  look(window: Span, follow: Follow = "off"): void {
    if (this.follow !== "off") this.#seen = this.trace.steps.length;
    this.#history.leave(this.window, performance.now());
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
    this.scroll = this.#layOut(this.scroll + pixels).scroll;
    this.#remember();
  }

  fitAll(): void {
    this.look(viewport.fit(this.extent), this.isLive ? "all" : "off");
  }

  fitSelection(): void {
    const span = this.range ?? targets.spanOf(this, this.selection);
    if (span === undefined) this.fitAll();
    else this.look(viewport.clamp(viewport.fit(span), this.extent));
  }

  /** Through the windows looked at before. */
  goBack(): void {
    this.#return(this.#history.back(this.window));
  }

  goForward(): void {
    this.#return(this.#history.forward(this.window));
  }

  #return(window: Span | undefined): void {
    if (window === undefined) return;
    this.window = viewport.clamp(window, this.extent);
    this.follow = "off";
    this.#remember();
  }

  /** Brings a moment into view, and the time cursor to it. */
  goTo(time: Nanoseconds): void {
    const at = Math.min(Math.max(time, this.extent.from), this.extent.to);
    this.setCursor(at);
    this.look(viewport.ensureVisible(this.window, { from: at, to: at }, this.extent));
    this.announcement = `At ${this.moment(at)}`;
  }

  toggleFollow(): void {
    if (this.follow === "off") this.jumpToLive();
    else this.look(this.window);
  }

  /** Steps that came since one looks elsewhere. */
  get unseen(): number {
    return this.follow === "off" ? Math.max(this.trace.steps.length - this.#seen, 0) : 0;
  }

  jumpToLive(): void {
    this.look(viewport.follow(this.window, this.extent), "end");
  }

  // -------------------------------------------------------------- choosing

  select(target: Target | undefined, say = ""): void {
    this.wanted.chosen = undefined;
    this.selection = target;
    this.announcement = say;
    this.#remember();
  }

  chooseRange(range: Span | undefined): void {
    this.range = range;
    this.#remember();
  }

  /** Brings what is chosen into view, moving no further than needed. */
  showSelection(): void {
    const span = targets.spanOf(this, this.selection);
    if (span !== undefined) {
      const window = viewport.ensureVisible(this.window, span, this.extent);
      if (!viewport.sameSpan(window, this.window)) this.look(window);
    }
    this.showLane();
  }

  /** The same up and down alone. */
  showLane(): void {
    const index = this.laneIndex(this.taskOf(this.selection) ?? 0);
    if (index !== undefined) this.scroll = scrollTo(this.layout, index);
    this.#remember();
  }

  reveal(target: Target | undefined, focus?: true): void {
    const site = targets.siteOf(this, target);
    if (site !== undefined) this.host.post({ type: "reveal", site, ...(focus && { focus }) });
  }

  /** The arrow keys: the slice before or after the chosen one, or the one beside it in the lane above or below. */
  beside(direction: "left" | "right" | "up" | "down"): Target | undefined {
    const slice = this.selection?.kind === "slice" ? this.selection.slice : undefined;
    const at = slice?.from ?? this.window.from;
    const index = this.laneIndex(this.taskOf(this.selection) ?? 0);
    if (index === undefined) return targets.nearestSlice(this, this.lanes.shown[0]?.task, at);
    switch (direction) {
      case "left":
      case "right":
        if (slice === undefined) return targets.nearestSlice(this, this.lanes.shown[index]?.task, at);
        return targets.slideAlong(this, slice, direction === "left" ? -1 : 1);
      case "up":
      case "down":
        return targets.nearestSlice(this, this.lanes.shown[index + (direction === "up" ? -1 : 1)]?.task, at);
    }
  }

  /** What decided when the chosen task, or the chosen group's critical member, ended. */
  get path(): readonly PathPart[] {
    const { selection, trace } = this;
    const task =
      selection?.kind === "task"
        ? selection.task
        : selection?.kind === "group"
          ? trace.group(selection.group)?.criticalMember
          : undefined;
    if (task === undefined) return [];
    if (this.#path?.task !== task || this.#path.revision !== trace.revision)
      this.#path = { task, revision: trace.revision, parts: criticalPath(trace, task) };
    return this.#path.parts;
  }

  toggleCollapsed(task: TaskId): void {
    const name = this.trace.task(task)?.name ?? "";
    if (this.lanes.hasChildren(task)) {
      const isCollapsed = this.lanes.toggleCollapsed(task);
      this.announcement = `${name}: its tasks are ${isCollapsed ? "hidden" : "shown"}`;
    } else this.announcement = `${name} created no tasks`;
    this.#remember();
  }

  togglePinned(task: TaskId): void {
    const isPinned = this.lanes.togglePinned(task);
    this.announcement = `${this.trace.task(task)?.name ?? ""} is ${isPinned ? "pinned to the top" : "back in its place"}`;
    this.#remember();
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
    else if (this.search !== undefined) this.search = undefined;
    else if (this.notes.draft !== undefined) this.notes.draft = undefined;
    else if (this.range !== undefined) this.chooseRange(undefined);
    else if (this.selection !== undefined) this.select(undefined);
    else if (this.cursor !== undefined) this.setCursor(undefined);
    this.#invalidate();
  }

  /** Replays the run with the time cursor. */
  togglePlaying(): void {
    this.playing = !this.playing;
    const { from, to } = this.extent;
    if (this.playing && (this.cursor === undefined || this.cursor >= to)) this.setCursor(from);
    this.announcement = this.playing ? "Playing" : "Paused";
    this.#invalidate();
  }

  /** To where a task next begins or ends to run, in either direction. */
  stepCursor(direction: -1 | 1): void {
    this.playing = false;
    const at = momentBeside(this.trace, this.loops, this.cursor ?? this.extent.from, direction);
    if (at !== undefined) this.goTo(at);
  }

  /** By the number of tasks, until the user chooses. */
  get density(): Density {
    return this.#density ?? densityFor(this.lanes.programTasks);
  }

  /** undefined: by the number of tasks again. */
  setDensity(density: Density | undefined): void {
    this.#density = density;
    this.hover = undefined; // another lane is under the pointer now
    this.#remember();
  }

  toggle(what: "table" | "help"): void {
    this[what] = !this[what];
    this.#remember();
  }

  /** To who listens: the page has one place that speaks, since of two a screen reader may leave out either. */
  say(words: string): void {
    this.announcement = words;
    this.#invalidate();
  }

  invalidate(): void {
    this.#invalidate();
  }

  // -------------------------------------------------------------- the trace

  /** Where one looks and what is chosen, as a link and a reload keep it. */
  get traceView(): TraceView {
    const { window, cursor, range, selection } = this;
    const chosen = this.wanted.chosen ?? (selection && packChosen(selection));
    return { ...window, ...(cursor !== undefined && { cursor }), ...(range && { range }), ...(chosen && { chosen }) };
  }

  #reset(): void {
    this.lanes.forget();
    this.#path = undefined;
    this.notes.forget();
    this.wanted.forget();
    this.selection = undefined;
    this.hover = undefined;
    this.range = undefined;
    this.editor.forget();
    this.setCursor(undefined);
    this.scroll = 0;
    this.follow = "all";
    this.#restored = false;
  }

  /** Follows the trace: once a frame, however often it grew. False: there are lanes to come. */
  catchUp(): boolean {
    if (this.#grew) this.#follow();
    this.wanted.show();
    return !this.#grew;
  }

  #follow(): void {
    const { trace } = this;
    this.#grew = !this.lanes.takeTasks();
    if (!this.#restored && trace.tasks.length > 0) this.#restore();
    // A window that shows everything goes on doing so until the last byte.
    if (this.follow === "all") this.window = viewport.fit(this.extent);
    else if (this.follow === "end") this.window = viewport.follow(this.window, this.extent);
    if (this.selection?.kind === "slice") {
      const { slice } = this.selection;
      const task = trace.task(slice.task);
      if (task) this.selection = { kind: "slice", slice: refresh(trace, this.laneOf(task.id), task, slice) };
    }
  }

  #restore(): void {
    this.#restored = true;
    const state = unpackState(this.host.getState());
    if (state === undefined || state.generation !== this.feed.generation) return;
    this.window = { from: state.from, to: state.to };
    this.follow = state.follow;
    this.scroll = state.scroll;
    this.table = state.table;
    this.#density = state.density;
    this.lanes.restore(state.collapsed, state.pinned);
    this.range = state.range;
    // It may not have been read yet.
    this.wanted.chosen = state.chosen;
    // Last: it remembers all of this anew.
    this.setCursor(state.cursor);
  }

  #remember(): void {
    this.#invalidate();
    const { generation } = this.feed;
    if (generation === undefined || !this.#restored) return;
    const { traceView, follow, scroll, table } = this;
    const density = this.#density;
    const [collapsed, pinned] = [[...this.lanes.collapsed], [...this.lanes.pinned]];
    this.host.setState(packState({ ...traceView, generation, follow, scroll, table, density, collapsed, pinned }));
  }
}
