/** How long something typically took, of any number of times: what is kept of them has a bound. */
import type { Nanoseconds } from "../types";

/** The median: half took less. */
export interface Typical {
  readonly duration: Nanoseconds;
  /** It is of all of them; otherwise of a choice in which each is as likely as any other. */
  readonly exact: boolean;
}

/** The middle of so many, chosen at random, has between 48 % and 52 % of all below it, 99 times of 100. */
export const MOST_KEPT = 4_096;
/** Where the choosing begins: the same trace always says the same. */
const SEED = 1;

export class Sample {
  private readonly kept: Nanoseconds[] = [];
  private seen = 0;
  private state = SEED;
  private asked: { readonly seen: number; readonly typical: Typical } | undefined;

  add(duration: Nanoseconds): void {
    this.seen += 1;
    if (this.kept.length < MOST_KEPT) this.kept.push(duration);
    else {
      const place = Math.floor(this.random() * this.seen);
      if (place < MOST_KEPT) this.kept[place] = duration;
    }
  }

  /** undefined: of nothing. */
  typical(): Typical | undefined {
    const { seen } = this;
    if (seen === 0) return undefined;
    if (this.asked?.seen !== seen)
      this.asked = {
        seen,
        typical: { duration: medianOf(Float64Array.from(this.kept).sort()), exact: seen <= MOST_KEPT },
      };
    return this.asked.typical;
  }

  /** From 0 to below 1; a xorshift, which costs nothing against what it chooses. */
  private random(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) / 2 ** 32;
  }
}

export function medianOf(sorted: Float64Array): Nanoseconds {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
