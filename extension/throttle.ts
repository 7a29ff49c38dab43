import type { Disposable } from "./dispose";

/**
 * Does the work at once when it was not done lately, else as soon as it is due; never loses the last request. The next
 * work begins after the one before, so that older numbers never overtake newer ones.
 */
export class Throttle implements Disposable {
  readonly #interval: number;
  readonly #work: () => void | Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;
  #working = false;
  #again = false;
  #disposed = false;

  constructor(interval: number, work: () => void | Promise<void>) {
    this.#interval = interval;
    this.#work = work;
  }

  request(): void {
    if (this.#working) this.#again = true;
    if (this.#disposed || this.#working || this.#timer !== undefined) return;
    const due = Math.max(0, this.#last + this.#interval - performance.now());
    this.#timer = setTimeout(() => void this.#run(), due);
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#last = performance.now();
    this.#working = true;
    try {
      await this.#work();
    } finally {
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
