/** Writes a trace file; docs/trace-format.md says what the bytes are. */
import type { Nanoseconds } from "../trace";

const MAGIC = Uint8Array.of(0x89, 0x41, 0x57, 0x53, 0x0d, 0x0a, 0x1a, 0x0a);
const VERSION = 1;
const DEFINITIONS = 1;
const TASKS = 2;
const STEPS = 3;

export const IDLE = 0xffffffff;
export const TASK_ENDED = 0xfffffffe;
export const AWAITS = 0xfffffffd;
const LONG_READY = 0xfffffffb;
const LONG_RUN = 0xfffffffa;
/** Does not fit into a row. */
const LONG = 0xffffffff;

export type Json = Readonly<Record<string, unknown>>;

export class TraceBlocks {
  readonly #parts: Uint8Array[] = [];

  constructor(header: Json) {
    const text = padded(JSON.stringify(header));
    this.#parts.push(MAGIC, integers([VERSION, text.byteLength]), text);
  }

  define(definitions: readonly Json[]): void {
    if (definitions.length > 0)
      this.#block(DEFINITIONS, padded(definitions.map((one) => `${JSON.stringify(one)}\n`).join("")));
  }

  /** Rows of nine. */
  tasks(rows: readonly number[]): void {
    if (rows.length > 0) this.#block(TASKS, integers(rows));
  }

  /** Rows of five; the first step among them has the number `first`. */
  steps(loop: number, first: number, clock: Nanoseconds, rows: readonly number[]): void {
    if (rows.length > 0) this.#block(STEPS, integers([loop, first, low(clock), high(clock), ...rows]));
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.byteLength, 0));
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.byteLength;
    }
    return bytes;
  }

  #block(type: number, payload: Uint8Array): void {
    this.#parts.push(integers([type, payload.byteLength]), payload);
  }
}

/** A step row, with the rows before it for durations that do not fit. */
export function stepRow(task: number, run: Nanoseconds, ready: Nanoseconds, waker: number, node: number): number[] {
  const rows: number[] = [];
  if (ready >= LONG) rows.push(LONG_READY, low(ready), high(ready), 0, 0);
  if (run >= LONG) rows.push(LONG_RUN, low(run), high(run), 0, 0);
  rows.push(task, Math.min(run, LONG), Math.min(ready, LONG - 1), waker, node);
  return rows;
}

export function idleRow(length: Nanoseconds): number[] {
  if (length < LONG) return [IDLE, length, 0, 0, 0];
  return [LONG_RUN, low(length), high(length), 0, 0, IDLE, LONG, 0, 0, 0];
}

export const low = (value: number): number => value % 0x1_0000_0000;
export const high = (value: number): number => Math.floor(value / 0x1_0000_0000);

function integers(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setUint32(4 * i, value, true));
  return new Uint8Array(view.buffer);
}

/** To a multiple of 4 bytes. */
function padded(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const whole = new Uint8Array(4 * Math.ceil(bytes.byteLength / 4)).fill(0x20);
  whole.set(bytes);
  return whole;
}
