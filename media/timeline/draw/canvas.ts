/** The few drawing words everything on the canvas is said with. */
import type { Palette } from "../palette";

export type Context = CanvasRenderingContext2D;

const MAX_WIDTHS = 4000;
const DIGITS = /[1-9]/g;
/** Where the widths of a font keep whether all digits are as wide as a zero; no text that is drawn. */
const TABULAR = "\0";

/** A canvas, a palette, and what is worth keeping between frames: patterns and text widths. */
export class Pen {
  readonly ctx: Context;
  readonly palette: Palette;
  readonly ratio: number;
  readonly hatch: CanvasPattern | string;
  /** By font, then by text. */
  readonly #widths: Map<string, Map<string, number>>;
  #font = "";

  /** `like`: a pen with the same palette and ratio, that has found out already what this one needs. */
  constructor(ctx: Context, palette: Palette, ratio: number, like?: Pen) {
    this.ctx = ctx;
    this.palette = palette;
    this.ratio = ratio;
    this.hatch = like?.hatch ?? hatchPattern(ctx, palette.ready, ratio);
    this.#widths = like === undefined ? new Map<string, Map<string, number>>() : like.#widths;
  }

  font(size: number, weight = 400): void {
    const font = `${weight} ${size}px ${this.palette.font}`;
    if (font === this.#font) return;
    this.#font = this.ctx.font = font;
  }

  rect(color: string | CanvasPattern, x: number, y: number, width: number, height: number): void {
    this.ctx.fillStyle = color;
    this.ctx.fillRect(x, y, width, height);
  }

  /** A line one or more whole device pixels wide, so that it is never a blur. */
  vertical(color: string, x: number, y0: number, y1: number, width = 1): void {
    this.rect(color, this.snap(x - width / 2), y0, width, y1 - y0);
  }

  horizontal(color: string, x0: number, x1: number, y: number, width = 1): void {
    this.rect(color, x0, this.snap(y - width / 2), x1 - x0, width);
  }

  outline(color: string, x: number, y: number, width: number, height: number, line = 1): void {
    const { ctx } = this;
    ctx.strokeStyle = color;
    ctx.lineWidth = line;
    ctx.strokeRect(this.snap(x) + line / 2, this.snap(y) + line / 2, Math.max(width - line, 0), height - line);
  }

  snap(value: number): number {
    return Math.round(value * this.ratio) / this.ratio;
  }

  width(text: string): number {
    let widths = this.#widths.get(this.#font);
    if (widths === undefined) this.#widths.set(this.#font, (widths = new Map<string, number>()));
    // Times change with every frame, but in nearly all fonts all digits are as wide as a zero.
    let isTabular = widths.get(TABULAR);
    if (isTabular === undefined) widths.set(TABULAR, (isTabular = this.#isTabular() ? 1 : 0));
    const key = isTabular === 1 ? text.replace(DIGITS, "0") : text;
    let width = widths.get(key);
    if (width === undefined) {
      if (widths.size > MAX_WIDTHS) widths.clear();
      widths.set(key, (width = this.ctx.measureText(key).width));
    }
    return width;
  }

  #isTabular(): boolean {
    const zeros = this.ctx.measureText("0000").width;
    return ["1111", "2345", "6789", "1717", "7474"].every(
      (digits) => Math.abs(this.ctx.measureText(digits).width - zeros) < 0.01,
    );
  }

  /** Writes as much of `text` as fits, and says so with "…"; returns the width taken, 0 when not even a letter fits. */
  text(text: string, x: number, baseline: number, color: string, maxWidth = Infinity): number {
    const shown = this.fitted(text, maxWidth);
    if (shown === "") return 0;
    this.ctx.fillStyle = color;
    this.ctx.fillText(shown, x, baseline);
    return this.width(shown);
  }

  /** The first that fits whole, else the last. */
  choose(texts: readonly string[], maxWidth: number): string {
    return texts.find((text) => this.width(text) <= maxWidth) ?? texts.at(-1) ?? "";
  }

  fitted(text: string, maxWidth: number): string {
    // Names are the program's own and can be of any length.
    const line = text.length > 200 ? `${text.slice(0, 200)}…` : text;
    if (this.width(line) <= maxWidth) return line;
    let low = 0;
    let high = line.length;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.width(`${line.slice(0, middle)}…`) <= maxWidth) low = middle;
      else high = middle - 1;
    }
    return low < 2 ? "" : `${line.slice(0, low)}…`;
  }

  clip(x: number, y: number, width: number, height: number, draw: () => void): void {
    const { ctx } = this;
    const font = this.#font;
    ctx.save();
    ctx.beginPath();
    ctx.rect(x, y, width, height);
    ctx.clip();
    draw();
    ctx.restore();
    this.#font = font;
  }
}

/** Diagonal stripes: "ready" is told from "running" without its colour. */
function hatchPattern(ctx: Context, color: string, ratio: number): CanvasPattern | string {
  const size = Math.round(5 * ratio);
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const pen = tile.getContext("2d");
  if (pen === null) return color;
  pen.strokeStyle = color;
  pen.lineWidth = 1.6 * ratio;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift - 1, size + 1);
    pen.lineTo(shift + size + 1, -1);
  }
  pen.stroke();
  const pattern = ctx.createPattern(tile, "repeat");
  // The pattern is in device pixels while the canvas draws in CSS pixels.
  if (ratio !== 1) pattern?.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern ?? color;
}
