/** The run replayed: how fast the time cursor moves, and the moments it can stop at. */
import type { LoopId, Nanoseconds, Trace } from "../../extension/trace";
import { lowerBound } from "./lane";
import type { Model } from "./model";

/** A whole run takes this long to replay, in seconds; a slow one can be stepped through. */
const REPLAY = 12;
/** How many times as fast. */
export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4] as const;
export type Speed = (typeof SPEEDS)[number];

/** Where motion is not wanted, the cursor rests this long at each moment, in milliseconds. */
const REST = 700;

/** Moves the cursor of a playing model on by a frame. */
export class Replay {
  #last: number | undefined;
  #restedSince = 0;

  advance(model: Model, now: number): void {
    if (!model.playing) {
      this.#last = undefined;
      return;
    }
    const passed = this.#last === undefined ? 0 : Math.min(now - this.#last, 100);
    this.#last = now;
    const { from, to } = model.extent;
    const cursor = model.cursor ?? from;
    if (cursor >= to) {
      model.playing = false;
    } else if (prefersStillness()) {
      if (now - this.#restedSince > REST / model.speed) {
        this.#restedSince = now;
        model.setCursor(momentBeside(model.trace, model.loops, cursor, 1) ?? to);
      }
    } else {
      model.setCursor(Math.min(cursor + ((to - from) * passed * model.speed) / (REPLAY * 1000), to));
    }
    model.invalidate();
  }
}

function prefersStillness(): boolean {
  return (
    document.body.classList.contains("vscode-reduce-motion") ||
    window.matchMedia("(prefers-reduced-motion: reduce)").matches
  );
}

/** The nearest moment before or after `t` at which anything began or ended to run. */
export function momentBeside(
  trace: Trace,
  loops: readonly LoopId[],
  t: Nanoseconds,
  direction: -1 | 1,
): Nanoseconds | undefined {
  let best: Nanoseconds | undefined;
  const { steps } = trace;
  for (const loop of loops) {
    const list = trace.stepsOfLoop(loop);
    const after = lowerBound(0, list.length, (i) => steps.end(list.at(i)) > t);
    for (let i = Math.max(after - 2, 0); i < Math.min(after + 2, list.length); i++) {
      for (const moment of [steps.start(list.at(i)), steps.end(list.at(i))]) {
        if ((moment - t) * direction <= 0) continue;
        if (best === undefined || (moment - best) * direction < 0) best = moment;
      }
    }
  }
  return best;
}
