/**
 * Where everything is on the canvas, from its size and the trace's lanes alone. From the top: minimap, ruler, loop lanes
 * and the lanes of pinned tasks (they stay in view), task lanes (they scroll). From the left: labels, plot.
 */
import type { GroupInfo, LoopId, TaskId } from "../../extension/trace";

export interface TaskLane {
  readonly task: TaskId;
  readonly depth: number;
  readonly children: number;
}

export interface Band {
  readonly top: number;
  readonly height: number;
}

/** Heights and texts, each with more lanes in view than the one before; after the last comes the first. */
const DENSITIES = ["simple", "expert", "compact"] as const;
export type Density = (typeof DENSITIES)[number];

/** Up to this many tasks are drawn with words on their bars, unless the user chose. */
const SIMPLE_TASKS = 12;

export function densityFor(tasks: number): Density {
  return tasks <= SIMPLE_TASKS ? "simple" : "expert";
}

export function nextDensity(density: Density): Density {
  return DENSITIES[(DENSITIES.indexOf(density) + 1) % DENSITIES.length] ?? density;
}

export function isDensity(value: unknown): value is Density {
  return DENSITIES.some((density) => density === value);
}

/** More loops than this scroll with the tasks instead of taking their room. */
const PINNED_LOOPS = 3;
const MINIMAP_HEIGHT = 32;
const RULER_HEIGHT = 22;
const LOOP_HEIGHT = { simple: 38, expert: 24, compact: 24 } as const;
const TASK_HEIGHT = { simple: 38, expert: 20, compact: 8 } as const;
/** Ready queue and lag in one panel a loop; with few tasks the lanes themselves show it. */
const COUNTERS_HEIGHT = { simple: 0, expert: 32, compact: 32 } as const;
/** Free pixels right of the plot, so that a cap, a bracket and its tick at the very end are seen whole. */
const RIGHT_MARGIN = 28;

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly density: Density;
  readonly labels: { readonly left: number; readonly width: number };
  readonly plot: { readonly left: number; readonly width: number };
  readonly minimap: Band;
  readonly ruler: Band;
  readonly loops: readonly LoopId[];
  /** With its counters. */
  readonly loopHeight: number;
  /** Of the panel of counters at the foot of each loop's lane; 0: there is none. */
  readonly countersHeight: number;
  /** Loop lanes stay above the task lanes; false: they are the first lanes of the scrolled part. */
  readonly loopsPinned: boolean;
  readonly loopsTop: number;
  /** So many of the first task lanes stay in view. */
  readonly pinned: number;
  readonly pins: Band;
  /** The scrolled part. */
  readonly lanes: Band;
  readonly laneHeight: number;
  readonly tasks: readonly TaskLane[];
  readonly scroll: number;
  readonly contentHeight: number;
}

export interface LayoutInput {
  readonly width: number;
  readonly height: number;
  readonly loops: readonly LoopId[];
  readonly tasks: readonly TaskLane[];
  readonly density: Density;
  /** So many of the first tasks are pinned. */
  readonly pinned?: number;
  readonly scroll: number;
}

export function layOut(input: LayoutInput): Layout {
  const { width, height, loops, tasks, density } = input;
  const labelWidth = Math.round(Math.min(Math.max(width * 0.24, 110), 260));
  const laneHeight = TASK_HEIGHT[density];
  const loopsPinned = loops.length <= PINNED_LOOPS;
  const loopsTop = MINIMAP_HEIGHT + RULER_HEIGHT;
  const countersHeight = loopsPinned ? COUNTERS_HEIGHT[density] : 0;
  const loopHeight = LOOP_HEIGHT[density] + countersHeight;
  const pinsTop = loopsTop + (loopsPinned ? loops.length * loopHeight : 0);
  // At least half of the room is left for the others.
  const pinned = Math.min(input.pinned ?? 0, Math.max(Math.floor((height - pinsTop) / 2 / laneHeight), 0));
  const pins = { top: pinsTop, height: pinned * laneHeight };
  const top = pinsTop + pins.height;
  const lanes = { top, height: Math.max(height - top, 0) };
  const contentHeight = (loopsPinned ? 0 : loops.length * loopHeight) + (tasks.length - pinned) * laneHeight;
  return {
    width,
    height,
    density,
    labels: { left: 0, width: labelWidth },
    plot: { left: labelWidth, width: Math.max(width - labelWidth - RIGHT_MARGIN, 1) },
    minimap: { top: 0, height: MINIMAP_HEIGHT },
    ruler: { top: MINIMAP_HEIGHT, height: RULER_HEIGHT },
    loops,
    loopHeight,
    countersHeight,
    loopsPinned,
    loopsTop,
    pinned,
    pins,
    lanes,
    laneHeight,
    tasks,
    scroll: Math.min(Math.max(input.scroll, 0), Math.max(contentHeight - lanes.height, 0)),
    contentHeight,
  };
}

/** Pixels a level of the tree is set in; deep trees stop being set in further, or no room is left for names. */
const INDENT = 12;
const MAX_INDENT = 6;

/** Where a lane's state and name begin; left of that is the twisty of a task that created others. */
export function laneIndent(depth: number): number {
  return 14 + Math.min(depth, MAX_INDENT) * INDENT;
}

/** Top of the i-th task lane on the canvas; may be outside of the visible part. */
export function taskTop(layout: Layout, i: number): number {
  if (i < layout.pinned) return layout.pins.top + i * layout.laneHeight;
  const above = layout.loopsPinned ? 0 : layout.loops.length * layout.loopHeight;
  return layout.lanes.top + above + (i - layout.pinned) * layout.laneHeight - layout.scroll;
}

/** Where the i-th task lane may be seen. */
export function bandOf(layout: Layout, i: number): Band {
  return i < layout.pinned ? layout.pins : layout.lanes;
}

/** Where any task lane may be seen. */
export function taskBand(layout: Layout): Band {
  return { top: layout.pins.top, height: layout.pins.height + layout.lanes.height };
}

/** Where the loops' lanes are. */
export function loopBand(layout: Layout): Band {
  return layout.loopsPinned ? { top: layout.loopsTop, height: layout.pins.top - layout.loopsTop } : layout.lanes;
}

export function loopTop(layout: Layout, i: number): number {
  const top = layout.loopsPinned ? layout.loopsTop : layout.lanes.top - layout.scroll;
  return top + i * layout.loopHeight;
}

/** Indices of the task lanes that can be seen besides the pinned ones, `to` exclusive. */
export function visibleTasks(layout: Layout): { readonly from: number; readonly to: number } {
  const first = taskTop(layout, layout.pinned);
  const from = layout.pinned + Math.floor((layout.lanes.top - first) / layout.laneHeight);
  const to = layout.pinned + Math.ceil((layout.lanes.top + layout.lanes.height - first) / layout.laneHeight);
  return { from: Math.max(from, layout.pinned), to: Math.min(Math.max(to, layout.pinned), layout.tasks.length) };
}

/** The bands of task lanes, with the indices of those that can be seen in each and in `part`, `to` exclusive. */
export function visibleBands(
  layout: Layout,
  part: Band = { top: 0, height: layout.height },
): readonly { readonly band: Band; readonly from: number; readonly to: number }[] {
  const scrolled = { band: layout.lanes, ...visibleTasks(layout) };
  const all = layout.pinned === 0 ? [scrolled] : [{ band: layout.pins, from: 0, to: layout.pinned }, scrolled];
  return all
    .filter(({ band }) => overlap(band, part))
    .map(({ band, from, to }) => {
      const first = taskTop(layout, from);
      return {
        band,
        from: Math.max(from, from + Math.floor((part.top - first) / layout.laneHeight)),
        to: Math.min(to, from + Math.ceil((part.top + part.height - first) / layout.laneHeight)),
      };
    });
}

export function overlap(a: Band, b: Band): boolean {
  return a.top < b.top + b.height && a.top + a.height > b.top;
}

/** The scroll offset that brings the i-th task lane into view, moving no further than needed. */
export function scrollTo(layout: Layout, i: number): number {
  if (i < layout.pinned) return layout.scroll;
  const top = taskTop(layout, i);
  const air = layout.laneHeight / 2;
  if (top < layout.lanes.top) return layout.scroll - (layout.lanes.top - top) - air;
  const below = top + layout.laneHeight - (layout.lanes.top + layout.lanes.height);
  return below > 0 ? layout.scroll + below + air : layout.scroll;
}

/** What is at a point: which part of the canvas, and which lane of it. */
export type Zone =
  | { readonly kind: "minimap" }
  | { readonly kind: "ruler" }
  | { readonly kind: "loop"; readonly loop: LoopId; readonly part: "label" | "plot" }
  | { readonly kind: "task"; readonly task: TaskId; readonly index: number; readonly part: "label" | "plot" }
  | { readonly kind: "nothing" };

export function zoneAt(layout: Layout, x: number, y: number): Zone {
  if (y < layout.minimap.top + layout.minimap.height) return { kind: "minimap" };
  if (y < layout.ruler.top + layout.ruler.height) return { kind: "ruler" };
  const part = x < layout.plot.left ? "label" : "plot";
  const isPin = y >= layout.pins.top && y < layout.lanes.top;
  if (!isPin && (y < layout.pins.top || !layout.loopsPinned)) {
    const loop = layout.loops[Math.floor((y - loopTop(layout, 0)) / layout.loopHeight)];
    if (loop !== undefined) return { kind: "loop", loop, part };
  }
  if (y < layout.pins.top) return { kind: "nothing" };
  const first = isPin ? 0 : layout.pinned;
  const index = first + Math.floor((y - taskTop(layout, first)) / layout.laneHeight);
  const task = layout.tasks[index]?.task;
  return task === undefined ? { kind: "nothing" } : { kind: "task", task, index, part };
}

/** A bracket round the lanes of a group's members; lanes are indices into `layout.tasks`, in order. */
export interface Bracket {
  readonly group: GroupInfo;
  readonly lanes: readonly number[];
}

/** One bracket a group that has at least one lane on screen. */
export function brackets(
  groups: readonly GroupInfo[],
  laneOf: (task: TaskId) => number | undefined,
  visible: { readonly from: number; readonly to: number },
): readonly Bracket[] {
  const result: Bracket[] = [];
  for (const group of groups) {
    const lanes: number[] = [];
    for (const member of group.members) {
      const lane = laneOf(member);
      if (lane !== undefined) lanes.push(lane);
    }
    lanes.sort((a, b) => a - b);
    const first = lanes[0];
    const last = lanes[lanes.length - 1];
    if (first === undefined || last === undefined || last < visible.from || first >= visible.to) continue;
    result.push({ group, lanes });
  }
  return result;
}
