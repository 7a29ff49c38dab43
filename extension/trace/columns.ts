/** Growing columns of numbers: what the trace is held in, so that a step costs bytes and not an object. */
import type { DeltaReader, DeltaWriter, Rows, RowsKind } from "./delta";

export const CHUNK_BITS = 16;
/** Rows in a chunk: big enough to be cheap to index, small enough that adding one never makes a pause. */
export const CHUNK_ROWS = 1 << CHUNK_BITS;
export const CHUNK_MASK = CHUNK_ROWS - 1;

export class Column {
  length = 0;
  private readonly chunks: Rows[] = [];
  private last: Rows;
  /** Rows before this one are as the last delta said. */
  private sent = 0;

  /** `initial` rows are allocated at the first push; only the first chunk ever grows by copying. */
  constructor(
    private readonly kind: RowsKind,
    private readonly initial = 1024,
  ) {
    this.last = new kind(0);
  }

  push(value: number): void {
    const at = this.length & CHUNK_MASK;
    if (at === 0 || at === this.last.length) this.makeRoom(at, at + 1);
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
    this.sent = Math.min(this.sent, length);
    this.chunks.length = Math.ceil(length / CHUNK_ROWS);
    this.last = this.chunks.at(-1) ?? new this.kind(0);
  }

  set(i: number, value: number): void {
    const chunk = this.chunks[i >>> CHUNK_BITS];
    if (chunk === undefined || i < 0 || i >= this.length) return;
    chunk[i & CHUNK_MASK] = value;
    if (i < this.sent) this.sent = i;
  }

  /** What changed since it was last written. */
  write(delta: DeltaWriter): void {
    delta.number(this.sent);
    delta.number(this.length);
    for (let row = this.sent; row < this.length;) {
      const from = row & CHUNK_MASK;
      const to = Math.min(CHUNK_ROWS, from + this.length - row);
      const chunk = this.chunks[row >>> CHUNK_BITS];
      if (chunk !== undefined) delta.rows(chunk.subarray(from, to));
      row += to - from;
    }
    this.sent = this.length;
  }

  /** Becomes what the column was that was written. */
  read(delta: DeltaReader): void {
    this.truncate(delta.number());
    const length = delta.number();
    while (this.length < length) {
      const rows = delta.rows(this.kind);
      const at = this.length & CHUNK_MASK;
      if (at === 0 || at + rows.length > this.last.length) this.makeRoom(at, at + rows.length);
      this.last.set(rows, at);
      this.length += rows.length;
    }
  }

  /** For at least `needed` rows in the last chunk, of which `used` are. */
  private makeRoom(used: number, needed: number): void {
    if (used === 0) {
      const isFirst = this.chunks.length === 0;
      this.last = new this.kind(isFirst ? Math.max(this.initial, needed) : CHUNK_ROWS);
      this.chunks.push(this.last);
      return;
    }
    const grown = new this.kind(Math.min(CHUNK_ROWS, Math.max(needed, Math.ceil(this.last.length * GROWTH))));
    grown.set(this.last);
    this.last = grown;
    this.chunks[this.chunks.length - 1] = grown;
  }
}

/** There are as many short columns as tasks: doubling would leave a quarter of all memory unused. */
const GROWTH = 1.5;

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

  write(delta: DeltaWriter): void {
    this.rows.write(delta);
    this.durations.write(delta);
  }

  read(delta: DeltaReader): void {
    this.rows.read(delta);
    this.durations.read(delta);
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

  write(delta: DeltaWriter): void {
    this.short.write(delta);
    this.long.write(delta);
  }

  read(delta: DeltaReader): void {
    this.short.read(delta);
    this.long.read(delta);
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

  at(i: number): number {
    if (i >= this.length || i < 0) return 0;
    if (i >= this.first) return this.value + this.slope * (i - this.first);
    const { firsts } = this;
    let stretch = this.recent;
    if (i < firsts.at(stretch) || i >= firsts.at(stretch + 1)) {
      stretch = firstIndex(firsts.length, (k) => firsts.at(k) > i) - 1;
      this.recent = stretch;
    }
    return this.values.at(stretch) + this.slope * (i - firsts.at(stretch));
  }

  write(delta: DeltaWriter): void {
    delta.number(this.length);
    this.firsts.write(delta);
    this.values.write(delta);
  }

  read(delta: DeltaReader): void {
    this.length = delta.number();
    this.firsts.read(delta);
    this.values.read(delta);
    this.first = this.firsts.at(this.firsts.length - 1);
    this.value = this.values.at(this.values.length - 1);
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
