import type { Disposable } from "./dispose";

/**
 * Does the work at once when it was not done lately, else as soon as it is due; never loses the last request. The next
 * work begins after the one before, so that older numbers never overtake newer ones.
 */
export class Throttle implements Disposable {
  readonly #interval: number;
  readonly #rest: number;
  readonly #work: () => void | Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** No work begins before. */
  #due = 0;
  #working = false;
  #again = false;
  #disposed = false;

  /** `rest`: so many times as long as the work took it rests at least, so that much work never takes all of the time. */
  constructor(interval: number, work: () => void | Promise<void>, rest = 0) {
    this.#interval = interval;
    this.#rest = rest;
    this.#work = work;
  }

  request(): void {
    if (this.#working) this.#again = true;
    if (this.#disposed || this.#working || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#run(), Math.max(0, this.#due - performance.now()));
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    const began = performance.now();
    this.#working = true;
    try {
      await this.#work();
    } finally {
      const ended = performance.now();
      this.#due = Math.max(began + this.#interval, ended + this.#rest * (ended - began));
      this.#working = false;
      if (this.#again) {
        this.#again = false;
        this.request();
      }
    }
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }
}
