/**
 * What one lane shows: its slices as pixel ranges, with steps too narrow to tell apart merged, so that a frame costs what
 * its pixels cost and not what its steps cost. Buckets are aligned to time, so merged cells do not shimmer while panning.
 */
import {
  blockedSince,
  blocking,
  type LoopId,
  type Nanoseconds,
  type StepIndex,
  type TaskInfo,
  type Trace,
} from "../../extension/trace";
import { denseCells } from "./denseCells";
import { END, SINCE, START, type Lane } from "./lane";
import { lifeEnd } from "./slices";
import { nsPerPixel, timeToX, type Viewport } from "./viewport";

/** Steps closer together than this many CSS pixels are merged: drawn one by one they would look like one long run. */
const BUCKET = 4;

/** A crowd may be drawn in buckets so many times as wide rather than step by step, which takes ten times as long. */
const COARSEST = 2;

export const RUNNING = 0;
export const READY = 1;
export const WAITING = 2;
/** Several steps in one bucket; see `running` and `ready` for their shares. */
export const MERGED = 3;
/** A share of ready time below this is not shown in a merged cell. */
export const MIN_READY = 0.1;
export type CellKind = typeof RUNNING | typeof READY | typeof WAITING | typeof MERGED;

/** Columns, reused from frame to frame: no object per cell. */
export class Cells {
  length = 0;
  kind = new Uint8Array(1024);
  x0 = new Float64Array(1024);
  x1 = new Float64Array(1024);
  /** Of a merged cell: shares of its time, 0 to 1. */
  running = new Float32Array(1024);
  ready = new Float32Array(1024);
  /** Steps in the cell. */
  count = new Uint32Array(1024);
  /** The step that runs here, or that a ready cell leads to, or that a waiting cell follows; -1 for none, or not yet. */
  step = new Int32Array(1024);

  clear(): void {
    this.length = 0;
  }

  push(kind: CellKind, x0: number, x1: number, step: number, count = 1, running = 0, ready = 0): void {
    if (this.length === this.kind.length) this.#grow();
    const i = this.length++;
    this.kind[i] = kind;
    this.x0[i] = x0;
    this.x1[i] = x1;
    this.step[i] = step;
    this.count[i] = count;
    this.running[i] = running;
    this.ready[i] = ready;
  }

  #grow(): void {
    const copy = <T extends Uint8Array | Float64Array | Float32Array | Uint32Array | Int32Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    const size = this.kind.length * 2;
    this.kind = copy(new Uint8Array(size), this.kind);
    this.x0 = copy(new Float64Array(size), this.x0);
    this.x1 = copy(new Float64Array(size), this.x1);
    this.running = copy(new Float32Array(size), this.running);
    this.ready = copy(new Float32Array(size), this.ready);
    this.count = copy(new Uint32Array(size), this.count);
    this.step = copy(new Int32Array(size), this.step);
  }
}

/** When the lane begins (a task: its creation) and how far it is known (its end, else the trace's). */
export interface LaneSpan {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
  /** A task that has ended neither waits nor runs after its last step. */
  readonly ended: boolean;
  /** A loop's gaps are idle time, not a state of the loop: no cells for them. */
  readonly gaps: boolean;
  /** Since when a step goes on that blocks the loop. */
  readonly blocking: Nanoseconds | undefined;
}

export function laneCells(lane: Lane, span: LaneSpan, view: Viewport, cells: Cells): void {
  cells.clear();
  const bucket = nsPerPixel(view) * BUCKET;
  const first = lane.firstEndingAfter(view.from);
  const { density } = lane;
  const isCrowded = lane.firstStartingFrom(view.to, first) - first > view.width / BUCKET;
  const next =
    isCrowded && density !== undefined && density.resolution <= COARSEST * bucket
      ? denseCells(lane, density, span.gaps ? span.from : undefined, view, Math.max(bucket, density.resolution), cells)
      : stepCells(lane, span, view, first, bucket, cells);
  const { length } = lane;
  if (next < length) return;
  const from = length === 0 ? span.from : lane.end(length - 1);
  const add = (kind: CellKind, from: Nanoseconds, to: Nanoseconds, step: StepIndex): void => {
    if (from < view.to && to > Math.max(from, view.from))
      cells.push(kind, timeToX(view, from), timeToX(view, to), step);
  };
  // A task that has never run is ready (its creation scheduled it), any other waits.
  if (span.gaps && !span.ended)
    add(length === 0 ? READY : WAITING, from, span.blocking ?? span.to, length === 0 ? -1 : lane.steps.at(length - 1));
  if (span.blocking !== undefined) add(RUNNING, span.blocking, span.to, -1);
}

/** All of a task's life. */
export function taskSpan(trace: Trace, task: TaskInfo): LaneSpan {
  const [from, to, ended] = [task.created, lifeEnd(trace, task), task.ended !== undefined];
  return { from, to, ended, gaps: true, blocking: blocking(trace, task.id)?.since };
}

export function loopSpan(trace: Trace, loop: LoopId): LaneSpan {
  return { from: 0, to: trace.end, ended: true, gaps: false, blocking: blockedSince(trace, loop)?.since };
}

/** The steps of a lane that blocked their loop, and the one that blocks it. */
export function forEachBlock(
  lane: Lane,
  { blocking, to }: LaneSpan,
  view: Viewport,
  visit: (from: Nanoseconds, to: Nanoseconds) => void,
): void {
  lane.forEachSlow(view.from, view.to, (i) => visit(lane.start(i), lane.end(i)));
  if (blocking !== undefined && blocking < view.to && to > view.from) visit(blocking, to);
}

/** More steps than this in one bucket are summed up by the lane instead of one by one. */
const FEW = 32;

const times = new Float64Array(3);

/** Step by step from the `first`-th on; returns the first that was not drawn. */
function stepCells(
  lane: Lane,
  { from, gaps }: LaneSpan,
  view: Viewport,
  first: number,
  bucket: Nanoseconds,
  cells: Cells,
): number {
  const { length } = lane;
  const x = (t: Nanoseconds): number => timeToX(view, t);
  const slice = (kind: CellKind, from: Nanoseconds, to: Nanoseconds, step: StepIndex): void => {
    if (to > from && to > view.from && from < view.to) cells.push(kind, x(from), x(to), step);
  };
  let i = first;
  let before = i === 0 ? from : lane.end(i - 1);
  let stepBefore = i === 0 ? -1 : lane.steps.at(i - 1);
  while (i < length && before < view.to) {
    const step = lane.steps.at(i);
    lane.read(i, times);
    const start = times[START]!;
    let end = times[END]!;
    // A task is ready from its creation on, and never before its last step ended.
    const ready = i === 0 ? before : Math.min(Math.max(times[SINCE]!, before), start);
    if (gaps) slice(WAITING, before, ready, stepBefore);
    if (start >= view.to && ready >= view.to) break;
    let next = i + 1;
    let ran = end - start;
    let waited = start - times[SINCE]!;
    if (ran < bucket) {
      // All that start in its bucket belong to it; the last may reach out of it, but not by far.
      const boundary = (Math.floor(start / bucket) + 1) * bucket;
      for (; next < length && next - i < FEW; next++) {
        lane.read(next, times);
        if (times[START]! >= boundary || (times[END]! > boundary + bucket && isLast(lane, next, boundary))) break;
        ran += times[END]! - times[START]!;
        waited += times[START]! - times[SINCE]!;
        end = times[END]!;
      }
      if (next - i === FEW) {
        next = endOfBucket(lane, next, boundary, bucket);
        end = lane.end(next - 1);
        ran = lane.running(i, next);
        waited = lane.ready(i, next);
      }
    }
    if (next > i + 1) {
      const begin = gaps ? ready : start;
      const total = Math.max(end - begin, 1);
      cells.push(MERGED, x(begin), x(end), step, next - i, ran / total, gaps ? waited / total : 0);
    } else {
      if (gaps) slice(READY, ready, start, step);
      if (start < view.to) cells.push(RUNNING, x(start), x(end), step);
    }
    before = end;
    stepBefore = lane.steps.at(next - 1);
    i = next;
  }
  return i;
}

function isLast(lane: Lane, i: number, boundary: Nanoseconds): boolean {
  return i + 1 === lane.length || lane.start(i + 1) >= boundary;
}

/** One past the last step from the `low`-th on that belongs to a bucket. */
function endOfBucket(lane: Lane, low: number, boundary: Nanoseconds, bucket: Nanoseconds): number {
  const next = lane.firstStartingFrom(boundary, low);
  return next > low && lane.end(next - 1) > boundary + bucket ? next - 1 : next;
}
