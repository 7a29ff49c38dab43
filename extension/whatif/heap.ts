/** Rows that are ready or will be, the earliest first; of those ready at the same time, the one that was first in the run. */
import type { Nanoseconds } from "../trace";
import type { Row } from "./schedule";

export class ReadyQueue {
  readonly #rows: Row[] = [];

  constructor(private readonly readyAt: Float64Array) {}

  get length(): number {
    return this.#rows.length;
  }

  /** When the first one is ready. */
  get next(): Nanoseconds {
    return this.readyAt[this.#rows[0]!]!;
  }

  push(row: Row): void {
    const rows = this.#rows;
    let at = rows.length;
    rows.push(row);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(row, rows[parent]!)) break;
      rows[at] = rows[parent]!;
      at = parent;
    }
    rows[at] = row;
  }

  /** There must be one. */
  pop(): Row {
    const rows = this.#rows;
    const first = rows[0]!;
    const last = rows.pop()!;
    if (rows.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= rows.length) break;
      if (child + 1 < rows.length && this.#isBefore(rows[child + 1]!, rows[child]!)) child++;
      if (!this.#isBefore(rows[child]!, last)) break;
      rows[at] = rows[child]!;
      at = child;
    }
    rows[at] = last;
    return first;
  }

  #isBefore(a: Row, b: Row): boolean {
    const difference = this.readyAt[a]! - this.readyAt[b]!;
    return difference < 0 || (difference === 0 && a < b);
  }
}
