/** How many waited at once, over time: any number of waits in little memory, however long the run becomes. */
import type { Nanoseconds } from "../trace";
import type { Evidence, Moment } from "./types";
import { duration } from "./words";

const BUCKETS = 512;
const NARROWEST: Nanoseconds = 100e3;
/** In a sentence more would not be told apart. */
const MOMENTS = 8;
const BARS = "▁▂▃▄▅▆▇█";

export class Crowd {
  #width = NARROWEST;
  /** Of each bucket: the time waited in it. */
  #sums = new Float64Array(BUCKETS + 1);
  /** How many waits begin, less how many end, to cover whole buckets there: so a long wait costs no more than a short one. */
  #changes = new Int32Array(BUCKETS + 1);
  #from: Nanoseconds = Infinity;
  #to: Nanoseconds = 0;

  add(from: Nanoseconds, to: Nanoseconds): void {
    if (to <= from) return;
    while (to >= BUCKETS * this.#width) this.#widen();
    const width = this.#width;
    const [first, last] = [Math.floor(from / width), Math.floor(to / width)];
    this.#from = Math.min(this.#from, from);
    this.#to = Math.max(this.#to, to);
    if (first === last) {
      this.#sums[first]! += to - from;
      return;
    }
    this.#sums[first]! += (first + 1) * width - from;
    this.#sums[last]! += to - last * width;
    this.#changes[first + 1]! += 1;
    this.#changes[last]! -= 1;
  }

  /** On average in each of so many equal stretches, from the first that waited to the last. */
  moments(): readonly Moment[] {
    const [from, length] = [this.#from, (this.#to - this.#from) / MOMENTS];
    if (!(length > 0)) return [];
    const sums = this.#total();
    return Array.from({ length: MOMENTS }, (_, i) => {
      const [begin, end] = [from + i * length, from + (i + 1) * length];
      let waited = 0;
      for (let bucket = Math.floor(begin / this.#width); bucket * this.#width < end; bucket++) {
        // Nobody waited before the first, nor after the last.
        const [low, high] = [Math.max(from, bucket * this.#width), Math.min(this.#to, (bucket + 1) * this.#width)];
        const share = (Math.min(end, high) - Math.max(begin, low)) / (high - low);
        if (share > 0) waited += share * (sums[bucket] ?? 0);
      }
      return { at: begin, count: waited / length };
    });
  }

  #total(): Float64Array {
    let over = 0;
    return this.#sums.map((sum, i) => sum + (over += this.#changes[i]!) * this.#width);
  }

  #widen(): void {
    const sums = this.#total();
    this.#sums = new Float64Array(BUCKETS + 1);
    this.#changes = new Int32Array(BUCKETS + 1);
    for (let i = 0; i < BUCKETS; i++) this.#sums[i >> 1]! += sums[i]!;
    this.#width *= 2;
  }
}

/** "in line from 12 ms to 640 ms: ▁▃▇█▇▅▂▁, at most 3.4 at once". */
export function overTime(what: string, crowd: Crowd): Evidence[] {
  const series = crowd.moments();
  const [first, second] = series;
  if (first === undefined || second === undefined) return [];
  const end = first.at + series.length * (second.at - first.at);
  const most = Math.max(...series.map(({ count }) => count));
  const bars = series.map(
    ({ count }) => BARS[Math.min(BARS.length - 1, Math.floor((count / most) * BARS.length))] ?? "",
  );
  return [
    {
      label: `${what} from ${duration(first.at)} to ${duration(end)} of the run: ${bars.join("")}, at most ${rounded(most)} at once`,
      at: first.at,
      series,
    },
  ];
}

function rounded(count: number): string {
  return count < 10 ? count.toFixed(1) : Math.round(count).toString();
}
