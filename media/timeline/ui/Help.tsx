import { useEffect, useRef } from "preact/hooks";
import { GESTURES, KEYS } from "../keys";
import type { Model } from "../model";

const ARROWS = [
  { of: "awaits", does: "waits for" },
  { of: "wakes", does: "woke" },
  { of: "spawns", does: "created" },
  { of: "cancels", does: "cancelled" },
] as const;

export function Help({ model }: { readonly model: Model }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = (): void => {
    if (model.help) model.toggle("help");
  };
  return (
    <dialog class="help" ref={dialog} onClose={close} aria-labelledby="help-title">
      <header>
        <h2 id="help-title">Keys and gestures</h2>
        <button onClick={() => dialog.current?.close()}>Close</button>
      </header>
      <p>Keys work while the picture has the focus.</p>
      <div class="help-columns">
        <dl>
          {KEYS.map((key) => (
            <div>
              <dt>
                <kbd>{key.label}</kbd>
              </dt>
              <dd>{key.does}</dd>
            </div>
          ))}
        </dl>
        <dl>
          {GESTURES.map((gesture) => (
            <div>
              <dt>
                <kbd>{gesture.label}</kbd>
              </dt>
              <dd>{gesture.does}</dd>
            </div>
          ))}
        </dl>
      </div>
      <h3>Arrows of the task that is chosen or pointed at</h3>
      <ul class="arrows">
        {ARROWS.map(({ of, does }) => (
          <li>
            <i class={`swatch arrow to-${of}`} aria-hidden="true" />
            {does}
          </li>
        ))}
      </ul>
    </dialog>
  );
}
