/** Which lanes there are, and which are shown: not those inside of a collapsed one, and pinned ones first. */
import { taskLanes, type TaskId, type Trace } from "../../extension/trace";
import type { TaskLane } from "./layout";
import { isHousekeeping } from "./names";

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

/** The program's tasks as a tree, then asyncio's own: nobody came to see those first. */
export function inOrder(trace: Trace): readonly TaskLane[] {
  const lanes = taskLanes(trace);
  const isOwn = ({ task, children }: TaskLane): boolean => {
    const info = trace.task(task);
    return children === 0 && info !== undefined && isHousekeeping(info);
  };
  return [...lanes.filter((lane) => !isOwn(lane)), ...lanes.filter(isOwn).map((lane) => ({ ...lane, depth: 0 }))];
}
