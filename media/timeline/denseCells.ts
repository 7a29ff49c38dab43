/**
 * A lane from its sums over time: one look-up a bucket of pixels, whatever is in it. For lanes that have more steps in
 * view than can be told apart.
 */
import type { LaneDensity, Nanoseconds } from "../../extension/trace";
import { MERGED, MIN_READY, READY, RUNNING, WAITING, type CellKind, type Cells } from "./cells";
import type { Lane } from "./lane";
import { timeToX, type Viewport } from "./viewport";

/** Heights a merged cell can have: neighbours of one height are one cell. */
const HEIGHTS = 8;
/** A share this close to all or nothing is that. */
const NEARLY = 0.001;

/** How long the lane ran and was ready up to some time. */
const sums = new Float64Array(2);

/**
 * A task's lane (`created` is when it began) or a loop's (undefined) up to its last step, or the end of the view.
 * Returns the first step that was not drawn.
 */
export function denseCells(
  lane: Lane,
  density: LaneDensity,
  created: Nanoseconds | undefined,
  view: Viewport,
  bucket: Nanoseconds,
  cells: Cells,
): number {
  const first = Math.max(view.from, created ?? lane.start(0));
  const last = Math.min(view.to, lane.end(lane.length - 1));
  const hasGaps = created !== undefined;
  let begun = first;
  let kind: CellKind = MERGED;
  let running = -1;
  let ready = -1;
  density.before(first, sums);
  let runBefore = sums[0]!;
  let readyBefore = sums[1]!;
  // Counted, not added up: a rounding error must not make a bucket empty.
  for (let n = Math.floor(first / bucket); n * bucket < last; n++) {
    const from = Math.max(n * bucket, first);
    const to = Math.min((n + 1) * bucket, last);
    if (to <= from) continue;
    density.before(to, sums);
    const runUntil = sums[0]!;
    const readyUntil = sums[1]!;
    const ran = (runUntil - runBefore) / (to - from);
    const waited = (readyUntil - readyBefore) / (to - from);
    const nowKind = ran > 1 - NEARLY ? RUNNING : waited > 1 - NEARLY ? READY : ran + waited < NEARLY ? WAITING : MERGED;
    const nowRunning = Math.ceil(ran * HEIGHTS) / HEIGHTS;
    const nowReady = waited > MIN_READY ? 1 : 0;
    if (nowKind !== kind || nowRunning !== running || nowReady !== ready) {
      if (running >= 0) flush(lane, kind, begun, from, running, ready, hasGaps, bucket, view, cells);
      begun = from;
      kind = nowKind;
      running = nowRunning;
      ready = nowReady;
    }
    runBefore = runUntil;
    readyBefore = readyUntil;
  }
  if (running >= 0) flush(lane, kind, begun, last, running, ready, hasGaps, bucket, view, cells);
  return last < view.to ? lane.length : lane.firstEndingAfter(last);
}

/** No closure over what the loop counts: each number that changes would be an object there. */
function flush(
  lane: Lane,
  kind: CellKind,
  from: Nanoseconds,
  to: Nanoseconds,
  running: number,
  ready: number,
  hasGaps: boolean,
  bucket: Nanoseconds,
  view: Viewport,
  cells: Cells,
): void {
  if (to <= from || (kind === WAITING && !hasGaps)) return;
  if (kind !== MERGED && pureCell(lane, kind, from, to, bucket, view, cells)) return;
  cells.push(MERGED, timeToX(view, from), timeToX(view, to), -1, 2, running, ready);
}

/** One slice that fills its buckets is drawn as what it is, to its very ends; false if there are several. */
function pureCell(
  lane: Lane,
  kind: CellKind,
  from: Nanoseconds,
  to: Nanoseconds,
  bucket: Nanoseconds,
  view: Viewport,
  cells: Cells,
): boolean {
  const i = lane.firstEndingAfter((from + to) / 2);
  if (i >= lane.length) return false;
  let begin = lane.start(i);
  let end = lane.end(i);
  let step = lane.steps.at(i);
  if (kind !== RUNNING) {
    end = kind === READY ? begin : lane.readySince(i);
    begin = kind === READY ? lane.readySince(i) : i === 0 ? from : lane.end(i - 1);
    if (kind === WAITING && i > 0) step = lane.steps.at(i - 1);
  }
  if (begin > from + bucket || end < to - bucket) return false;
  cells.push(kind, timeToX(view, begin), timeToX(view, end), step);
  return true;
}
