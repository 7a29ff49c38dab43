/**
 * What changed in a trace, as one buffer: how a worker that reads a trace tells a page, which holds the same trace. A class
 * with rows has `write`, which appends what changed since it last did, and `read`, which takes the same in, in the same
 * order. Both ends are of the same build, so nothing is checked here.
 */
export type Rows = Float64Array | Uint32Array | Uint8Array;
export interface RowsKind<T extends Rows = Rows> {
  new (length: number): T;
  new (buffer: ArrayBuffer, offset: number, length: number): T;
}

/** Everything begins at a multiple of this, as 64-bit numbers must. */
const ALIGNMENT = 8;

export class DeltaWriter {
  private buffer = new ArrayBuffer(1 << 16);
  private numbers = new Float64Array(this.buffer);
  private bytes = new Uint8Array(this.buffer);
  private used = 0;

  number(value: number): void {
    if (this.used + ALIGNMENT > this.bytes.length) this.grow(ALIGNMENT);
    this.numbers[this.used / ALIGNMENT] = value;
    this.used += ALIGNMENT;
  }

  rows(rows: Rows): void {
    this.number(rows.length);
    if (this.used + rows.byteLength + ALIGNMENT > this.bytes.length) this.grow(rows.byteLength + ALIGNMENT);
    this.bytes.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), this.used);
    this.used += aligned(rows.byteLength);
  }

  /** All that was written; what comes next begins anew. */
  take(): ArrayBuffer {
    const taken = this.buffer.slice(0, this.used);
    this.used = 0;
    return taken;
  }

  private grow(needed: number): void {
    const grown = new ArrayBuffer(Math.max(2 * this.bytes.length, aligned(this.used + needed)));
    const bytes = new Uint8Array(grown);
    bytes.set(this.bytes.subarray(0, this.used));
    this.buffer = grown;
    this.bytes = bytes;
    this.numbers = new Float64Array(grown);
  }
}

export class DeltaReader {
  private readonly numbers: Float64Array;
  private at = 0;

  constructor(private readonly buffer: ArrayBuffer) {
    this.numbers = new Float64Array(buffer);
  }

  number(): number {
    const value = this.numbers[this.at / ALIGNMENT] ?? 0;
    this.at += ALIGNMENT;
    return value;
  }

  /** A view: copy what is to stay. */
  rows<T extends Rows>(kind: RowsKind<T>): T {
    const rows = new kind(this.buffer, this.at + ALIGNMENT, this.number());
    this.at += aligned(rows.byteLength);
    return rows;
  }
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
