/**
 * Where the lines of the traced text are now. A line has a place only if a line with exactly its text stands there, so
 * a number can be lost by an edit but never end up at other code.
 */
export type LineMap = ReadonlyMap<number, number>;

/** From 0-based lines of `before` to those of `after`; both ascend together. */
export function mapLines(before: readonly string[], after: readonly string[]): LineMap {
  const result = new Map<number, number>();
  match(before, after, 0, before.length, 0, after.length, result);
  return result;
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
