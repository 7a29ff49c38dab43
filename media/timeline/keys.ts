/** Keys of the canvas: what each does, as a table that the help shows too. Only while the canvas has the focus. */
import type { TaskId } from "../../extension/trace";
import { nextDensity, type Density } from "./layout";
import type { Model } from "./model";
import type { Slice } from "./slices";
import type { Target } from "./targets";
import { announce, announceWaker, announceWindow } from "./narration";
import { stepBeside, wakerOf, wokenBy } from "./walk";

/** Share of the window that one press of A or D moves. */
const PAN_STEP = 0.2;
const ZOOM_STEP = 1.5;
const LANES_NOW: Readonly<Record<Density, string>> = {
  simple: "Lanes with words",
  expert: "Small lanes",
  compact: "Compact lanes, without words",
};

export interface Key {
  readonly keys: readonly string[];
  readonly label: string;
  readonly does: string;
  readonly act: (model: Model, event: KeyboardEvent) => unknown;
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

/** `none`: why there is nothing to go to. */
const walk =
  (find: (model: Model, slice: Slice) => Target | undefined, none: (model: Model, slice: Slice) => string) =>
  (model: Model) => {
    const from = model.selection?.kind === "slice" ? model.selection : model.beside("right");
    if (from?.kind !== "slice") {
      model.announcement = "There are no tasks";
      return;
    }
    const target = find(model, from.slice);
    if (target === undefined) {
      model.announcement = none(model, from.slice);
      return;
    }
    model.select(target, announce(model, target));
    model.showSelection();
  };

/** Who only hears the timeline is told what it shows now. */
const look = (act: (model: Model) => void) => (model: Model) => {
  act(model);
  model.announcement = announceWindow(model);
};

const ofTask = (act: (model: Model, task: TaskId) => void) => (model: Model) => {
  const task = model.taskOf(model.selection);
  if (task !== undefined) act(model, task);
};

export const KEYS: readonly Key[] = [
  { keys: ["w", "+", "="], label: "W", does: "Zoom in", act: look((model) => model.zoom(ZOOM_STEP, middle(model))) },
  { keys: ["s", "-"], label: "S", does: "Zoom out", act: look((model) => model.zoom(1 / ZOOM_STEP, middle(model))) },
  { keys: ["a"], label: "A", does: "Earlier", act: look((model) => model.pan(-model.view.width * PAN_STEP)) },
  { keys: ["d"], label: "D", does: "Later", act: look((model) => model.pan(model.view.width * PAN_STEP)) },
  { keys: ["arrowleft"], label: "←", does: "What the task did before", act: move("left") },
  { keys: ["arrowright"], label: "→", does: "What the task did next", act: move("right") },
  { keys: ["arrowup"], label: "↑", does: "Task above", act: move("up") },
  { keys: ["arrowdown"], label: "↓", does: "Task below", act: move("down") },
  {
    keys: [","],
    label: ",",
    does: "Step of the task before",
    act: walk(
      (model, slice) => stepBeside(model, slice, -1),
      () => "No step before this one",
    ),
  },
  {
    keys: ["."],
    label: ".",
    does: "Next step of the task",
    act: walk(
      (model, slice) => stepBeside(model, slice, 1),
      () => "No step after this one",
    ),
  },
  { keys: ["["], label: "[", does: "The step that woke this one", act: walk(wakerOf, announceWaker) },
  { keys: ["]"], label: "]", does: "The step this one woke", act: walk(wokenBy, () => "It woke no task") },
  {
    keys: ["n"],
    label: "N, Shift+N",
    does: "Next finding, finding before (P pins)",
    act: (model, event) => model.findings.step(event.shiftKey ? -1 : 1),
  },
  { keys: ["/"], label: "/", does: "Find tasks and places", act: (model) => (model.search = "") },
  { keys: ["g"], label: "G", does: "Go to a time", act: (model) => (model.search = "@") },
  {
    keys: ["m"],
    label: "M",
    does: "Pin a note to this moment",
    act: (model) => !model.host.isAlone && model.notes.write(),
  },
  {
    keys: ["z"],
    label: "Z, Shift+Z",
    does: "View before, view after",
    act: (model, event) => look(() => (event.shiftKey ? model.goForward() : model.goBack()))(model),
  },
  {
    keys: ["x"],
    label: "X",
    does: "Hide or show the tasks it created",
    act: ofTask((model, id) => model.toggleCollapsed(id)),
  },
  { keys: ["p"], label: "P", does: "Pin the task to the top", act: ofTask((model, id) => model.togglePinned(id)) },
  {
    keys: ["c"],
    label: "C",
    does: "Lanes: with words, small, compact",
    act: (model) => {
      model.setDensity(nextDensity(model.density));
      model.announcement = LANES_NOW[model.density];
    },
  },
  { keys: [" "], label: "Space", does: "Play, pause", act: (model) => model.togglePlaying() },
  { keys: ["enter"], label: "Enter", does: "Go to the source", act: (model) => model.reveal(model.selection, true) },
  { keys: ["f"], label: "F", does: "Fit what is chosen", act: look((model) => model.fitSelection()) },
  { keys: ["0"], label: "0", does: "Fit the whole run", act: look((model) => model.fitAll()) },
  { keys: ["l"], label: "L", does: "Follow the running program", act: look((model) => model.jumpToLive()) },
  { keys: ["t"], label: "T", does: "Tasks as a table", act: (model) => model.toggle("table") },
  { keys: ["?"], label: "?", does: "This list", act: (model) => model.toggle("help") },
  { keys: ["escape"], label: "Esc", does: "Close, or choose nothing", act: (model) => model.peel() },
];

export const GESTURES: readonly { readonly label: string; readonly does: string }[] = [
  { label: "Click", does: "Choose, and show the source line" },
  { label: "Drag", does: "Choose a range of time" },
  { label: "Shift+drag", does: "Move in time and between lanes" },
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
