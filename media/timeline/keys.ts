/** Keys of the canvas: what each does, as a table that the help shows too. Only while the canvas has the focus. */
import type { Model } from "./model";
import type { Target } from "./targets";
import { announce } from "./narration";

/** Share of the window that one press of A or D moves. */
const PAN_STEP = 0.2;
const ZOOM_STEP = 1.5;

export interface Key {
  readonly keys: readonly string[];
  readonly label: string;
  readonly does: string;
  readonly act: (model: Model, event: KeyboardEvent) => void;
}

const middle = (model: Model): number => {
  const { view, pointer, cursor } = model;
  // Zoom at what one looks at: the pointer, else the time cursor, else the middle.
  if (pointer !== undefined && pointer.x > view.left) return pointer.x;
  if (cursor !== undefined && cursor > view.from && cursor < view.to) {
    return view.left + ((cursor - view.from) / (view.to - view.from)) * view.width;
  }
  return view.left + view.width / 2;
};

const move = (direction: "left" | "right" | "up" | "down") => (model: Model) => {
  const target: Target | undefined = model.beside(direction);
  if (target === undefined) return;
  model.select(target, announce(model, target));
  model.showSelection();
};

export const KEYS: readonly Key[] = [
  { keys: ["w", "+", "="], label: "W", does: "Zoom in", act: (model) => model.zoom(ZOOM_STEP, middle(model)) },
  { keys: ["s", "-"], label: "S", does: "Zoom out", act: (model) => model.zoom(1 / ZOOM_STEP, middle(model)) },
  { keys: ["a"], label: "A", does: "Earlier", act: (model) => model.pan(-model.view.width * PAN_STEP) },
  { keys: ["d"], label: "D", does: "Later", act: (model) => model.pan(model.view.width * PAN_STEP) },
  { keys: ["arrowleft"], label: "←", does: "What the task did before", act: move("left") },
  { keys: ["arrowright"], label: "→", does: "What the task did next", act: move("right") },
  { keys: ["arrowup"], label: "↑", does: "Task above", act: move("up") },
  { keys: ["arrowdown"], label: "↓", does: "Task below", act: move("down") },
  { keys: ["enter"], label: "Enter", does: "Go to the source", act: (model) => model.reveal(model.selection, true) },
  { keys: ["f"], label: "F", does: "Fit what is chosen", act: (model) => model.fitSelection() },
  { keys: ["0"], label: "0", does: "Fit the whole run", act: (model) => model.fitAll() },
  { keys: ["l"], label: "L", does: "Follow the running program", act: (model) => model.jumpToLive() },
  { keys: ["t"], label: "T", does: "Tasks as a table", act: (model) => model.toggle("table") },
  { keys: ["?"], label: "?", does: "This list", act: (model) => model.toggle("help") },
  { keys: ["escape"], label: "Esc", does: "Close, or choose nothing", act: (model) => model.peel() },
];

export const GESTURES: readonly { readonly label: string; readonly does: string }[] = [
  { label: "Click", does: "Choose, and show the source line" },
  { label: "Drag", does: "Move in time and between lanes" },
  { label: "Shift+drag", does: "Choose a range of time" },
  { label: "Wheel", does: "Scroll the lanes" },
  { label: "Shift+wheel", does: "Move in time" },
  { label: "Ctrl+wheel", does: "Zoom at the pointer" },
  { label: "Click the ruler", does: "Put the time cursor there" },
];

export function pressed(model: Model, event: KeyboardEvent): boolean {
  // VS Code's own combinations stay VS Code's.
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const name = event.key.toLowerCase();
  const key = KEYS.find((one) => one.keys.includes(name));
  key?.act(model, event);
  return key !== undefined;
}
