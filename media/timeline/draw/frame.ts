/**
 * One frame, back to front, in two layers: the picture, kept in stripes as long as it is the same, and over it what follows
 * the pointer and the choice. Reads the model, changes nothing.
 */
import { differ } from "../differ";
import type { Band, Layout } from "../layout";
import type { Model } from "../model";
import type { Palette } from "../palette";
import type { Viewport } from "../viewport";
import { drawArrows } from "./arrows";
import { drawBrackets, planBrackets, type BracketPlan } from "./brackets";
import { Pen } from "./canvas";
import { drawGaps } from "./gaps";
import { drawLabels } from "./labels";
import { drawTaskLanes } from "./lanes";
import { drawLoopLanes } from "./loops";
import { drawHover, drawPath, drawTargets } from "./marks";
import { drawCursors, drawMinimap, drawRuler } from "./overview";
import { cut, type Stripe } from "./stripes";

/** Longest that a frame draws stripes of which there is something to show meanwhile, in milliseconds. */
const BUDGET = 3.2;

export class Painter {
  readonly #canvas: HTMLCanvasElement;
  #pen: Pen | undefined;
  #stripes: readonly Stripe[] = [];
  /** What the stripes' canvases depend on. */
  #shape: readonly unknown[] = [];
  #facts: readonly unknown[] = [];
  #fixed: readonly unknown[] = [];
  #shown: readonly unknown[] = [];
  #revision = -1;
  /** The stripe that has waited longest. */
  #next = 1;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** The theme changed: colours and patterns are read again with the next frame. */
  forget(): void {
    this.#shape = [];
  }

  /** All that was known at this time is in the picture. */
  get shownUntil(): number {
    return this.#stripes.reduce((oldest, { at }) => Math.min(oldest, at), Infinity);
  }

  /** Returns whether all of the picture is drawn; else it takes another frame. */
  draw(model: Model, palette: Palette): boolean {
    const ratio = window.devicePixelRatio || 1;
    const width = Math.round(model.size.width * ratio);
    const height = Math.round(model.size.height * ratio);
    // Just shown again, and not measured yet.
    if (width === 0 || height === 0) return true;
    const { layout, view } = model;
    const shape = [palette, ratio, width, height, layout.lanes.top];
    if (differ(shape, this.#shape)) {
      if (this.#canvas.width !== width) this.#canvas.width = width;
      if (this.#canvas.height !== height) this.#canvas.height = height;
      const ctx = this.#canvas.getContext("2d", { alpha: false });
      if (ctx === null) return true;
      this.#pen = new Pen(ctx, palette, ratio);
      this.#stripes = cut(this.#pen, width, height, Math.round(layout.lanes.top * ratio));
      this.#shape = shape;
    }
    const pen = this.#pen;
    if (pen === undefined) return true;
    this.#take(model);
    pen.ctx.setTransform(1, 0, 0, 1, 0, 0);
    const isWhole = this.#drawStripes(pen, model, layout, view);
    pen.ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawHover(pen, model);
    drawOver(pen, model);
    return isWhole;
  }

  /** What changed since the last frame; and whether what was drawn then may still be shown. */
  #take(model: Model): void {
    const facts = pictureFacts(model);
    if (differ(facts, this.#facts)) this.#facts = facts;
    const fixed = fixedFacts(model);
    const { shown } = model.lanes;
    const { revision } = model.trace;
    // Lanes that come while the trace grows may be seen a moment later; lanes that were collapsed, not.
    const wasArranged = shown !== this.#shown && revision === this.#revision;
    if (wasArranged || differ(fixed, this.#fixed)) for (const stripe of this.#stripes) stripe.facts = undefined;
    this.#fixed = fixed;
    this.#shown = shown;
    this.#revision = revision;
  }

  #drawStripes(pen: Pen, model: Model, layout: Layout, view: Viewport): boolean {
    const stripes = this.#stripes;
    const isLoading = model.feed.isReading && !model.isLive;
    const mayWait = isLoading || stripes.every(({ facts }) => facts !== undefined);
    // What tells the time is drawn with every picture, the others in their turn. While a trace loads all are: what draws
    // them has never run before, and is slow.
    const always = isLoading ? 0 : 1;
    const turns = stripes.length - always;
    const inTurn = Array.from({ length: turns }, (_, i) => always + ((this.#next - always + i + turns) % turns));
    const now = performance.now();
    const until = now + BUDGET;
    let plan: BracketPlan | undefined;
    const picture = (on: Pen, part: Band): void => drawPicture(on, model, part, (plan ??= planBrackets(on, model)));
    let drawn = 0;
    let isWhole = true;
    for (const i of isLoading ? inTurn : [0, ...inTurn]) {
      const stripe = stripes[i];
      if (stripe === undefined) continue;
      const isOld = stripe.facts !== this.#facts;
      // None that would take longer than there is time: a frame that is late is worse than a stripe that is.
      if (isOld && mayWait && drawn > always && performance.now() + stripe.cost > until) {
        if (isWhole) this.#next = i;
        isWhole = false;
        stripe.show(pen.ctx, pen.palette, layout, view);
        continue;
      }
      stripe.at = now;
      const begun = performance.now();
      if (isOld) stripe.draw(this.#facts, view, picture);
      stripe.show(pen.ctx, pen.palette, layout, view);
      if (!isOld) continue;
      drawn += 1;
      // Only shown has the canvas done what it was told.
      stripe.cost = performance.now() - begun;
    }
    return isWhole;
  }
}

/** What lies over the picture and is no matter of the pointer. */
export function drawOver(pen: Pen, model: Model): void {
  drawPath(pen, model);
  drawTargets(pen, model);
  drawArrows(pen, model);
  drawCursors(pen, model);
}

/** What changes all of the picture at once. */
function fixedFacts(model: Model): readonly unknown[] {
  const { trace, scroll, selection } = model;
  return [trace, scroll, model.density, model.taskOf(selection), selection?.kind === "group" && selection.group];
}

/** Everything the picture depends on. */
function pictureFacts(model: Model): readonly unknown[] {
  const { trace, window, hover } = model;
  return [
    ...fixedFacts(model),
    trace.revision,
    window.from,
    window.to,
    model.lanes.shown,
    hover?.kind === "group" ? hover.group : undefined,
    model.cursor,
  ];
}

/** The picture, or the part of it between two heights. Also what an export draws, on a pen of its own. */
export function drawPicture(
  pen: Pen,
  model: Model,
  part: Band = { top: 0, height: model.size.height },
  brackets = planBrackets(pen, model),
): void {
  pen.rect(pen.palette.background, 0, part.top, model.size.width, part.height);
  drawRuler(pen, model);
  drawTaskLanes(pen, model, part, brackets.crowded);
  drawLoopLanes(pen, model, part);
  drawGaps(pen, model);
  drawBrackets(pen, model, brackets, part);
  drawLabels(pen, model, part);
  drawMinimap(pen, model, part);
}
