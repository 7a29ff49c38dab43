/** Rows of integers by planes: a plane has one byte of every row, and is not in the file where they are all the same. */

/** What a block holds, in integers. */
export interface Layout {
  /** Integers before the rows that are no part of this: they stay as they are. */
  readonly head: number;
  readonly columns: number;
  /** Its lowest bytes are always written, so that a block claims no more rows than it has bytes. */
  readonly kept: number;
}

/** Bounds what one block may make us allocate: 48 MB. */
const MAX_ROWS = 1 << 20;

/** The head, then the rows; undefined where the planes are not as long as the block says. */
export function unpack(payload: DataView, { head, columns, kept }: Layout): Uint32Array | undefined {
  const countAt = 4 * head;
  const writtenAt = countAt + 4;
  const firstRowAt = writtenAt + 4 * Math.ceil(columns / 8);
  const planesAt = firstRowAt + 4 * columns;
  if (payload.byteLength < planesAt) return undefined;
  const count = payload.getUint32(countAt, true);
  const isWritten = (plane: number): boolean => ((payload.getUint8(writtenAt + (plane >> 3)) >> (plane & 7)) & 1) === 1;
  const planes = Array.from({ length: 4 * columns }, (_, plane) => plane).filter(isWritten);
  const length = planesAt + planes.length * count;
  if (count === 0 || count > MAX_ROWS || !isWritten(4 * kept)) return undefined;
  if (payload.byteLength !== length + (-length & 3)) return undefined;

  const words = new Uint32Array(head + count * columns);
  for (let i = 0; i < head; i++) words[i] = payload.getUint32(4 * i, true);
  for (let column = 0; column < columns; column++) {
    const mask = [0, 1, 2, 3].reduce((sum, i) => (isWritten(4 * column + i) ? sum : sum | (0xff << (8 * i))), 0);
    const same = payload.getUint32(firstRowAt + 4 * column, true) & mask;
    if (same === 0) continue;
    for (let at = head + column; at < words.length; at += columns) words[at] = same;
  }
  planes.forEach((plane, i) => {
    const bytes = new Uint8Array(payload.buffer, payload.byteOffset + planesAt + i * count, count);
    const shift = 8 * (plane & 3);
    let at = head + (plane >> 2);
    for (let row = 0; row < count; row++, at += columns) words[at]! |= bytes[row]! << shift;
  });
  return words;
}

/** A kind of rows of which the first is written as it is, and the others by planes. */
export interface Table {
  readonly columns: number;
  readonly kept: number;
  /** Columns that say how much more it is than in the row before, modulo 2³². */
  readonly differences: readonly number[];
}

/** All rows; undefined where the payload is not as long as it says. */
export function unpackTable(payload: DataView, { columns, kept, differences }: Table): Uint32Array | undefined {
  if (payload.byteLength === 4 * columns) return wordsOf(payload);
  const words = unpack(payload, { head: columns, columns, kept });
  if (words === undefined) return undefined;
  for (const column of differences)
    for (let at = columns + column; at < words.length; at += columns) words[at]! += words[at - columns]!;
  return words;
}

/** The bytes as integers; copied only where they do not lie as integers must. */
export function wordsOf({ buffer, byteOffset, byteLength }: DataView): Uint32Array {
  const isAligned = byteOffset % 4 === 0;
  const words = isAligned
    ? new Uint32Array(buffer, byteOffset, byteLength / 4)
    : new Uint32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  if (IS_LITTLE_ENDIAN) return words;
  const view = new DataView(words.buffer, words.byteOffset, byteLength);
  return Uint32Array.from(words, (_, i) => view.getUint32(4 * i, true));
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** A number of 64 bits, as far as a double holds it. */
export function wide(low: number, high: number): number {
  return high * 0x1_0000_0000 + low;
}
