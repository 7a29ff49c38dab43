/**
 * The picture in stripes, each on a canvas of its own. A crowded picture takes longer to draw than a frame may: then a frame
 * draws as many stripes as it has time for, and shows the others as they were, moved to where their time is now.
 */
import type { Band, Layout } from "../layout";
import type { Palette } from "../palette";
import { timeToX, xToTime, type Span, type Viewport } from "../viewport";
import { Pen, type Context } from "./canvas";

/** Low enough that one is drawn in a few milliseconds, high enough that what all have in common costs little. In pixels. */
const HEIGHT = 128;

export class Stripe {
  /** What it was drawn from; undefined: nothing of it may be shown any more. */
  facts: readonly unknown[] | undefined;
  /** When it last was as the trace then was, by the page's clock. */
  at = -Infinity;
  /** What drawing it took last, in milliseconds; nobody knows before the first time. */
  cost = Infinity;
  readonly #like: Pen;
  readonly #width: number;
  readonly #from: number;
  readonly #to: number;
  /** Made with the first drawing: canvases take a while to make, and the first layout seldom lasts. */
  #pen: Pen | undefined;
  #window: Span = { from: 0, to: 1 };

  /** `from` and `to` are device pixels, so that no line lies half in one stripe and half in the next. */
  constructor(like: Pen, width: number, from: number, to: number) {
    this.#like = like;
    this.#width = width;
    this.#from = from;
    this.#to = to;
  }

  draw(facts: readonly unknown[], window: Span, picture: (pen: Pen, part: Band) => void): void {
    this.facts = facts;
    this.#window = window;
    const pen = (this.#pen ??= this.#newPen());
    const { ctx, ratio } = pen;
    ctx.setTransform(ratio, 0, 0, ratio, 0, -this.#from);
    picture(pen, { top: this.#from / ratio, height: (this.#to - this.#from) / ratio });
  }

  #newPen(): Pen {
    const canvas = document.createElement("canvas");
    canvas.width = this.#width;
    canvas.height = this.#to - this.#from;
    const ctx = canvas.getContext("2d", { alpha: false });
    if (ctx === null) throw new Error("This page cannot draw");
    return new Pen(ctx, this.#like.palette, this.#like.ratio, this.#like);
  }

  /** Onto the timeline's own canvas, whose transform is none; `view` is what is looked at now. */
  show(ctx: Context, palette: Palette, { labels, width }: Layout, view: Viewport): void {
    if (this.facts === undefined || this.#pen === undefined) {
      ctx.fillStyle = palette.background;
      ctx.fillRect(0, this.#from, this.#width, this.#to - this.#from);
      return;
    }
    const { canvas } = this.#pen.ctx;
    if (this.#window.from === view.from && this.#window.to === view.to) {
      ctx.drawImage(canvas, 0, this.#from);
      return;
    }
    ctx.fillStyle = palette.background;
    const { ratio } = this.#pen;
    const { height } = canvas;
    const drawn = { ...view, ...this.#window };
    const left = Math.round(labels.width * ratio);
    const right = Math.round(width * ratio);
    // Whole pixels: what was only moved is then copied and not sampled, which takes a third of the time.
    const x0 = Math.round(timeToX(view, xToTime(drawn, left / ratio)) * ratio);
    const x1 = Math.round(timeToX(view, xToTime(drawn, right / ratio)) * ratio);
    ctx.imageSmoothingEnabled = false;
    if (x0 > left) ctx.fillRect(left, this.#from, x0 - left, height);
    if (x1 < right) ctx.fillRect(x1, this.#from, right - x1, height);
    ctx.drawImage(canvas, left, 0, right - left, height, x0, this.#from, x1 - x0, height);
    // Over what was moved out of the plot.
    ctx.drawImage(canvas, 0, 0, left, height, 0, this.#from, left, height);
  }
}

/** One for what is above the scrolled lanes, and as many as it takes for these. Sizes are device pixels. */
export function cut(like: Pen, width: number, height: number, above: number): readonly Stripe[] {
  const stripes: Stripe[] = [];
  const most = Math.round(HEIGHT * like.ratio);
  const first = Math.min(Math.max(above, 1), height);
  for (let from = 0, to = first; from < height; from = to, to = Math.min(to + most, height))
    stripes.push(new Stripe(like, width, from, to));
  return stripes;
}
