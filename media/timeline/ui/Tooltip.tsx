import { useLayoutEffect, useRef } from "preact/hooks";
import type { Model } from "../model";
import { caption } from "../narration";

/** Distance of the tooltip from the pointer, in pixels. */
const OFFSET = 14;

/** What is under the pointer. Hidden from the screen reader: the same words are announced when it is chosen. */
export function Tooltip({ model }: { readonly model: Model }) {
  const box = useRef<HTMLDivElement>(null);
  const { pointer, hover } = model;
  const words = hover === undefined || pointer === undefined ? undefined : caption(model, hover);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || pointer === undefined) return;
    const { width, height } = model.size;
    const beside =
      pointer.x + OFFSET + element.offsetWidth > width ? width - element.offsetWidth - 4 : pointer.x + OFFSET;
    const below = pointer.y + OFFSET + element.offsetHeight > height;
    element.style.left = `${Math.max(beside, 4)}px`;
    element.style.top = `${Math.max(below ? pointer.y - OFFSET - element.offsetHeight : pointer.y + OFFSET, 4)}px`;
  });
  if (words === undefined) return null;
  return (
    <div class="tooltip" ref={box} aria-hidden="true">
      <b>{words.title}</b>
      <span>{words.text}</span>
    </div>
  );
}
