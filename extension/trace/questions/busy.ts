/** What a loop was doing while something on it was ready. */
import { firstIndex } from "../columns";
import type { Trace } from "../trace";
import type { Code, LoopId, Nanoseconds, StepIndex } from "../types";

/** A wait for the loop shorter than this needs no culprit: it is the loop's own turn-around. */
const WORTH_EXPLAINING: Nanoseconds = 20e3;
/** Looking at more steps would cost more than the answer is worth. */
const MAX_STEPS = 5000;

/** The step the loop ran longest in this time; undefined where none explains it. */
export function busiestStep(trace: Trace, loop: LoopId, from: Nanoseconds, to: Nanoseconds): StepIndex | undefined {
  if (to - from < WORTH_EXPLAINING) return undefined;
  const list = trace.stepsOfLoop(loop);
  const { steps } = trace;
  let longest: StepIndex | undefined;
  let most = 0;
  const low = firstIndex(list.length, (i) => steps.end(list.at(i)) > from);
  for (let i = low; i < Math.min(list.length, low + MAX_STEPS) && steps.start(list.at(i)) < to; i++) {
    const step = list.at(i);
    const overlap = Math.min(steps.end(step), to) - Math.max(steps.start(step), from);
    if (overlap > most) {
      most = overlap;
      longest = step;
    }
  }
  return most < (to - from) / 10 ? undefined : longest;
}

/** Where the code of a step stands: the line that was seen to block, else where the task had been suspended before. */
export interface StepPlace {
  readonly name: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
}

export function placeOfStep(trace: Trace, step: StepIndex): StepPlace | undefined {
  const blocked = trace.blockedAt(step).find(({ code }) => code.file?.user === true);
  if (blocked !== undefined) return placeOf(blocked.code, blocked.site?.line);
  const task = trace.task(trace.steps.task(step));
  if (task === undefined) {
    const code = trace.chain(trace.steps.node(step)).at(-1)?.code;
    // The loop's own callbacks only pass wakes on: that explains nothing.
    return code?.file?.user === true ? placeOf(code, undefined) : undefined;
  }
  const list = trace.stepsOf(task.id);
  const i = firstIndex(list.length, (k) => list.at(k) >= step);
  const before = i > 0 ? trace.awaitSite(trace.steps.node(list.at(i - 1))) : undefined;
  if (before !== undefined) return placeOf(before.function, before.site.line);
  return task.code && placeOf(task.code, undefined);
}

function placeOf(code: Code, line: number | undefined): StepPlace {
  const name = code.name.split(".").at(-1) ?? code.name;
  return { name, file: code.file?.path, line: line ?? (code.line > 0 ? code.line : undefined) };
}
