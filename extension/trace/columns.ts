/** Growing columns of numbers: what the trace is held in, so that a step costs bytes and not an object. */
const CHUNK_BITS = 10;
/** Rows in a chunk: there are some columns a task, so what is left free in the last one must be little. */
const CHUNK_ROWS = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_ROWS - 1;

type Rows = Float64Array | Uint32Array | Uint8Array;
interface RowsKind {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, offset: number, length: number): Rows;
}

/** Bytes that are asked for at once: an array of its own for each of many short columns would cost more than what is in it. */
const POOL = 1 << 18;
const ALIGNMENT = 8;
let pool = new ArrayBuffer(0);
let taken = 0;

/** Zeros, of a pool. What a column has outgrown is not given back: half of what it has at most. */
function room(kind: RowsKind, length: number): Rows {
  const bytes = Math.ceil((length * kind.BYTES_PER_ELEMENT) / ALIGNMENT) * ALIGNMENT;
  if (taken + bytes > pool.byteLength) {
    pool = new ArrayBuffer(Math.max(POOL, bytes));
    taken = 0;
  }
  taken += bytes;
  return new kind(pool, taken - bytes, length);
}

export class Column {
  length = 0;
  private readonly chunks: Rows[] = [];
  private last: Rows;

  /** `initial` rows are allocated at the first push; only the first chunk ever grows by copying. */
  constructor(
    private readonly kind: RowsKind,
    private readonly initial = CHUNK_ROWS,
  ) {
    this.last = room(kind, 0);
  }

  push(value: number): void {
    const at = this.length & CHUNK_MASK;
    if (at === 0 || at === this.last.length) this.makeRoom(at);
    this.last[at] = value;
    this.length += 1;
  }

  /** The first `count` of these, as if pushed: passed one by one an engine makes an object of each time. */
  append(values: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const at = this.length & CHUNK_MASK;
      if (at === 0 || at === this.last.length) this.makeRoom(at);
      this.last[at] = values[i]!;
      this.length += 1;
    }
  }

  /** The value in row `i`, 0 outside of the column. */
  at(i: number): number {
    return i >= 0 && i < this.length ? (this.chunks[i >>> CHUNK_BITS]?.[i & CHUNK_MASK] ?? 0) : 0;
  }

  set(i: number, value: number): void {
    if (i < 0 || i >= this.length) return;
    const chunk = this.chunks[i >>> CHUNK_BITS];
    if (chunk !== undefined) chunk[i & CHUNK_MASK] = value;
  }

  /** Keeps every second row, or every second two rows, from the first on. */
  halve(rows: 1 | 2 = 1): void {
    const length = rows * Math.ceil(this.length / (2 * rows));
    for (let to = 0; to < length; to += CHUNK_ROWS / 2) {
      // Chunk by chunk, so that very long columns are no pause either.
      const chunk = this.chunks[to >>> CHUNK_BITS];
      const source = this.chunks[(2 * to) >>> CHUNK_BITS];
      if (chunk === undefined || source === undefined) break;
      const at = to & CHUNK_MASK;
      const count = Math.min(CHUNK_ROWS / 2, length - to);
      for (let i = 0; i < count; i++) chunk[at + i] = source[rows === 1 ? 2 * i : 2 * i - (i & 1)] ?? 0;
    }
    this.length = length;
    this.chunks.length = Math.ceil(length / CHUNK_ROWS);
    this.last = this.chunks.at(-1) ?? room(this.kind, 0);
  }

  private makeRoom(used: number): void {
    if (used === 0) {
      this.last = room(this.kind, this.chunks.length === 0 ? this.initial : CHUNK_ROWS);
      this.chunks.push(this.last);
      return;
    }
    const grown = room(this.kind, Math.min(CHUNK_ROWS, 2 * this.last.length));
    grown.set(this.last);
    this.last = grown;
    this.chunks[this.chunks.length - 1] = grown;
  }
}

/** A duration of so many nanoseconds or more does not fit into 32 bits. */
export const LONG = 0xffffffff;

/** The few durations that are that long, by their rows, which ascend. */
export class LongOnes {
  private readonly rows = integers(4);
  private readonly durations = times(4);

  push(row: number, duration: number): void {
    this.rows.push(row);
    this.durations.push(duration);
  }

  at(row: number): number {
    const i = firstIndex(this.rows.length, (k) => this.rows.at(k) >= row);
    return this.durations.at(i);
  }
}

/** Durations in half the bytes of times. */
export class Durations {
  private readonly short: Column;
  private readonly long = new LongOnes();

  constructor(initial?: number) {
    this.short = integers(initial);
  }

  push(duration: number): void {
    if (duration >= LONG) this.long.push(this.short.length, duration);
    this.short.push(Math.min(duration, LONG));
  }

  at(i: number): number {
    const duration = this.short.at(i);
    return duration === LONG ? this.long.at(i) : duration;
  }
}

/** Numbers that stay the same (`slope` 0) or count up (1) for long stretches: a row costs nothing as long as they do. */
export class Stretches {
  length = 0;
  private readonly firsts = integers(4);
  private readonly values = integers(4);
  private next = -1;
  /** Where the last stretch begins, and with what. */
  private first = 0;
  private value = 0;
  /** The stretch last asked for: questions come in order. */
  private recent = 0;

  constructor(private readonly slope: 0 | 1) {}

  push(value: number): void {
    if (value !== this.next) {
      this.first = this.length;
      this.value = value;
      this.firsts.push(this.length);
      this.values.push(value);
    }
    this.next = value + this.slope;
    this.length += 1;
  }

  /** The same value so many times; only without a slope. */
  extend(value: number, times: number): void {
    if (times < 1) return;
    this.push(value);
    this.length += times - 1;
  }

  at(i: number): number {
    if (i >= this.length || i < 0) return 0;
    if (i >= this.first) return this.value + this.slope * (i - this.first);
    const stretch = this.stretchOf(i);
    return this.values.at(stretch) + this.slope * (i - this.firsts.at(stretch));
  }

  /** One past the last row of the stretch that row `i` is in. */
  endOfStretch(i: number): number {
    return i >= this.first ? this.length : this.firsts.at(this.stretchOf(i) + 1);
  }

  private stretchOf(i: number): number {
    const { firsts } = this;
    if (i < firsts.at(this.recent) || i >= firsts.at(this.recent + 1))
      this.recent = firstIndex(firsts.length, (k) => firsts.at(k) > i) - 1;
    return this.recent;
  }
}

export const times = (initial?: number): Column => new Column(Float64Array, initial);
export const integers = (initial?: number): Column => new Column(Uint32Array, initial);
export const bytes = (initial?: number): Column => new Column(Uint8Array, initial);

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
