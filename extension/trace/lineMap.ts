/**
 * Where the lines of the traced text are now. A line has a place only if a line with exactly its text stands there, in the
 * same function where that is still there, so a number can be lost by an edit but never end up at other code.
 */
export type LineMap = ReadonlyMap<number, number>;

/** From 0-based lines of `before` to those of `after`; both ascend together. */
export function mapLines(before: readonly string[], after: readonly string[]): LineMap {
  const result = new Map<number, number>();
  // Mostly one edits at one place: what is above it is as it was, and in the same functions.
  let same = 0;
  while (same < before.length && same < after.length && before[same] === after[same]) result.set(same, same++);
  if (same === before.length || same === after.length) return result;
  const [was, is] = withFunctions(before, after);
  match(was, is, same, before.length, same, after.length, result);
  return result;
}

/**
 * Each line with the function it is in: two functions may end with the same line, and change places. Functions that only
 * one of the texts has may be one that was renamed: their lines are told apart by nothing but their text.
 */
function withFunctions(
  before: readonly string[],
  after: readonly string[],
): readonly [was: readonly string[], is: readonly string[]] {
  const [was, is] = [functionsOf(before), functionsOf(after)];
  const isInBoth = (name: string): boolean => was.defined.has(name) && is.defined.has(name);
  const keys = (lines: readonly string[], { around }: Functions): readonly string[] =>
    lines.map((line, i) => `${isInBoth(around[i]!) ? around[i]! : RENAMED}\n${line}`);
  return [keys(before, was), keys(after, is)];
}

interface Functions {
  /** For each line the qualified name of the function or class that it is in, as its indentation says. */
  readonly around: readonly string[];
  readonly defined: ReadonlySet<string>;
}

const MODULE = "";
/** No function has this name. */
const RENAMED = "?";
const DEFINITION = /^(?:async\s+def|def|class)\s+([^\s(:]+)/;
/** No end of a function, however far out they are: brackets of several lines, and comments. */
const GOES_ON = /^[)\]}#]/;

/** Texts of several lines begin and end with these, and may stand further out than the code around them. */
const QUOTES = ['"""', "'''"];
const TEXT = /"""|'''/g;

function functionsOf(lines: readonly string[]): Functions {
  const defined = new Set([MODULE]);
  const open: { readonly indent: number; readonly name: string }[] = [];
  let inText = false;
  const around = lines.map((line) => {
    const code = line.trimStart();
    const wasInText = inText;
    // Most lines have none, and to look for that costs less.
    if (QUOTES.some((quotes) => line.includes(quotes)) && isOdd(line.match(TEXT)?.length)) inText = !inText;
    if (wasInText || code === "" || GOES_ON.test(code)) return open.at(-1)?.name ?? MODULE;
    const indent = line.length - code.length;
    while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop();
    const outside = open.at(-1)?.name ?? MODULE;
    const name = DEFINITION.exec(code)?.[1];
    if (name !== undefined) {
      open.push({ indent, name: `${outside}.${name}` });
      defined.add(`${outside}.${name}`);
    }
    return outside;
  });
  return { around, defined };
}

function isOdd(n = 0): boolean {
  return n % 2 === 1;
}

export function splitLines(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/);
}

/** Common lines at both ends, then lines that are unique on both sides as fixed points, and again between those. */
function match(
  before: readonly string[],
  after: readonly string[],
  fromBefore: number,
  toBefore: number,
  fromAfter: number,
  toAfter: number,
  result: Map<number, number>,
): void {
  while (fromBefore < toBefore && fromAfter < toAfter && before[fromBefore] === after[fromAfter]) {
    result.set(fromBefore++, fromAfter++);
  }
  while (fromBefore < toBefore && fromAfter < toAfter && before[toBefore - 1] === after[toAfter - 1]) {
    result.set(--toBefore, --toAfter);
  }
  if (fromBefore === toBefore || fromAfter === toAfter) return;
  const anchors = fixedPoints(before, after, fromBefore, toBefore, fromAfter, toAfter);
  if (anchors.length === 0) return;
  let [b, a] = [fromBefore, fromAfter];
  for (const [anchorBefore, anchorAfter] of anchors) {
    match(before, after, b, anchorBefore, a, anchorAfter, result);
    result.set(anchorBefore, anchorAfter);
    [b, a] = [anchorBefore + 1, anchorAfter + 1];
  }
  match(before, after, b, toBefore, a, toAfter, result);
}

/** Pairs of lines found exactly once on each side, the longest run of them that ascends on both. */
function fixedPoints(
  before: readonly string[],
  after: readonly string[],
  fromBefore: number,
  toBefore: number,
  fromAfter: number,
  toAfter: number,
): readonly (readonly [number, number])[] {
  const onlyBefore = uniqueLines(before, fromBefore, toBefore);
  const onlyAfter = uniqueLines(after, fromAfter, toAfter);
  const pairs: (readonly [number, number])[] = [];
  for (const [text, line] of onlyBefore) {
    const other = onlyAfter.get(text);
    if (line !== undefined && other !== undefined) pairs.push([line, other]);
  }
  return longestAscending(pairs);
}

/** Text to its line; undefined for a text that occurs again. In the order of the lines. */
function uniqueLines(lines: readonly string[], from: number, to: number): Map<string, number | undefined> {
  const result = new Map<string, number | undefined>();
  for (let i = from; i < to; i++) {
    const text = lines[i]!;
    result.set(text, result.has(text) ? undefined : i);
  }
  return result;
}

/** Patience sorting: `piles` hold the end of the best run of each length. */
function longestAscending(pairs: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const piles: number[] = [];
  const previous: (number | undefined)[] = [];
  pairs.forEach(([, after], index) => {
    let low = 0;
    let high = piles.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[piles[middle]!]![1] < after) low = middle + 1;
      else high = middle;
    }
    previous.push(piles[low - 1]);
    piles[low] = index;
  });
  const result: (readonly [number, number])[] = [];
  for (let index = piles.at(-1); index !== undefined; index = previous[index]) result.push(pairs[index]!);
  return result.reverse();
}
