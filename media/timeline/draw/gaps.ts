/** Hatching where events were lost, with how many. */
import { formatCount } from "../../../extension/trace";
import { gapsOf } from "../gaps";
import type { Model } from "../model";
import { timeToX } from "../viewport";
import type { Pen } from "./canvas";

/** From stripe to stripe, in pixels. */
const APART = 10;
/** However short, a gap is seen. */
const MIN_WIDTH = 3;

export function drawGaps(pen: Pen, model: Model): void {
  const { layout, view, trace } = model;
  const { ctx, palette } = pen;
  if (trace.losses.length === 0) return;
  const { loopsTop: top, height } = layout;
  const right = view.left + view.width;
  for (const gap of gapsOf(trace, model.extent.from)) {
    const x0 = Math.max(timeToX(view, gap.from), view.left);
    const x1 = Math.min(Math.max(timeToX(view, gap.to), x0 + MIN_WIDTH), right);
    if (x1 <= x0 || gap.from > view.to) continue;
    pen.clip(x0, top, x1 - x0, height - top, () => {
      ctx.strokeStyle = palette.dim;
      ctx.lineWidth = 1;
      ctx.beginPath();
      // The other way than ready's; fixed to the time, so that it moves with the picture.
      const start = timeToX(view, gap.from);
      const first = start + Math.floor((x0 - start) / APART) * APART - (height - top);
      for (let x = first; x < x1; x += APART) {
        ctx.moveTo(x, top);
        ctx.lineTo(x + height - top, height);
      }
      ctx.stroke();
      pen.font(11);
      const words = `${formatCount(gap.count)} ${gap.count === 1 ? "event" : "events"} lost`;
      const width = pen.width(words) + 10;
      if (width > x1 - x0 - 8) return;
      const x = (x0 + x1 - width) / 2;
      pen.rect(palette.background, x, top + 3, width, 17);
      pen.outline(palette.dim, x, top + 3, width, 17);
      pen.text(words, x + 5, top + 15, palette.foreground);
    });
  }
}
