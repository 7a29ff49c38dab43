/** Step rows by planes: a plane has one byte of every row, and is not in the file where they are all the same. */

const ROW = 20;
const ROW_WORDS = ROW / 4;
/** The loop, its first step and its clock, as in a block of plain rows. */
const PREFIX = 16;
const COUNT_AT = PREFIX;
const WRITTEN_AT = PREFIX + 4;
const FIRST_ROW_AT = PREFIX + 8;
const PLANES_AT = FIRST_ROW_AT + ROW;
/** Always written, so that a block claims no more rows than it has bytes. */
const RUN_PLANE = 4;
/** Bounds what one block may make us allocate: 20 MB. */
const MAX_ROWS = 1 << 20;

/** The same block with plain rows, as integers; undefined where its planes are not as long as it says. */
export function unpackSteps(payload: DataView): Uint32Array | undefined {
  if (payload.byteLength < PLANES_AT) return undefined;
  const count = payload.getUint32(COUNT_AT, true);
  const written = payload.getUint32(WRITTEN_AT, true);
  const planes = Array.from({ length: ROW }, (_, plane) => plane).filter((plane) => ((written >>> plane) & 1) === 1);
  const length = PLANES_AT + planes.length * count;
  if (count === 0 || count > MAX_ROWS || !planes.includes(RUN_PLANE)) return undefined;
  if (payload.byteLength !== length + (-length & 3)) return undefined;

  const words = new Uint32Array(PREFIX / 4 + count * ROW_WORDS);
  for (let i = 0; i < PREFIX / 4; i++) words[i] = payload.getUint32(4 * i, true);
  for (let column = 0; column < ROW_WORDS; column++) {
    const mask = [0, 1, 2, 3].reduce(
      (sum, i) => ((written >>> (4 * column + i)) & 1 ? sum : sum | (0xff << (8 * i))),
      0,
    );
    const same = payload.getUint32(FIRST_ROW_AT + 4 * column, true) & mask;
    if (same === 0) continue;
    for (let at = PREFIX / 4 + column; at < words.length; at += ROW_WORDS) words[at] = same;
  }
  planes.forEach((plane, i) => {
    const bytes = new Uint8Array(payload.buffer, payload.byteOffset + PLANES_AT + i * count, count);
    const shift = 8 * (plane & 3);
    let at = PREFIX / 4 + (plane >> 2);
    for (let row = 0; row < count; row++, at += ROW_WORDS) words[at]! |= bytes[row]! << shift;
  });
  return words;
}
