/** Growing columns of numbers: what the trace is held in, so that a step costs bytes and not an object. */

export const CHUNK_BITS = 16;
/** Rows in a chunk: big enough to be cheap to index, small enough that adding one never makes a pause. */
export const CHUNK_ROWS = 1 << CHUNK_BITS;
export const CHUNK_MASK = CHUNK_ROWS - 1;

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
    if (at === 0 || at === this.last.length) this.makeRoom(at);
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

  private makeRoom(at: number): void {
    if (at === 0) {
      this.last = this.make(this.chunks.length === 0 ? this.initial : CHUNK_ROWS);
      this.chunks.push(this.last);
      return;
    }
    const grown = this.make(Math.min(CHUNK_ROWS, Math.ceil(this.last.length * GROWTH)));
    grown.set(this.last);
    this.last = grown;
    this.chunks[this.chunks.length - 1] = grown;
  }
}

/** There are as many short columns as tasks: doubling would leave a quarter of all memory unused. */
const GROWTH = 1.5;

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

/** A duration of so many nanoseconds does not fit into 32 bits. */
export const LONG = 0xffffffff;

/** Numbers that stay the same for long stretches of rows: a row costs nothing as long as they do. */
export class Stretches {
  length = 0;
  private readonly firsts = integers(4);
  private readonly values = integers(4);
  private lastValue = -1;
  /** The stretch last asked for: questions come in order. */
  private recent = 0;

  push(value: number): void {
    if (value !== this.lastValue) {
      this.firsts.push(this.length);
      this.values.push(value);
      this.lastValue = value;
    }
    this.length += 1;
  }

  at(i: number): number {
    if (i < 0 || i >= this.length) return 0;
    const { firsts } = this;
    let stretch = this.recent;
    if (i < firsts.at(stretch) || (stretch + 1 < firsts.length && i >= firsts.at(stretch + 1))) {
      stretch = firstIndex(firsts.length, (k) => firsts.at(k) > i) - 1;
      this.recent = stretch;
    }
    return this.values.at(stretch);
  }
}

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
