/** Which lanes are shown: not those inside of a collapsed one, and pinned ones first. */
import type { TaskId } from "../../extension/trace";
import type { TaskLane } from "./layout";

export function arrange(
  lanes: readonly TaskLane[],
  collapsed: ReadonlySet<TaskId>,
  pinned: ReadonlySet<TaskId>,
): readonly TaskLane[] {
  if (collapsed.size === 0 && pinned.size === 0) return lanes;
  const shown: TaskLane[] = [];
  /** Lanes deeper than this are inside of a collapsed one. */
  let hiddenBelow = Infinity;
  for (const lane of lanes) {
    if (lane.depth > hiddenBelow) continue;
    hiddenBelow = collapsed.has(lane.task) ? lane.depth : Infinity;
    shown.push(lane);
  }
  const first = lanes.filter((lane) => pinned.has(lane.task)).map((lane) => ({ ...lane, depth: 0 }));
  return [...first, ...shown.filter((lane) => !pinned.has(lane.task))];
}
