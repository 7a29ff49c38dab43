/** What the editor points at: the await its caret is on, and where it put the time cursor. */
import type { HighlightMessage, MomentMessage } from "../../extension/protocol";
import { scrollTo } from "./layout";
import type { Model } from "./model";
import type { Target } from "./targets";
import { ensureVisible } from "./viewport";

export class FromEditor {
  /** Lit, and not chosen: one goes on reading code, and here nothing moves. */
  lit: Target | undefined;
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  highlight({ generation, site }: HighlightMessage): void {
    if (generation !== this.#model.feed.generation) return;
    this.lit = site && { kind: "site", site };
    this.#model.invalidate();
  }

  /** Puts the time cursor there and brings it into view, moving no further than needed. */
  goTo({ generation, time, task }: MomentMessage): void {
    const model = this.#model;
    if (generation !== model.feed.generation) return;
    model.playing = false;
    model.setCursor(time);
    const window = ensureVisible(model.window, { from: time, to: time }, model.extent);
    if (window.from !== model.window.from || window.to !== model.window.to) model.look(window);
    const lane = model.laneIndex(task);
    if (lane !== undefined) model.scroll = scrollTo(model.layout, lane);
    model.invalidate();
  }

  forget(): void {
    this.lit = undefined;
  }
}
