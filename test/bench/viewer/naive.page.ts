/** The obvious viewer, to measure the distance from: Chrome JSON through `JSON.parse`, one rectangle a slice. */
interface NaiveEvent {
  readonly ph: string;
  readonly ts: number;
  readonly dur: number;
  readonly tid: number;
  readonly cat: string;
}

export interface Naive {
  load(file: File): Promise<{ readonly loaded: number; readonly slices: number }>;
  /** Draws a frame of so many lanes, half of the trace in view, once for each window; milliseconds a frame. */
  frames(count: number, lanes: number): readonly number[];
  search(text: string): number;
}

declare global {
  interface Window {
    naive: Naive;
  }
}

let all: readonly NaiveEvent[] = [];
const canvas = document.body.appendChild(document.createElement("canvas"));
canvas.width = 1600;
canvas.height = 1200;
const COLORS: Readonly<Record<string, string>> = { running: "#6f8fd0", ready: "#c29d5f", waiting: "#83878e" };

function draw(from: number, to: number, lanes: number): void {
  const ctx = canvas.getContext("2d");
  if (ctx === null) return;
  ctx.clearRect(0, 0, canvas.width, canvas.height);
  const scale = canvas.width / (to - from);
  const height = canvas.height / lanes;
  for (const event of all) {
    if (event.ph !== "X" || event.tid >= lanes || event.ts > to || event.ts + event.dur < from) continue;
    ctx.fillStyle = COLORS[event.cat] ?? "#888";
    ctx.fillRect((event.ts - from) * scale, event.tid * height, Math.max(event.dur * scale, 1), height - 2);
  }
  // The pixels are needed to say that the frame is done.
  ctx.getImageData(0, 0, 1, 1);
}

let end = 0;

window.naive = {
  async load(file) {
    const begun = performance.now();
    const parsed = JSON.parse(await file.text()) as { readonly traceEvents: readonly NaiveEvent[] };
    all = parsed.traceEvents;
    let slices = 0;
    for (const event of all) {
      if (event.ph !== "X") continue;
      slices += 1;
      end = Math.max(end, event.ts + event.dur);
    }
    draw(0, end, 45);
    return { loaded: performance.now() - begun, slices };
  },
  frames(count, lanes) {
    const costs: number[] = [];
    for (let i = 0; i < count; i++) {
      const begun = performance.now();
      const from = (i / count) * (end / 2);
      draw(from, from + end / 2, lanes);
      costs.push(performance.now() - begun);
    }
    return costs;
  },
  search(text) {
    const begun = performance.now();
    const found = all.filter((event) => JSON.stringify(event).includes(text));
    return found.length >= 0 ? performance.now() - begun : 0;
  },
};
