/** Finds tasks and places by name, and goes to a time: one field, over the picture. */
import { formatCount } from "../../../extension/trace";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Model } from "../model";
import { announce } from "../narration";
import { find, parseTime } from "../search";

export function Search({ model }: { readonly model: Model }) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(model.search ?? "");
  const [at, setAt] = useState(0);
  // Before the next key: what is typed at once is meant for the field.
  useLayoutEffect(() => input.current?.focus(), []);
  const isTime = model.search === "@";
  const found = isTime ? [] : find(model.trace, text);
  const time = isTime ? parseTime(text) : undefined;
  const close = (): void => {
    model.search = undefined;
    model.invalidate();
    document.querySelector("canvas")?.focus();
  };
  const choose = (i: number): void => {
    const target = found[i];
    if (target === undefined) return;
    setAt(i);
    model.select(target, `${i + 1} of ${found.length}: ${announce(model, target)}`);
    model.showSelection();
  };
  const pressed = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "Escape") close();
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (isTime) {
      if (time === undefined) return;
      model.goTo(model.extent.from + time);
      close();
    } else if (found.length > 0) choose((at + (event.shiftKey ? found.length - 1 : 1)) % found.length);
  };
  const told = status(isTime, text, at, found.length, time !== undefined);
  // What one typed found. Which of them was then chosen is said with what it is.
  useLayoutEffect(() => model.say(told), [text]);
  const label = isTime ? "Go to a time, such as 1.5 s or 20 ms" : "Find tasks and places";
  return (
    <div class="search" role="search">
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={isTime && text === "@" ? "" : text}
        onKeyDown={pressed}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(-1);
        }}
      />
      <span>{told}</span>
      <button title="Close (Esc)" aria-label="Close" onClick={close}>
        ×
      </button>
    </div>
  );
}

function status(isTime: boolean, text: string, at: number, found: number, isValid: boolean): string {
  if (text === "" || text === "@") return "";
  if (isTime) return isValid ? "Enter goes there" : "a number and s, ms, µs or ns";
  if (found === 0) return "nothing found";
  return at < 0 ? `${formatCount(found)} found` : `${at + 1} of ${formatCount(found)}`;
}
