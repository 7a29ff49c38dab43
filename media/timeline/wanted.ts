/** What the host asked to be shown, which may be something that has not been read yet. */
import { siteTotal } from "../../extension/trace";
import type { ShowMessage } from "../../extension/protocol";
import type { Model } from "./model";
import { clamp } from "./viewport";

export class Wanted {
  readonly #model: Model;
  #target: ShowMessage["target"] | undefined;

  constructor(model: Model) {
    this.#model = model;
  }

  take(message: ShowMessage): void {
    const model = this.#model;
    if (message.generation !== model.feed.generation) return;
    this.#target = message.target;
    model.invalidate();
  }

  /** As soon as it is there; called with every frame. */
  show(): void {
    const target = this.#target;
    const model = this.#model;
    const { trace } = model;
    if (target === undefined) return;
    if ("view" in target) {
      // Whole only when everything it names has been read.
      if (trace.end < target.view.to && !trace.complete && !trace.truncated) return;
      this.#target = undefined;
      const { task, cursor, ...window } = target.view;
      if (task !== undefined && trace.task(task) !== undefined) model.select({ kind: "task", task });
      model.showSelection();
      if (cursor !== undefined) model.setCursor(cursor);
      model.look(clamp(window, model.extent));
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
}
