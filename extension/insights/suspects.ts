/** Awaits that took long one after another: whether that has to be so, only the source can say. */
import type { AwaitKind, Code, Nanoseconds, Site, Trace } from "../trace";
import type { CalleeOf, Node, Source } from "../syntax";
import { calleeOf, definitionOf } from "../syntax";
import type { FrameFacts, Place, Sequence } from "./frames";
import type { Facts } from "./types";

/** Who waits there waits for its turn, or for somebody in the program: the order may be meant. */
const ORDERED: ReadonlySet<AwaitKind> = new Set<AwaitKind>([
  ...(["task", "gather", "taskgroup", "wait", "as_completed", "shield"] as const),
  ...(["lock", "event", "condition", "semaphore", "barrier", "queue.get", "queue.put", "queue.join"] as const),
]);
/** Of so many, the most costly are looked at. */
const MOST_SUSPECTS = 50;

/** A place where a coroutine was waited for whose waits could overlap with others. */
export function couldOverlap({ callee, kinds }: Place): boolean {
  return callee !== undefined && kinds.size > 0 && ![...kinds].some((kind) => ORDERED.has(kind));
}

/** What one call after another would have saved if all of its waits had been one; of all of them, extrapolated. */
export function savedTogether({ samples, count }: Sequence, positions: readonly number[]): Nanoseconds {
  let saved = 0;
  for (const sample of samples) {
    const waits = positions.map((position) => sample[position] ?? 0);
    saved += waits.reduce((sum, wait) => sum + wait, 0) - Math.max(...waits);
  }
  return (saved / samples.length) * count;
}

export function suspectSequences(frames: FrameFacts, cost: Nanoseconds): readonly Sequence[] {
  return [...frames.sequences.values()]
    .map((sequence) => {
      const positions = [...sequence.places.keys()].filter((i) => couldOverlap(sequence.places[i]!));
      return { sequence, saved: positions.length < 2 ? 0 : savedTogether(sequence, positions) };
    })
    .filter(({ saved }) => saved > 0 && saved >= cost)
    .sort((a, b) => b.saved - a.saved)
    .slice(0, MOST_SUSPECTS)
    .map(({ sequence }) => sequence);
}

/** Fewer rounds are no loop worth a word. */
const FEWEST_ROUNDS = 3;

export function suspectLoops(frames: FrameFacts, cost: Nanoseconds): readonly Place[] {
  return frames.places
    .filter((place) => place.rounds >= FEWEST_ROUNDS && place.saved >= cost && couldOverlap(place))
    .sort((a, b) => b.saved - a.saved)
    .slice(0, MOST_SUSPECTS);
}

/** The files that say whether these have to wait for each other. */
export function filesAround(places: readonly Place[]): readonly string[] {
  const codes = places.flatMap(({ function: caller, callee, below }) => [caller, callee, ...below]);
  return [...new Set(codes.flatMap((code) => (code?.file?.user === true ? [code.file.path] : [])))];
}

/** A function of user code in the text of its file. */
export function definitionIn(facts: Facts, code: Code | undefined): { source: Source; node: Node } | undefined {
  const source = code?.file?.user === true ? facts.syntax(code.file.path) : undefined;
  const node = code === undefined ? undefined : source?.functionAt(code.line);
  return source === undefined || node === undefined ? undefined : { source, node };
}

/** What each await calls: as it was seen in the trace, else as far as its name says it. */
export function calleesOf(facts: Facts, source: Source, places: ReadonlyMap<Node, Place>): CalleeOf {
  return (node) => {
    const place = places.get(node);
    if (place !== undefined) {
      const found = definitionIn(facts, place.callee);
      return found && calleeOf(found.source, found.node);
    }
    const called = node.children[0]?.children[0];
    const found = called?.type === "identifier" ? definitionOf(source, source.textOf(called), node) : undefined;
    return found && calleeOf(source, found);
  };
}

/** Each await of the places that the text has where the trace says. */
export function awaitsAt(source: Source, places: readonly Place[]): ReadonlyMap<Node, Place> {
  const found = new Map<Node, Place>();
  for (const place of places) {
    const node = source.awaitAt(place.site);
    if (node !== undefined) found.set(node, place);
  }
  return found;
}

export function siteOf(source: Source, file: string, node: Node): Site {
  return { file, ...source.range(node) };
}

/** Woken by the same connection, or the same thread of a library: its answers come in order. */
export function shareSource(a: Place, b: Place): boolean {
  for (const one of a.sources) if (b.sources.has(one)) return true;
  return false;
}

/** The largest group of tasks of the run: as many at a time did it no harm. */
export function concurrencySeen(trace: Trace): { readonly most: number; readonly site: Site | undefined } | undefined {
  let found: { readonly most: number; readonly site: Site | undefined } | undefined;
  for (const { kind, members, more, site } of trace.groups) {
    const most = members.length + more;
    if ((kind === "gather" || kind === "taskgroup") && most > (found?.most ?? 1)) found = { most, site };
  }
  return found;
}
