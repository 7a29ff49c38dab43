/** Where the executor jobs of a lane are: lines at its foot, one over the other where they ran at once. */
import type { Job, Nanoseconds } from "../../extension/trace";
import type { Density } from "./layout";
import { timeToX, type Viewport } from "./viewport";

/** More at once share the last row. */
const ROWS: Readonly<Record<Density, number>> = { simple: 3, expert: 2, compact: 0 };
/** Of the first row above the foot of the lane, and from row to row, in pixels. */
const FOOT: Readonly<Record<Density, number>> = { simple: 7, expert: 3, compact: 0 };
const STEP: Readonly<Record<Density, number>> = { simple: -4, expert: 4, compact: 0 };
/** A line this thin is hit from a little further. */
const REACH = 3;
/** However short, it ran. */
const MIN_WIDTH = 2;

export interface PlacedJob {
  readonly job: Job;
  /** Handed over, begun, ended. */
  readonly x0: number;
  readonly started: number;
  readonly x1: number;
  readonly y: number;
  /** No other job of the task ran or queued meanwhile. */
  readonly isAlone: boolean;
}

/** Calls `visit` for each job in view; `top` and `height` are the lane's. */
export function forEachJob(
  jobs: readonly Job[],
  end: Nanoseconds,
  view: Viewport,
  density: Density,
  { top, height }: { readonly top: number; readonly height: number },
  visit: (placed: PlacedJob) => void,
): void {
  const rows = ROWS[density];
  if (rows === 0) return;
  /** When each row is free again. */
  const free = new Array<Nanoseconds>(rows).fill(-Infinity);
  let busy = -Infinity;
  jobs.forEach((job, i) => {
    const until = job.ended ?? end;
    const found = free.findIndex((time) => time <= job.created);
    const row = found < 0 ? rows - 1 : found;
    free[row] = Math.max(free[row] ?? until, until);
    const isAlone = busy <= job.created && (jobs[i + 1]?.created ?? Infinity) >= until;
    busy = Math.max(busy, until);
    if (job.created > view.to || until < view.from) return;
    const x0 = timeToX(view, job.created);
    // Of a job in another process nobody says when it began.
    const started = timeToX(view, job.started ?? (job.ended === undefined ? until : job.created));
    const x1 = Math.max(timeToX(view, until), x0 + MIN_WIDTH);
    const y = top + height - FOOT[density] - row * STEP[density];
    visit({ job, x0, started, x1, y, isAlone });
  });
}

/** The job whose line is at a point. */
export function jobAt(
  jobs: readonly Job[],
  end: Nanoseconds,
  view: Viewport,
  density: Density,
  lane: { readonly top: number; readonly height: number },
  x: number,
  y: number,
): Job | undefined {
  let best: Job | undefined;
  let nearest = REACH;
  forEachJob(jobs, end, view, density, lane, (placed) => {
    if (x < placed.x0 - REACH || x > placed.x1 + REACH) return;
    const distance = Math.abs(y - placed.y);
    if (distance > nearest || (distance === nearest && best !== undefined)) return;
    nearest = distance;
    best = placed.job;
  });
  return best;
}
