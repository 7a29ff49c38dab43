/** The picture as it is seen now, as a file: the same drawing code on another pen. */
import { Context as SvgContext } from "svgcanvas";
import type { Context } from "./draw/canvas";
import { Pen } from "./draw/canvas";
import { drawOver, drawPicture } from "./draw/frame";
import type { Model } from "./model";
import type { Palette } from "./palette";

/** Device pixels for each CSS pixel of a PNG: sharp on the screens people show pictures on. */
const PNG_RATIO = 2;

export async function exportPicture(model: Model, palette: Palette, format: "png" | "svg"): Promise<Uint8Array> {
  return format === "png" ? png(model, palette) : new TextEncoder().encode(svg(model, palette));
}

async function png(model: Model, palette: Palette): Promise<Uint8Array> {
  const canvas = document.createElement("canvas");
  canvas.width = model.size.width * PNG_RATIO;
  canvas.height = model.size.height * PNG_RATIO;
  const ctx = canvas.getContext("2d", { alpha: false });
  if (ctx === null) throw new Error("This page cannot draw");
  draw(new Pen(ctx, palette, PNG_RATIO), model);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("The picture is too large to be made");
  return new Uint8Array(await blob.arrayBuffer());
}

function svg(model: Model, palette: Palette): string {
  const context = new SvgContext(model.size.width, model.size.height);
  draw(new Pen(context as unknown as Context, palette, 1), model);
  return context.getSerializedSvg();
}

function draw(pen: Pen, model: Model): void {
  pen.ctx.setTransform(pen.ratio, 0, 0, pen.ratio, 0, 0);
  drawPicture(pen, model);
  drawOver(pen, model);
}
