/** One frame: everything on the canvas, back to front. Reads the model, changes nothing. */
import type { Model } from "../model";
import type { Palette } from "../palette";
import { Pen } from "./canvas";
import { drawLabels } from "./labels";
import { drawLoopLanes, drawTaskLanes } from "./lanes";
import { drawArrows, drawBrackets, drawTargets } from "./marks";
import { drawCursors, drawMinimap, drawRuler } from "./overview";

export class Painter {
  readonly #canvas: HTMLCanvasElement;
  #pen: Pen | undefined;

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
    const canvas = this.#canvas;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      this.#pen = undefined;
    }
    if (this.#pen?.palette !== palette || this.#pen.ratio !== ratio) {
      const ctx = canvas.getContext("2d", { alpha: false });
      if (ctx === null) return;
      this.#pen = new Pen(ctx, palette, ratio);
    }
    const pen = this.#pen;
    pen.ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.rect(palette.background, 0, 0, width, height);
    drawRuler(pen, model);
    drawTaskLanes(pen, model);
    drawLoopLanes(pen, model);
    drawBrackets(pen, model);
    drawTargets(pen, model);
    drawArrows(pen, model);
    drawLabels(pen, model);
    drawMinimap(pen, model);
    drawCursors(pen, model);
  }
}
