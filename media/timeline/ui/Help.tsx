import { useEffect, useRef } from "preact/hooks";
import { GESTURES, KEYS } from "../keys";
import type { Model } from "../model";

export function Help({ model }: { readonly model: Model }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = (): void => {
    if (model.help) model.toggle("help");
  };
  return (
    <dialog class="help" ref={dialog} onClose={close} aria-labelledby="help-title">
      <h2 id="help-title">Keys and gestures</h2>
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
      <button onClick={() => dialog.current?.close()}>Close</button>
    </dialog>
  );
}
