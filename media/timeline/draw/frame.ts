/**
 * One frame, back to front, in two layers: the picture, kept as long as it is the same, and over it what follows the
 * pointer and the choice. Reads the model, changes nothing.
 */
import type { Model } from "../model";
import type { Palette } from "../palette";
import { drawArrows } from "./arrows";
import { drawBrackets } from "./brackets";
import { Pen } from "./canvas";
import { drawGaps } from "./gaps";
import { drawLabels } from "./labels";
import { drawTaskLanes } from "./lanes";
import { drawLoopLanes } from "./loops";
import { drawHover, drawPath, drawTargets } from "./marks";
import { drawCursors, drawMinimap, drawRuler } from "./overview";

export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #picture = document.createElement("canvas");
  #pen: Pen | undefined;
  #picturePen: Pen | undefined;
  #drawn: readonly unknown[] = [];

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** The theme changed: colours and patterns are read again with the next frame. */
  forget(): void {
    this.#pen = undefined;
  }

  draw(model: Model, palette: Palette): void {
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = model.size;
    // Just shown again, and not measured yet.
    if (width === 0 || height === 0) return;
    for (const canvas of [this.#canvas, this.#picture]) {
      if (canvas.width === Math.round(width * ratio) && canvas.height === Math.round(height * ratio)) continue;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      this.#pen = undefined;
    }
    if (this.#pen?.palette !== palette || this.#pen.ratio !== ratio || this.#picturePen === undefined) {
      const ctx = this.#canvas.getContext("2d", { alpha: false });
      const pictureCtx = this.#picture.getContext("2d", { alpha: false });
      if (ctx === null || pictureCtx === null) return;
      this.#pen = new Pen(ctx, palette, ratio);
      this.#picturePen = new Pen(pictureCtx, palette, ratio);
      this.#drawn = [];
    }
    const facts = pictureFacts(model);
    if (facts.length !== this.#drawn.length || facts.some((fact, i) => fact !== this.#drawn[i])) {
      drawPicture(this.#picturePen, model);
      this.#drawn = facts;
    }
    const pen = this.#pen;
    pen.ctx.setTransform(1, 0, 0, 1, 0, 0);
    pen.ctx.drawImage(this.#picture, 0, 0);
    pen.ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawHover(pen, model);
    drawOver(pen, model);
  }
}

/** What lies over the picture and is no matter of the pointer. */
export function drawOver(pen: Pen, model: Model): void {
  drawPath(pen, model);
  drawTargets(pen, model);
  drawArrows(pen, model);
  drawCursors(pen, model);
}

/** Everything the picture depends on. */
function pictureFacts(model: Model): readonly unknown[] {
  const { trace, window, scroll, size, selection, cursor, hover } = model;
  return [
    trace,
    trace.revision,
    window.from,
    window.to,
    scroll,
    size,
    model.lanes.shown,
    model.compact,
    model.taskOf(selection),
    selection?.kind === "group" ? selection.group : undefined,
    hover?.kind === "group" ? hover.group : undefined,
    cursor,
  ];
}

/** Also what an export draws, on a pen of its own. */
export function drawPicture(pen: Pen, model: Model): void {
  const { width, height } = model.size;
  pen.ctx.setTransform(pen.ratio, 0, 0, pen.ratio, 0, 0);
  pen.rect(pen.palette.background, 0, 0, width, height);
  drawRuler(pen, model);
  drawTaskLanes(pen, model);
  drawLoopLanes(pen, model);
  drawGaps(pen, model);
  drawBrackets(pen, model);
  drawLabels(pen, model);
  drawMinimap(pen, model);
}
