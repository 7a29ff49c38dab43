/**
 * How often functions were called that are awaited and not made tasks. A trace does not say which coroutine a frame is,
 * but which places a call comes to at most once (`once`): a frame that stands at such a place again, or below another
 * place of its caller, is another call. What a loop of the caller may hide is not counted, and that is said.
 */
import type { PlacedFrame, Trace } from "../trace";
import type { NodeId, TaskId } from "../types";

/** Calls that were suspended at least once, as far as they can be told apart. */
export interface Calls {
  calls: number;
  /** There may have been more. */
  more: boolean;
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
}

/** Follows the tasks; told of every step that does not go on in the same await. */
export class CallFold {
  private readonly stands: (Stand | undefined)[] = [];

  /** The task now stands in these frames, outermost first, down to the innermost of user code. */
  stand(task: TaskId, levels: readonly Level[]): void {
    const before = this.stands[task];
    if (before === undefined) {
      this.stands[task] = { levels, stood: levels.map(({ frame }) => [frame.node]) };
      for (let i = 1; i < levels.length; i++) count(levels[i]!);
      return;
    }
    const first = firstNew(before, levels);
    mayHaveBeenNew(levels, first);
    for (let i = first; i < levels.length; i++) count(levels[i]!);
    const { stood } = before;
    stood.length = Math.min(stood.length, first);
    levels.forEach(({ frame: { node } }, i) => {
      const places = (stood[i] ??= []);
      if (places.length < MOST_PLACES && !places.includes(node)) places.push(node);
    });
    before.levels = levels;
  }

  /** It stands in no user code but its own coroutine's. */
  leave(task: TaskId): void {
    if (this.stands[task] !== undefined) this.stands[task] = undefined;
  }
}

function count({ calls }: Level): void {
  if (calls !== undefined) calls.calls += 1;
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
