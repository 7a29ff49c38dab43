/**
 * When a page takes in what was read of a trace: in pieces of less than a millisecond each, as it comes and then between
 * the frames. What a program that runs adds costs each frame about the same, however much of it arrives at once; a page
 * that is far behind hurries, in slices that still let keys, timers and frames in between.
 */

/** Longest slice of a page that hurries, in milliseconds. */
const HURRY = 4;
/** No piece is begun after so many milliseconds of a frame, while not much waits. */
const EASY = 0.3;
/** After so many milliseconds without a slice this frame has had none. */
const FRAME = 12;

export class Pace {
  readonly #backlog: () => number;
  readonly #piece: () => boolean;
  readonly #paused: () => void;
  /** Not a timer: those are slowed down to one a second in a hidden page. Made with the first slice. */
  #channel: MessageChannel | undefined;
  #waits = false;
  /** When the last slice ended. */
  #sliced = -Infinity;
  #stopped = false;

  /** `backlog`: 0, nothing waits, to 1, hurry. `piece` returns whether more is left; `paused` is called after each slice. */
  constructor(backlog: () => number, piece: () => boolean, paused: () => void) {
    this.#backlog = backlog;
    this.#piece = piece;
    this.#paused = paused;
  }

  /** There is something to take in. */
  wake(): void {
    if (this.#waits || this.#stopped) return;
    // To ask for a frame, and then for a turn, costs a page a part of what it has to do. One that hurries has no such gaps.
    if (this.#backlog() < 1 && performance.now() - this.#sliced >= FRAME) {
      this.#slice();
      return;
    }
    this.#waits = true;
    const { port1, port2 } = (this.#channel ??= new MessageChannel());
    port1.onmessage ??= () => this.#slice();
    const next = (): void => port2.postMessage(undefined);
    // A hidden page has no frames.
    if (this.#backlog() >= 1 || document.visibilityState === "hidden") next();
    else requestAnimationFrame(next);
  }

  stop(): void {
    this.#stopped = true;
    this.#channel?.port1.close();
  }

  #slice(): void {
    this.#waits = false;
    if (this.#stopped) return;
    // The more waits, the more at once: so it is never much more than comes in a frame or two.
    // None within another.
    this.#sliced = Infinity;
    const until = performance.now() + Math.max(EASY, HURRY * Math.min(this.#backlog(), 1));
    let isMore = this.#piece();
    while (isMore && performance.now() < until) isMore = this.#piece();
    this.#paused();
    // However long it took: what is left has to wait for its turn.
    this.#sliced = performance.now();
    if (isMore) this.wake();
  }
}
