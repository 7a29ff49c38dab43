/** Notes: the field in which one is written, and the list of them. */
import { formatDuration } from "../../../extension/trace";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Model } from "../model";
import { Section } from "./Section";

export function NoteField({ model }: { readonly model: Model }) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  const close = (): void => {
    model.notes.draft = undefined;
    model.invalidate();
    document.querySelector("canvas")?.focus();
  };
  const pressed = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "Escape") close();
    if (event.key !== "Enter" || input.current === null) return;
    model.notes.add(input.current.value);
    close();
  };
  const label = `Note at ${model.moment(model.notes.draft?.at ?? 0)}`;
  return (
    <div class="search">
      <input ref={input} type="text" maxLength={1000} aria-label={label} placeholder={label} onKeyDown={pressed} />
      <span>Enter keeps it</span>
      <button title="Close (Esc)" aria-label="Close" onClick={close}>
        ×
      </button>
    </div>
  );
}

export function Notes({ model }: { readonly model: Model }) {
  if (model.notes.all.length === 0) return null;
  return (
    <Section title="Notes">
      <ul class="notes">
        {model.notes.all.map((note) => (
          <li>
            <button class="link" title="Go there" onClick={() => model.notes.show(note)}>
              {formatDuration(note.at - model.extent.from)}
            </button>
            <span> {note.text} </span>
            {!model.host.isAlone && (
              <button
                class="link"
                title="Remove this note"
                aria-label="Remove this note"
                onClick={() => model.notes.remove(note)}
              >
                ×
              </button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
