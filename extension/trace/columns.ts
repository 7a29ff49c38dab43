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
  /** Rows before this one are gone: they were written, and are somebody else's now. */
  private base = 0;
  /** Rows before this one were written. */
  private sent = 0;

  /** `initial` rows are allocated at the first push; only the first chunk ever grows by copying. */
  constructor(
    private readonly kind: RowsKind,
    private readonly initial = 1024,
  ) {
    this.last = new kind(0);
  }

  push(value: number): void {
    const at = (this.length - this.base) & CHUNK_MASK;
    if (at === 0 || at === this.last.length) this.makeRoom(at, at + 1);
    this.last[at] = value;
    this.length += 1;
  }

  /** The value in row `i`, 0 outside of the column. */
  at(i: number): number {
    const row = i - this.base;
    return row >= 0 && i < this.length ? (this.chunks[row >>> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0) : 0;
  }

  set(i: number, value: number): void {
    const row = i - this.base;
    if (row < 0 || i >= this.length) return;
    const chunk = this.chunks[row >>> CHUNK_BITS];
    if (chunk !== undefined) chunk[row & CHUNK_MASK] = value;
  }

  /** Goes on from row `length`: somebody else has those before. */
  skip(length: number): void {
    this.length = this.base = this.sent = length;
  }

  /** Keeps every second row, from the first on. What was written is halved by whoever has it. */
  halve(): void {
    const length = Math.ceil(this.length / 2);
    const base = Math.ceil(this.base / 2);
    for (let i = base; i < length; i++) this.set(this.base + i - base, this.at(2 * i));
    this.length = length;
    this.base = base;
    this.sent = Math.ceil(this.sent / 2);
    this.chunks.length = Math.ceil((length - base) / CHUNK_ROWS);
    this.last = this.chunks.at(-1) ?? new this.kind(0);
  }

  /** What was added since it was last written; unless `keep`, that is all that is left of it here. */
  write(delta: DeltaWriter, keep = false): void {
    delta.number(this.length - this.sent);
    for (let i = this.sent; i < this.length;) {
      const from = (i - this.base) & CHUNK_MASK;
      const to = Math.min(CHUNK_ROWS, from + this.length - i);
      delta.rows((this.chunks[(i - this.base) >>> CHUNK_BITS] ?? this.last).subarray(from, to));
      i += to - from;
    }
    this.sent = this.length;
    if (!keep) this.base = this.length;
  }

  /** Becomes what the column was that was written. */
  read(delta: DeltaReader): void {
    for (let left = delta.number(); left > 0;) {
      const rows = delta.rows(this.kind);
      left -= rows.length;
      for (let from = 0; from < rows.length;) {
        const at = (this.length - this.base) & CHUNK_MASK;
        const count = Math.min(rows.length - from, CHUNK_ROWS - at);
        if (at === 0 || at + count > this.last.length) this.makeRoom(at, at + count);
        this.last.set(rows.subarray(from, from + count), at);
        this.length += count;
        from += count;
      }
    }
  }

  /** For at least `needed` rows in the last chunk, of which `used` are. */
  private makeRoom(used: number, needed: number): void {
    if (used === 0 && this.base === this.length && this.chunks.length > 0) {
      this.chunks.length = 1;
      this.last = this.chunks[0] ?? this.last;
      if (this.last.length >= needed) return;
    } else if (used === 0) {
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
    this.firsts.write(delta, true);
    this.values.write(delta, true);
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
