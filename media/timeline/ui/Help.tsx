import { useLayoutEffect, useRef } from "preact/hooks";
import { ARROWS, HEAD_LENGTH, type ArrowKind } from "../arrows";
import { GESTURES, KEYS } from "../keys";
import type { Model } from "../model";

export function Help({ model }: { readonly model: Model }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
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
        {Object.entries(ARROWS).map(([of, kind]) => (
          <li>
            <Sample of={of} kind={kind} />
            {kind.does}
          </li>
        ))}
      </ul>
    </dialog>
  );
}

/** As on the picture, lying down. */
function Sample({ of, kind }: { readonly of: string; readonly kind: ArrowKind }) {
  const path = kind.head.map((line) => `M${line.map(([x, y]) => `${SAMPLE + y} ${x}`).join("L")}`).join("");
  return (
    <svg class={`arrow to-${of}`} width={SAMPLE + 2} height="12" viewBox={`0 -6 ${SAMPLE + 2} 12`} aria-hidden="true">
      <path d={`M0 0H${SAMPLE - HEAD_LENGTH}`} stroke-dasharray={kind.dash.join(" ")} />
      <path d={path} class={kind.isFilled ? "filled" : ""} />
    </svg>
  );
}

/** Pixels long. */
const SAMPLE = 44;
