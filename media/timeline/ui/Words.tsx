/** A sentence of the story, with its places and tasks as links. */
import type { Model } from "../model";
import type { Sentence } from "../sentence";

export function Words({ model, sentence }: { readonly model: Model; readonly sentence: Sentence }) {
  return (
    <>
      {sentence.map((part) => {
        if (typeof part === "string") return part;
        if ("site" in part) {
          return (
            <button
              class="link"
              title={`${part.site.file}:${part.site.line}`}
              onClick={() => model.host.post({ type: "reveal", site: part.site })}
            >
              {part.text}
            </button>
          );
        }
        return (
          <button class="link" onClick={() => chooseTask(model, part.task)}>
            {part.text}
          </button>
        );
      })}
    </>
  );
}

export function chooseTask(model: Model, task: number): void {
  model.select({ kind: "task", task });
  model.showSelection();
}
