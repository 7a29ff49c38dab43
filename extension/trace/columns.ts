/** Growing columns of numbers: what the trace is held in, so that a step costs bytes and not an object. */

const CHUNK_BITS = 16;
/** Rows in a chunk: big enough to be cheap to index, small enough that adding one never makes a pause. */
const CHUNK_ROWS = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_ROWS - 1;

type Numbers = Float64Array | Uint32Array | Uint8Array;

export class Column {
  length = 0;
  private readonly chunks: Numbers[] = [];
  private last: Numbers;

  /** `initial` rows are allocated at the first push; only the first chunk ever grows by copying. */
  constructor(
    private readonly make: (rows: number) => Numbers,
    private readonly initial = 1024,
  ) {
    this.last = make(0);
  }

  push(value: number): void {
    const at = this.length & CHUNK_MASK;
    if (at === 0) {
      this.last = this.make(this.chunks.length === 0 ? this.initial : CHUNK_ROWS);
      this.chunks.push(this.last);
    } else if (at === this.last.length) {
      const grown = this.make(Math.min(CHUNK_ROWS, this.last.length * 2));
      grown.set(this.last);
      this.last = grown;
      this.chunks[this.chunks.length - 1] = grown;
    }
    this.last[at] = value;
    this.length += 1;
  }

  /** The value in row `i`, 0 outside of the column. */
  at(i: number): number {
    return i >= 0 && i < this.length ? (this.chunks[i >>> CHUNK_BITS]?.[i & CHUNK_MASK] ?? 0) : 0;
  }

  /** Forgets all rows from `length` on. */
  truncate(length: number): void {
    if (length >= this.length) return;
    this.length = length;
    this.chunks.length = Math.ceil(length / CHUNK_ROWS);
    this.last = this.chunks.at(-1) ?? this.make(0);
  }

  set(i: number, value: number): void {
    const chunk = this.chunks[i >>> CHUNK_BITS];
    if (chunk !== undefined && i >= 0 && i < this.length) chunk[i & CHUNK_MASK] = value;
  }
}

/** Durations in half the bytes of times; the few above four seconds are kept aside. */
export class Durations {
  private readonly short: Column;
  private readonly long = new Map<number, number>();

  constructor(initial?: number) {
    this.short = integers(initial);
  }

  push(duration: number): void {
    if (duration >= LONG) this.long.set(this.short.length, duration);
    this.short.push(Math.min(duration, LONG));
  }

  at(i: number): number {
    const duration = this.short.at(i);
    return duration === LONG ? (this.long.get(i) ?? LONG) : duration;
  }
}

const LONG = 0xffffffff;

export const times = (initial?: number): Column => new Column((rows) => new Float64Array(rows), initial);
export const integers = (initial?: number): Column => new Column((rows) => new Uint32Array(rows), initial);
export const bytes = (initial?: number): Column => new Column((rows) => new Uint8Array(rows), initial);

/** The first of `length` rows for which `after` holds; `length` if none. `after` is false, then true. */
export function firstIndex(length: number, after: (i: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = low + ((high - low) >>> 1);
    if (after(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
