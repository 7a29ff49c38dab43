/** How durations are spread. */
import type { Nanoseconds } from "../types";
import { medianOf } from "./sample";

export interface Distribution {
  readonly shortest: Nanoseconds;
  /** The median: half took less. */
  readonly typical: Nanoseconds;
  /** One in twenty took longer. */
  readonly high: Nanoseconds;
  readonly longest: Nanoseconds;
  /** How many there are in each of {@link BARS} equal steps of length from the shortest to the longest, by factors. */
  readonly bars: readonly number[];
}

export const BARS = 12;
/** Of more than this, every so many-th is looked at: sorting all of them would take too long. */
const MOST_SORTED = 20_000;
/** Steps by factors begin here: what is shorter is the loop's own turn-around. */
const SHORTEST_STEP = 1_000;

export function distributionOf(durations: readonly Nanoseconds[]): Distribution | undefined {
  if (durations.length === 0) return undefined;
  const sorted = sortedSample(durations);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  let shortest = Infinity;
  let longest = 0;
  for (const duration of durations) {
    if (duration < shortest) shortest = duration;
    if (duration > longest) longest = duration;
  }
  const bars = new Array<number>(BARS).fill(0);
  const low = Math.log(Math.max(shortest, SHORTEST_STEP));
  const step = (Math.log(Math.max(longest, SHORTEST_STEP)) - low) / BARS;
  for (const duration of sorted) {
    const i = step === 0 ? 0 : Math.floor((Math.log(Math.max(duration, SHORTEST_STEP)) - low) / step);
    const bar = Math.min(BARS - 1, Math.max(0, i));
    bars[bar] = (bars[bar] ?? 0) + 1;
  }
  return { shortest, typical: medianOf(sorted), high: at(0.95), longest, bars };
}

function sortedSample(durations: readonly Nanoseconds[]): Float64Array {
  const stride = Math.ceil(durations.length / MOST_SORTED);
  const sample = new Float64Array(Math.ceil(durations.length / stride));
  for (let i = 0; i < sample.length; i++) sample[i] = durations[i * stride] ?? 0;
  return sample.sort();
}
