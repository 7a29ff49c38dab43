/** Pointer, wheel and keys of the canvas, turned into what the model can do. */
import { overview } from "./draw/overview";
import { targetAt } from "./hit";
import { laneIndent, zoneAt } from "./layout";
import { pressed } from "./keys";
import type { Model } from "./model";
import { announce } from "./narration";
import { clamp, xToTime, type Span } from "./viewport";

/** A pointer that moved less than this many pixels was a click. */
const CLICK = 4;
/** Pixels a line of a line-wise wheel is worth. */
const WHEEL_LINE = 20;

type Drag =
  | {
      readonly kind: "press" | "pan";
      readonly x: number;
      readonly y: number;
      readonly window: Span;
      readonly scroll: number;
      /** What it becomes when it is no click. */
      readonly moves: boolean;
    }
  | { readonly kind: "range"; readonly from: number }
  | { readonly kind: "cursor" }
  | { readonly kind: "minimap" };

export function listen(canvas: HTMLCanvasElement, model: Model): void {
  let drag: Drag | undefined;

  const at = (event: MouseEvent): { readonly x: number; readonly y: number } => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  // The page was given the focus, by a command or by its tab: the keys are the canvas's.
  window.addEventListener("focus", () => {
    if (document.activeElement === document.body) canvas.focus({ preventScroll: true });
  });

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const { x, y } = at(event);
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    const zone = zoneAt(model.layout, x, y);
    if (zone.kind === "minimap") {
      drag = { kind: "minimap" };
      centre(model, x);
    } else if (zone.kind === "ruler" && x >= model.view.left) {
      drag = { kind: "cursor" };
      model.setCursor(timeIn(model, x));
    } else {
      // A finger moves what it touches, and so does a drag at the names.
      const moves = event.shiftKey || event.pointerType === "touch" || x < model.view.left;
      drag = { kind: "press", x, y, window: model.window, scroll: model.scroll, moves };
    }
  });

  canvas.addEventListener("pointermove", (event) => {
    const { x, y } = at(event);
    model.pointer = { x, y };
    model.hover = drag === undefined || drag.kind === "press" ? targetAt(model, x, y) : undefined;
    if (drag !== undefined) drag = moved(model, drag, x, y);
    canvas.style.cursor = cursorOf(model, drag, x, y);
    model.invalidate();
  });

  const up = (event: PointerEvent): void => {
    const { x, y } = at(event);
    const done = drag;
    drag = undefined;
    if (done?.kind === "press" && event.type === "pointerup") click(model, x, y);
    model.invalidate();
  };
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("pointerleave", () => {
    model.pointer = undefined;
    model.hover = undefined;
    model.invalidate();
  });

  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? WHEEL_LINE : 1;
      const { x, y } = at(event);
      // A pinch on a touch pad arrives as a wheel with Ctrl.
      if (event.ctrlKey || event.metaKey) {
        model.zoom(Math.exp(-event.deltaY * unit * 0.004), Math.max(x, model.view.left));
      } else {
        const sideways = event.shiftKey ? event.deltaX + event.deltaY : event.deltaX;
        if (sideways !== 0) model.pan(sideways * unit);
        if (!event.shiftKey && event.deltaY !== 0) model.scrollBy(event.deltaY * unit);
      }
      model.pointer = { x, y };
      model.hover = targetAt(model, x, y);
    },
    { passive: false },
  );

  canvas.addEventListener("dblclick", () => {
    if (model.selection !== undefined) model.fitSelection();
  });

  canvas.addEventListener("keydown", (event) => {
    if (!pressed(model, event)) return;
    event.preventDefault();
    model.invalidate();
  });
}

function timeIn(model: Model, x: number): number {
  const { extent } = model;
  return Math.min(Math.max(xToTime(model.view, x), extent.from), extent.to);
}

function moved(model: Model, drag: Drag, x: number, y: number): Drag {
  switch (drag.kind) {
    case "press":
      if (Math.hypot(x - drag.x, y - drag.y) < CLICK) return drag;
      if (!drag.moves) return moved(model, { kind: "range", from: timeIn(model, drag.x) }, x, y);
      return moved(model, { ...drag, kind: "pan" }, x, y);
    case "pan": {
      const perPixel = (drag.window.to - drag.window.from) / model.view.width;
      const shift = (drag.x - x) * perPixel;
      // A drag that is only up or down does not stop a live view from following.
      if (Math.abs(x - drag.x) >= CLICK) {
        model.look(clamp({ from: drag.window.from + shift, to: drag.window.to + shift }, model.extent));
      }
      model.scrollBy(drag.scroll + drag.y - y - model.scroll);
      return drag;
    }
    case "range": {
      const time = timeIn(model, x);
      model.chooseRange({ from: Math.min(drag.from, time), to: Math.max(drag.from, time) });
      return drag;
    }
    case "cursor":
      model.setCursor(timeIn(model, x));
      return drag;
    case "minimap":
      centre(model, x);
      return drag;
  }
}

function centre(model: Model, x: number): void {
  const time = xToTime(overview(model), x);
  const half = (model.window.to - model.window.from) / 2;
  model.look(clamp({ from: time - half, to: time + half }, model.extent));
}

function click(model: Model, x: number, y: number): void {
  const zone = zoneAt(model.layout, x, y);
  const lane = zone.kind === "task" ? model.layout.tasks[zone.index] : undefined;
  // Left of the state's mark, where the twisty is.
  if (lane !== undefined && lane.children > 0 && x < laneIndent(lane.depth)) {
    model.toggleCollapsed(lane.task);
    return;
  }
  const target = targetAt(model, x, y);
  model.range = undefined;
  model.select(target, target === undefined ? "" : announce(model, target));
  model.reveal(target);
}

function cursorOf(model: Model, drag: Drag | undefined, x: number, y: number): string {
  if (drag?.kind === "pan") return "grabbing";
  const zone = zoneAt(model.layout, x, y);
  if (zone.kind === "ruler") return x >= model.view.left ? "col-resize" : "default";
  return model.hover === undefined ? "default" : "pointer";
}
