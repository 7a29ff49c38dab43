/** Stands in for VS Code in the bench: streams a file as the host does, and measures what the page does meanwhile. */
import { CREDIT, type ToHost, type ToWebview } from "../../../extension/protocol";
import type { Host } from "../../../media/timeline/host";

/** As the host cuts it. */
const PIECE = CREDIT / 4;
/** Read from the file at once, and ahead of what is delivered: a file costs a browser more to ask for than to read. */
const READ_AHEAD = 8 * 1024 * 1024;
/** For so long an engine has not yet compiled what runs, in milliseconds. */
const WARM = 1000;
/** A beat costs so little that it does not slow down what it watches, in milliseconds. */
const BEAT = 4;

export interface Frames {
  /** Between one frame and the next, in milliseconds. */
  readonly intervals: readonly number[];
  /** What the page's own code took of each. */
  readonly costs: readonly number[];
  /** Share of those that left nothing of their picture to the next, 0 to 1. */
  readonly whole: number;
}

/** What was said to what was typed, and after how many milliseconds. */
export interface Answer {
  readonly said: string;
  readonly after: number;
}

export interface Loading {
  /** Undefined: not looked for. */
  readonly firstPaint: number | undefined;
  readonly loaded: number;
  /** Longest that a timer waited, whatever was in its way. */
  readonly longestStall: number;
  /** Longest that the page did one thing, so that neither a key nor the pointer could be answered. */
  readonly longestTask: number;
}

export interface Bench {
  /** To look for the first paint reads pixels back, which is a pause of its own. */
  load(file: File, looks: boolean): Promise<Loading>;
  stream(file: File, bytesASecond: number, seconds: number): Promise<Live>;
  /** Does `move` once a frame, so many times. */
  frames(count: number, move: (i: number) => void): Promise<Frames>;
  /** How long until all of the picture is drawn as it is, in milliseconds. */
  settle(): Promise<number>;
  wheel(x: number, y: number, init: WheelEventInit): void;
  hover(x: number, y: number): number;
  /** Types into a field; `place` is where the page says what it found. */
  type(field: string, text: string, place: string): Promise<Answer>;
}

export interface Live {
  /** Of all the page does to take in what was read for a frame, in milliseconds. */
  readonly appendCosts: readonly number[];
  /** From a piece's arrival to the frame that shows it. */
  readonly delays: readonly number[];
}

declare global {
  interface Window {
    bench: Bench;
  }
}

const receivers: ((message: ToWebview) => void)[] = [];
let acknowledged = 0;
let onAck: (() => void) | undefined;
let generation = 0;
let inFrame = 0;
let inMessages = 0;

window.awaitscopeHost = {
  post(message: ToHost) {
    if (message.type !== "ack") return;
    acknowledged = message.offset;
    onAck?.();
  },
  listen: (receive) => receivers.push(receive),
  getState: () => undefined,
  setState: () => undefined,
} satisfies Host;

const deliver = (message: ToWebview): void => receivers.forEach((receive) => receive(message));

// The page's own frames are timed from outside of it.
const nativeFrame = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) =>
  nativeFrame((time) => {
    const begun = performance.now();
    callback(time);
    inFrame += performance.now() - begun;
  });

// So is what it does with what its worker has read, when it is told and when it takes that in.
for (const { prototype } of [Worker, MessagePort]) {
  const native = Object.getOwnPropertyDescriptor(prototype, "onmessage");
  Object.defineProperty(prototype, "onmessage", {
    ...native,
    set(this: unknown, receive: ((event: MessageEvent) => unknown) | null) {
      const timed = (event: MessageEvent): void => {
        const begun = performance.now();
        receive?.call(this, event);
        inMessages += performance.now() - begun;
      };
      native?.set?.call(this, receive && timed);
    },
  });
}
const nextFrame = (): Promise<number> => new Promise((done) => nativeFrame(done));

const canvas = (): HTMLCanvasElement => {
  const found = document.querySelector("canvas");
  if (found === null) throw new Error("The timeline is not there");
  return found;
};

/** The colour of running. */
const RUNNING = [0x6f, 0x8f, 0xd0] as const;

/** Whether lanes can be seen: a step in the lower half. */
function isPainted(): boolean {
  const ctx = canvas().getContext("2d");
  const { width, height } = canvas();
  if (ctx === null || width === 0) return false;
  const { data } = ctx.getImageData(Math.round(width * 0.3), Math.round(height / 2), Math.round(width * 0.6), 24);
  for (let i = 0; i < data.length; i += 4) if (RUNNING.every((part, k) => data[i + k] === part)) return true;
  return false;
}

async function load(file: File, looks: boolean): Promise<Loading> {
  let longestStall = 0;
  let longestTask = 0;
  const tasks = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTask = Math.max(longestTask, duration);
  });
  tasks.observe({ type: "longtask" });
  // The heartbeat sees every stall, whatever caused it.
  let beating = true;
  const beat = async (): Promise<void> => {
    for (let last = performance.now(); beating;) {
      await new Promise((done) => setTimeout(done, BEAT));
      const now = performance.now();
      longestStall = Math.max(longestStall, now - last);
      last = now;
    }
  };
  const started = performance.now();
  let firstPaint: number | undefined;
  const watch = async (): Promise<void> => {
    while (looks) {
      await nextFrame();
      await nextFrame();
      if (!isPainted()) continue;
      firstPaint = performance.now() - started;
      return;
    }
  };
  acknowledged = 0;
  const name = String(++generation);
  deliver({ type: "open", generation: name, name: file.name, state: { kind: "ended" } });
  const watching = watch();
  const heart = beat();
  let next = read(file, 0);
  for (let from = 0; from < file.size; from += READ_AHEAD) {
    const bytes = await next;
    next = read(file, from + READ_AHEAD);
    for (let at = 0; at < bytes.byteLength; at += PIECE) {
      while (from + at - acknowledged >= CREDIT) await new Promise<void>((done) => (onAck = done));
      deliver({ type: "bytes", generation: name, offset: from + at, bytes: bytes.slice(at, at + PIECE) });
    }
  }
  while (acknowledged < file.size) await new Promise<void>((done) => (onAck = done));
  deliver({ type: "state", generation: name, state: { kind: "ended" } });
  await watching;
  await nextFrame();
  await nextFrame();
  const loaded = performance.now() - started;
  beating = false;
  await heart;
  tasks.disconnect();
  return { firstPaint, loaded, longestStall, longestTask };
}

async function read(file: File, from: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(from, from + READ_AHEAD).arrayBuffer());
}

async function stream(file: File, bytesASecond: number, seconds: number): Promise<Live> {
  const name = String(++generation);
  acknowledged = 0;
  deliver({ type: "open", generation: name, name: file.name, state: { kind: "running" } });
  const appendCosts: number[] = [];
  const delays: number[] = [];
  const bytes = new Uint8Array(await file.slice(0, bytesASecond * (seconds + 1)).arrayBuffer());
  const arrivals: { readonly end: number; readonly at: number }[] = [];
  onAck = () => {
    for (let [first] = arrivals; first !== undefined && first.end <= acknowledged; [first] = arrivals) {
      const { at } = first;
      arrivals.shift();
      void nextFrame()
        .then(nextFrame)
        .then(() => delays.push(performance.now() - at));
    }
  };
  let sent = 0;
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1000) {
    // What came in the time of one frame, once a frame.
    const due = Math.min(Math.floor(((performance.now() - begun) / 1000) * bytesASecond), bytes.byteLength);
    const at = performance.now();
    inMessages = 0;
    if (due > sent) {
      arrivals.push({ end: due, at });
      deliver({ type: "bytes", generation: name, offset: sent, bytes: bytes.slice(sent, due) });
    }
    const delivering = performance.now() - at;
    sent = due;
    await nextFrame();
    if (performance.now() - begun > WARM) appendCosts.push(delivering + inMessages);
  }
  while (arrivals.length > 0) await nextFrame();
  await nextFrame();
  await nextFrame();
  onAck = undefined;
  deliver({ type: "state", generation: name, state: { kind: "ended" } });
  return { appendCosts, delays };
}

async function frames(count: number, move: (i: number) => void): Promise<Frames> {
  const intervals: number[] = [];
  const costs: number[] = [];
  let whole = 0;
  let last = await nextFrame();
  for (let i = 0; i < count; i++) {
    inFrame = 0;
    const begun = performance.now();
    move(i);
    const moved = performance.now() - begun;
    // Our callback was asked for after the page's own, so it runs after that one, in the same frame.
    const now = await nextFrame();
    costs.push(moved + inFrame);
    if (!canvas().hasAttribute("data-unfinished")) whole += 1;
    intervals.push(now - last);
    last = now;
  }
  return { intervals, costs, whole: whole / count };
}

function at(x: number, y: number): { readonly clientX: number; readonly clientY: number } {
  const box = canvas().getBoundingClientRect();
  return { clientX: box.left + x, clientY: box.top + y };
}

window.bench = {
  async settle() {
    const begun = performance.now();
    do await nextFrame();
    while (canvas().hasAttribute("data-unfinished"));
    return performance.now() - begun;
  },
  async type(field, text, place) {
    const input = document.querySelector<HTMLInputElement>(field);
    if (input === null) throw new Error(`There is no ${field}`);
    const begun = performance.now();
    input.value = text;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await nextFrame();
    await nextFrame();
    return { said: document.querySelector(place)?.textContent ?? "", after: performance.now() - begun };
  },
  load,
  stream,
  frames,
  wheel(x, y, init) {
    canvas().dispatchEvent(new WheelEvent("wheel", { bubbles: true, cancelable: true, ...at(x, y), ...init }));
  },
  hover(x, y) {
    const begun = performance.now();
    canvas().dispatchEvent(new PointerEvent("pointermove", { bubbles: true, ...at(x, y) }));
    return performance.now() - begun;
  },
};
