/** The windows of time looked at, for going back and forward between them. */
import type { Span } from "./viewport";
import { sameSpan } from "./viewport";

/** Movements closer together than this are one, in milliseconds: a wheel turns in many small steps. */
const PAUSE = 500;
const MOST = 100;

export class History {
  #before: Span[] = [];
  #after: Span[] = [];
  #left = -Infinity;

  /** The window is about to change. */
  leave(window: Span, now: number): void {
    const isNew = now - this.#left > PAUSE;
    this.#left = now;
    const last = this.#before.at(-1);
    if (!isNew || (last !== undefined && sameSpan(last, window))) return;
    this.#before = [...this.#before, window].slice(-MOST);
    this.#after = [];
  }

  back(now: Span): Span | undefined {
    const window = this.#before.pop();
    if (window !== undefined) this.#after.push(now);
    this.#left = -Infinity;
    return window;
  }

  forward(now: Span): Span | undefined {
    const window = this.#after.pop();
    if (window !== undefined) this.#before.push(now);
    this.#left = -Infinity;
    return window;
  }
}
