/** What is to be shown or chosen, and may be something that has not been read yet. */
import { siteTotal } from "../../extension/trace";
import type { ShowMessage } from "../../extension/protocol";
import type { Chosen, TraceView } from "../../extension/traceView";
import { findChosen } from "./chosen";
import type { Model } from "./model";
import { clamp, type Span } from "./viewport";

export class Wanted {
  readonly #model: Model;
  #target: ShowMessage["target"] | undefined;
  /** Chosen as soon as it is there, unless something else is until then. */
  chosen: Chosen | undefined;
  /** Its lane is then brought into view. */
  #showsLane = false;

  constructor(model: Model) {
    this.#model = model;
  }

  take(message: ShowMessage): void {
    const model = this.#model;
    if (message.generation !== model.feed.generation) return;
    this.#target = message.target;
    model.invalidate();
  }

  /** Another trace. */
  forget(): void {
    this.#target = undefined;
    this.chosen = undefined;
    this.#showsLane = false;
  }

  /** As soon as it is there; called with every frame. */
  show(): void {
    this.#show();
    this.#choose();
  }

  #show(): void {
    const target = this.#target;
    const model = this.#model;
    const { trace } = model;
    if (target === undefined) return;
    if ("view" in target) {
      // Whole only when everything it names has been read.
      if (trace.end < target.view.to && !trace.complete && !trace.truncated) return;
      this.#target = undefined;
      this.#goTo(target.view);
      return;
    }
    if ("task" in target) {
      if (trace.task(target.task) === undefined) return;
      model.select({ kind: "task", task: target.task });
    } else if ("group" in target) {
      if (trace.group(target.group) === undefined) return;
      model.select({ kind: "group", group: target.group });
    } else {
      if (siteTotal(trace, target.site) === undefined) return;
      model.select({ kind: "site", site: target.site });
    }
    this.#target = undefined;
    model.showSelection();
  }

  /** Exactly what was seen when the link was made, whatever is chosen here. */
  #goTo({ cursor, range, chosen, ...window }: TraceView): void {
    const model = this.#model;
    const { extent } = model;
    model.select(undefined);
    model.chooseRange(range && within(range, extent));
    // Anyone can write a link, with times far from all that happened.
    model.setCursor(cursor === undefined ? undefined : Math.min(Math.max(cursor, extent.from), extent.to));
    model.look(clamp(window, extent));
    this.chosen = chosen;
    this.#showsLane = true;
  }

  #choose(): void {
    const { chosen } = this;
    if (chosen === undefined) return;
    const model = this.#model;
    const isWhole = model.trace.complete || model.trace.truncated;
    const found = findChosen(model, chosen, isWhole);
    if (found === undefined && !isWhole) return;
    model.select(found);
    if (this.#showsLane) model.showLane();
    this.#showsLane = false;
  }
}

/** What of a span lies in another, if anything does. */
function within(span: Span, { from, to }: Span): Span | undefined {
  const inside = { from: Math.max(span.from, from), to: Math.min(span.to, to) };
  return inside.from < inside.to ? inside : undefined;
}
