/** What is under the pointer. */
import { blockedSince, jobsOf, type GroupInfo, type LoopId, type TaskId, type Trace } from "../../extension/trace";
import { jobAt } from "./jobRows";
import type { Lane } from "./lane";
import { taskTop, visibleTasks, zoneAt, brackets, type Bracket, type Layout } from "./layout";
import { isHousekeepingGroup } from "./names";
import type { Target } from "./targets";
import { sliceAt, sliceNear, type Slice } from "./slices";
import { nsPerPixel, timeToX, xToTime, type Viewport } from "./viewport";

/** What a hit test asks of the model. */
export interface Scene {
  readonly trace: Trace;
  readonly layout: Layout;
  readonly view: Viewport;
  readonly laneOf: (task: TaskId) => Lane;
  loopLane(loop: LoopId): Lane;
  laneIndex(task: TaskId): number | undefined;
}

/** How far, in pixels, a pointer may be off a thing as thin as a line. */
const REACH = 3;
/** Nested brackets stand this many pixels apart. */
const BRACKET_STEP = 5;
/** As wide as the mark of a task that raised or was cancelled. */
const END_MARK = 10;

export function targetAt(scene: Scene, x: number, y: number): Target | undefined {
  const { trace, layout, view } = scene;
  const zone = zoneAt(layout, x, y);
  switch (zone.kind) {
    case "minimap":
    case "ruler":
    case "nothing":
      return undefined;
    case "loop":
      return zone.part === "label" ? undefined : loopTarget(scene, zone.loop, x);
    case "task": {
      if (zone.part === "label") return { kind: "task", task: zone.task };
      const task = trace.task(zone.task);
      if (task === undefined) return undefined;
      const group = bracketAt(scene, x, zone.index);
      if (group !== undefined) return { kind: "group", group: group.id };
      const band = { top: taskTop(layout, zone.index), height: layout.laneHeight };
      const job = jobAt(jobsOf(trace, task.id), trace.end, view, layout.density, band, x, y);
      if (job !== undefined) return { kind: "job", job: job.id };
      const reach = nsPerPixel(view) * REACH;
      const slice = sliceNear(trace, scene.laneOf(task.id), task, xToTime(view, x), reach);
      return slice && { kind: "slice", slice };
    }
  }
}

function loopTarget(scene: Scene, loop: LoopId, x: number): Target | undefined {
  const { trace, view } = scene;
  const lane = scene.loopLane(loop);
  const t = xToTime(view, x);
  const reach = nsPerPixel(view) * REACH;
  const blocked = blockedSince(trace, loop);
  if (blocked !== undefined && t >= blocked.since && t <= trace.end + reach) {
    if (blocked.task === undefined) return { kind: "callback", loop, step: undefined };
    const slice = { state: "running", from: blocked.since, to: trace.end, step: undefined } as const;
    return { kind: "slice", slice: { task: blocked.task, ...slice } };
  }
  let best: number | undefined;
  let longest = -1;
  for (let i = lane.firstEndingAfter(t - reach - 1), n = 0; i < lane.length && n < 64; i++, n++) {
    if (lane.start(i) > t + reach) break;
    const run = lane.end(i) - lane.start(i);
    if (run <= longest) continue;
    best = i;
    longest = run;
  }
  if (best === undefined) return undefined;
  const step = lane.steps.at(best);
  const task = trace.task(trace.steps.task(step));
  if (task === undefined) return { kind: "callback", loop, step };
  const slice: Slice = { task: task.id, state: "running", from: lane.start(best), to: lane.end(best), step };
  return { kind: "slice", slice };
}

export interface PlacedBracket extends Bracket {
  readonly x0: number;
  readonly x1: number;
  readonly top: number;
  readonly bottom: number;
  /** The lane of the critical member. */
  readonly critical: number | undefined;
}

/** The brackets on screen with their pixels; one inside another stands further in. */
export function placeBrackets(scene: Scene): readonly PlacedBracket[] {
  const { trace, layout, view } = scene;
  const groups = trace.groups.filter(
    (group) =>
      group.started <= view.to &&
      (group.ended ?? trace.end) >= view.from &&
      isWide(group, trace, view) &&
      hasBracket(group) &&
      !isHousekeepingGroup(trace, group),
  );
  // A pinned lane is out of its place, and a bracket to there would take in what is no member.
  const laneIndex = (task: TaskId): number | undefined => {
    const lane = scene.laneIndex(task);
    return lane === undefined || lane < layout.pinned ? undefined : lane;
  };
  const found = brackets(groups, laneIndex, visibleTasks(layout));
  const extent = (bracket: Bracket): number => (bracket.lanes.at(-1) ?? 0) - (bracket.lanes[0] ?? 0);
  const inner = [...found].sort((a, b) => extent(a) - extent(b)).slice(0, MAX_BRACKETS);
  const levels = new Map<Bracket, number>();
  for (const bracket of inner) {
    let level = 0;
    for (const [other, otherLevel] of levels) {
      if (contains(bracket, other) && overlaps(bracket.group, other.group, trace))
        level = Math.max(level, otherLevel + 1);
    }
    levels.set(bracket, level);
  }
  return inner.map((bracket) => {
    const out = BRACKET_STEP * (levels.get(bracket) ?? 0) + 3;
    const { criticalMember, started, ended } = bracket.group;
    // Right of the mark on a last one that did not return.
    const mark = criticalMember !== undefined && trace.task(criticalMember)?.outcome !== "returned" ? END_MARK : 0;
    return {
      ...bracket,
      x0: timeToX(view, started) - out,
      x1: timeToX(view, ended ?? trace.end) + out + mark,
      top: taskTop(layout, bracket.lanes[0] ?? 0) + 2,
      bottom: taskTop(layout, (bracket.lanes.at(-1) ?? 0) + 1) - 2,
      critical: criticalMember === undefined ? undefined : laneIndex(criticalMember),
    };
  });
}

/** More at once would be a picket fence, and cost more than they tell. */
const MAX_BRACKETS = 200;
/** A group narrower than this many pixels shows no bracket: it would hide its own members. */
const MIN_BRACKET = 12;

function isWide(group: GroupInfo, trace: Trace, view: Viewport): boolean {
  return ((group.ended ?? trace.end) - group.started) / nsPerPixel(view) >= MIN_BRACKET;
}

/**
 * A scope round one task says what its await says already, and who waits for the first of several does so again and
 * again, for nearly the same tasks.
 */
function hasBracket({ kind, members, returnWhen }: GroupInfo): boolean {
  if (kind === "gather" || kind === "taskgroup") return true;
  return members.length > 1 && returnWhen !== "FIRST_COMPLETED";
}

function contains(outer: Bracket, inner: Bracket): boolean {
  return (outer.lanes[0] ?? 0) <= (inner.lanes.at(-1) ?? 0) && (outer.lanes.at(-1) ?? 0) >= (inner.lanes[0] ?? 0);
}

function overlaps(a: GroupInfo, b: GroupInfo, trace: Trace): boolean {
  return a.started <= (b.ended ?? trace.end) && b.started <= (a.ended ?? trace.end);
}

function bracketAt(scene: Scene, x: number, lane: number): GroupInfo | undefined {
  for (const bracket of placeBrackets(scene)) {
    const [first = 0, last = 0] = [bracket.lanes[0], bracket.lanes.at(-1)];
    if (lane < first || lane > last) continue;
    // Outside of the members' own bars only: a bracket must not take a click meant for a step.
    if (Math.abs(x - bracket.x0) <= 2 || (bracket.group.ended !== undefined && Math.abs(x - bracket.x1) <= 2)) {
      return bracket.group;
    }
  }
  return undefined;
}

/** The state of a task at `t`, for the glyph beside its name. */
export type Glyph = "running" | "ready" | "waiting" | "returned" | "raised" | "cancelled" | "none";

export function glyphAt(scene: Scene, id: TaskId, t: number): Glyph {
  const task = scene.trace.task(id);
  if (task === undefined || t < task.created) return "none";
  if (task.ended !== undefined && t >= task.ended) return task.outcome === "pending" ? "none" : task.outcome;
  return sliceAt(scene.trace, scene.laneOf(id), task, t)?.state ?? "waiting";
}
