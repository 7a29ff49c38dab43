/**
 * How often functions were called that are awaited and not made tasks. A trace does not say which coroutine a frame is,
 * but which places a call comes to at most once (`once`): a frame that stands at such a place again, or below another
 * place of its caller, is another call. What a loop of the caller may hide is not counted, and that is said.
 */
import type { PlacedFrame, Trace } from "../trace";
import type { Nanoseconds, NodeId, TaskId } from "../types";
import { Sample } from "./sample";

/** Calls that were suspended at least once, as far as they can be told apart. */
export interface Calls {
  calls: number;
  /** There may have been more. */
  more: boolean;
  /** How long each was suspended in all, of those that are over. */
  readonly lengths: Sample;
}

export function noCalls(): Calls {
  return { calls: 0, more: false, lengths: new Sample() };
}

/** One frame of an await chain; `calls`: where a call of its function counts. */
export interface Level {
  readonly frame: PlacedFrame;
  readonly calls: Calls | undefined;
}

/** Places of one call that are remembered; with more, it only counts less. */
const MOST_PLACES = 64;

interface Stand {
  levels: readonly Level[];
  /** By level: where that call has stood. */
  readonly stood: NodeId[][];
  /** By level: how long the task had been suspended in all, when that call came. */
  readonly since: Nanoseconds[];
}

/** Follows the tasks; told of every step that does not go on in the same await. */
export class CallFold {
  private readonly stands: (Stand | undefined)[] = [];

  /**
   * The task now stands in these frames, outermost first, down to the innermost of user code; `suspended`: how long it
   * was so in all of its life. What that grows by while a call goes on is the call's.
   */
  stand(task: TaskId, levels: readonly Level[], suspended: Nanoseconds): void {
    const before = this.stands[task];
    if (before === undefined) {
      const since = levels.map(() => suspended);
      this.stands[task] = { levels, stood: levels.map(({ frame }) => [frame.node]), since };
      for (let i = 1; i < levels.length; i++) count(levels[i]!);
      return;
    }
    const first = firstNew(before, levels);
    mayHaveBeenNew(levels, first);
    end(before, first, suspended);
    for (let i = first; i < levels.length; i++) {
      count(levels[i]!);
      before.since[i] = suspended;
    }
    const { stood } = before;
    stood.length = Math.min(stood.length, first);
    levels.forEach(({ frame: { node } }, i) => {
      const places = (stood[i] ??= []);
      if (places.length < MOST_PLACES && !places.includes(node)) places.push(node);
    });
    before.levels = levels;
  }

  /** It stands in no user code but its own coroutine's. */
  leave(task: TaskId, suspended: Nanoseconds): void {
    const before = this.stands[task];
    if (before === undefined) return;
    end(before, 1, suspended);
    this.stands[task] = undefined;
  }
}

function count({ calls }: Level): void {
  if (calls !== undefined) calls.calls += 1;
}

/** The calls from this level on are over. */
function end({ levels, since }: Stand, first: number, suspended: Nanoseconds): void {
  for (let i = first; i < levels.length; i++) levels[i]!.calls?.lengths.add(suspended - (since[i] ?? suspended));
}

/** The outermost frame that is certainly of another call than before. The task's own, at 0, never is. */
function firstNew({ levels: before, stood }: Stand, now: readonly Level[]): number {
  const length = Math.min(before.length, now.length);
  // The same frames stand at the same places down to here.
  let level = 0;
  while (level < length && before[level]!.frame.node === now[level]!.frame.node) level++;
  // A library's call may have user code below it for a while: that says nothing of who called it.
  if (level === length && before.length !== now.length) return level;
  if (level === length) level--;
  // This place is come to anew: is it by the same call?
  for (; level > 0; level--) {
    const { node, once, code } = now[level]!.frame;
    const isAnother = before[level]!.frame.code !== code || (once && stood[level]?.includes(node) === true);
    if (!isAnother) return level + 1;
  }
  return 1;
}

/** What is counted as the same call lies below a loop, which may have made another. */
function mayHaveBeenNew(now: readonly Level[], first: number): void {
  let loops = false;
  for (let i = 0; i < Math.min(first, now.length); i++) {
    const { frame, calls } = now[i]!;
    if (loops && calls !== undefined) calls.more = true;
    loops ||= !frame.once;
  }
}

/** The frames of a node that matter here. */
export function levelsOf(trace: Trace, node: NodeId, callsOf: (frame: PlacedFrame) => Calls): readonly Level[] {
  const chain = trace.chain(node);
  let end = chain.length;
  while (end > 0 && chain[end - 1]!.code.file?.user !== true) end--;
  // Whether the next item of a library's generator is another one is not always known.
  const isUnsure = chain[end]?.generator === true;
  return chain.slice(0, end).map((frame, i) => ({
    frame: isUnsure && i === end - 1 ? { ...frame, once: false } : frame,
    // A generator is not called by who awaits its next item.
    calls: i > 0 && frame.code.file?.user === true && !frame.generator ? callsOf(frame) : undefined,
  }));
}
