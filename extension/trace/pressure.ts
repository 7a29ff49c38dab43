/** How long a loop's ready queue was, and how late the loop came to what stood in it, in buckets of time. */
import { STRIDE, type Moments } from "./moments";
import type { Nanoseconds } from "./types";

/** Enough for any screen; more steps than that share a bucket. */
const MOST = 1 << 15;
const FEW = 256;
const FINEST: Nanoseconds = 1 << 14;

export class Pressure {
  resolution: Nanoseconds = FINEST;
  private origin: Nanoseconds | undefined;
  /** Of each bucket: how many became ready less how many started, and when in the bucket. */
  private changes = new Float64Array(FEW);
  private offsets = new Float64Array(FEW);
  private lags = new Float64Array(FEW);
  private used = 0;
  /** Ready time of all steps together before each bucket; summed up when asked for. */
  private areas = new Float64Array(0);
  private isSummedUp = false;

  /** Steps that became ready and then started. Starts ascend. */
  add({ times, length }: Moments): void {
    if (length === 0) return;
    const origin = (this.origin ??= times[0]!);
    this.isSummedUp = false;
    for (let i = 0; i < length; i += STRIDE) {
      const start = times[i + 1]! - origin;
      while (start >= MOST * this.resolution) this.coarsen();
      const since = Math.max(times[i]! - origin, 0);
      // Written out twice: an engine would make an object of each time that is handed on.
      const { resolution } = this;
      const from = Math.floor(since / resolution);
      const to = Math.floor(start / resolution);
      if (Math.max(from, to) >= this.used) this.reach(Math.max(from, to) + 1);
      const { changes, offsets, lags } = this;
      changes[from]! += 1;
      offsets[from]! += since - from * resolution;
      changes[to]! -= 1;
      offsets[to]! -= start - to * resolution;
      if (start - since > lags[to]!) lags[to] = start - since;
    }
  }

  /** Steps in the queue, on average over the time. */
  depth(from: Nanoseconds, to: Nanoseconds): number {
    return to > from ? (this.area(to) - this.area(from)) / (to - from) : 0;
  }

  /** The longest that a step that started in this time had been ready. */
  lag(from: Nanoseconds, to: Nanoseconds): Nanoseconds {
    if (this.origin === undefined) return 0;
    const first = Math.max(Math.floor((from - this.origin) / this.resolution), 0);
    const last = Math.min(Math.ceil((to - this.origin) / this.resolution), this.used);
    let most = 0;
    for (let i = first; i < last; i++) most = Math.max(most, this.lags[i] ?? 0);
    return most;
  }

  /** So many buckets are in use. */
  private reach(used: number): void {
    if (used > this.changes.length) this.grow(used);
    this.used = used;
  }

  private area(t: Nanoseconds): number {
    if (this.origin === undefined) return 0;
    if (!this.isSummedUp) this.sumUp();
    const { areas } = this;
    const position = Math.min(Math.max((t - this.origin) / this.resolution, 0), this.used);
    const i = Math.min(Math.floor(position), this.used - 1);
    const from = areas[i] ?? 0;
    return from + ((areas[i + 1] ?? from) - from) * (position - i);
  }

  private sumUp(): void {
    const { changes, offsets, used, resolution } = this;
    // A growing trace asks with every picture: none leaves an array of its own behind.
    if (this.areas.length <= used) this.areas = new Float64Array(changes.length + 1);
    const { areas } = this;
    let count = 0;
    let area = 0;
    for (let i = 0; i < used; i++) {
      count += changes[i]!;
      area += count * resolution - offsets[i]!;
      areas[i + 1] = area;
    }
    this.isSummedUp = true;
  }

  private coarsen(): void {
    const { changes, offsets, lags } = this;
    const length = Math.ceil(this.used / 2);
    for (let i = 0; i < length; i++) {
      const a = 2 * i;
      const b = a + 1;
      const isThere = b < this.used;
      const later = isThere ? changes[b]! : 0;
      offsets[i] = offsets[a]! + (isThere ? offsets[b]! : 0) + later * this.resolution;
      changes[i] = changes[a]! + later;
      lags[i] = Math.max(lags[a]!, isThere ? lags[b]! : 0);
    }
    for (const column of [changes, offsets, lags]) column.fill(0, length, this.used);
    this.used = length;
    this.resolution *= 2;
  }

  private grow(needed: number): void {
    const size = Math.min(MOST, Math.max(needed, 2 * this.changes.length));
    const copy = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(size);
      grown.set(old);
      return grown;
    };
    this.changes = copy(this.changes);
    this.offsets = copy(this.offsets);
    this.lags = copy(this.lags);
  }
}
