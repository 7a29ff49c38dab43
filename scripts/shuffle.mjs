// Random order that a seed repeats.

/**
 * @template T
 * @param {readonly T[]} items
 * @param {number} seed
 */
export function shuffled(items, seed) {
  const result = [...items];
  let state = seed >>> 0;
  // mulberry32: small, and good enough to order test files.
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [/** @type {T} */ (result[other]), /** @type {T} */ (result[last])];
  }
  return result;
}
