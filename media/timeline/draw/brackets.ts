/** Brackets round the members of groups, the tick of the member that decided, and how many did something at once. */
import type { GroupId } from "../../../extension/trace";
import { placeBrackets, type PlacedBracket } from "../hit";
import { overlap as meet, taskTop, type Band } from "../layout";
import type { Model } from "../model";
import { atOnceWords } from "../story";
import type { Pen } from "./canvas";

/** Free pixels between a bracket and its words. */
const BEFORE = 10;
/** After it stands the tick. */
const AFTER = 20;
/** Half the height of the words. */
const HALF = 8;
/** A tick on its last lane reaches below a bracket of one compact lane, and so does the line's own width. */
const EDGE = 12;
/** Places between two lanes of a group that are tried for its words. */
const MAX_PLACES = 24;

/** What is taken already: by a bracket's side, a tick or words. */
interface Box {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

interface Words {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Where everything stands: worked out once for a picture, however many parts it is drawn in. */
export interface BracketPlan {
  readonly placed: readonly PlacedBracket[];
  readonly words: readonly Words[];
  /** Groups whose words found no place beside them: their owner's wait has them. */
  readonly crowded: ReadonlySet<GroupId>;
}

export function planBrackets(pen: Pen, model: Model): BracketPlan {
  const placed = placeBrackets(model);
  if (model.layout.density === "compact") return { placed, words: [], crowded: new Set() };
  const taken = placed.flatMap((one) => boxesOf(model, one));
  const words: Words[] = [];
  const crowded = new Set<GroupId>();
  for (const one of placed) {
    if (one.group.members.length < 2) continue;
    const found = concurrency(pen, model, one, taken);
    if (found === undefined) crowded.add(one.group.id);
    else words.push(found);
  }
  return { placed, words, crowded };
}

export function drawBrackets(pen: Pen, model: Model, { placed, words }: BracketPlan, part: Band): void {
  const { layout } = model;
  const { palette, ctx } = pen;
  const isSeen = (from: number, to: number): boolean => meet({ top: from, height: to - from }, part);
  const chosen = new Set<number>();
  for (const target of [model.selection, model.hover]) if (target?.kind === "group") chosen.add(target.group);
  pen.clip(layout.plot.left, layout.lanes.top, layout.width - layout.plot.left, layout.lanes.height, () => {
    for (const { group, lanes, x0, x1, top, bottom, critical } of placed) {
      if (!isSeen(top - EDGE, bottom + EDGE)) continue;
      ctx.strokeStyle = palette.group;
      // Two whole pixels, so that it is never a blur.
      ctx.lineWidth = chosen.has(group.id) ? 4 : 2;
      ctx.beginPath();
      bracket(ctx, pen.snap(x0), top, bottom, 4);
      if (group.ended !== undefined) bracket(ctx, pen.snap(x1), top, bottom, -4);
      ctx.stroke();
      // Lanes inside that are not members have no dot.
      if (lanes.length < (lanes.at(-1) ?? 0) - (lanes[0] ?? 0) + 1) {
        for (const lane of lanes)
          pen.rect(palette.group, x0 - 2, taskTop(layout, lane) + layout.laneHeight / 2 - 2, 4, 4);
      }
      if (critical !== undefined && lanes.length > 1 && group.ended !== undefined)
        tick(pen, x1 + 4, taskTop(layout, critical) + layout.laneHeight / 2);
    }
    pen.font(11);
    for (const { text, x, y, width } of words) {
      if (!isSeen(y - HALF, y + HALF)) continue;
      pen.rect(palette.background, x - 3, y - HALF, width + 6, 2 * HALF);
      pen.text(text, x, Math.round(y + 4), palette.group);
    }
  });
}

function boxesOf({ layout }: Model, { group, lanes, x0, x1, top, bottom, critical }: PlacedBracket): readonly Box[] {
  const side = (x: number): Box => ({ x0: x - 3, x1: x + 3, y0: top, y1: bottom });
  if (group.ended === undefined) return [side(x0)];
  if (critical === undefined || lanes.length < 2) return [side(x0), side(x1)];
  const y = taskTop(layout, critical) + layout.laneHeight / 2;
  return [side(x0), side(x1), { x0: x1 + 3, x1: x1 + 16, y0: y - HALF, y1: y + HALF }];
}

/** "2.3 of 10 at once", where the members' lanes are empty: before the bracket, else after it; never over another's. */
function concurrency(
  pen: Pen,
  model: Model,
  { group, x0, x1, top, bottom }: PlacedBracket,
  taken: Box[],
): Words | undefined {
  const { view, layout } = model;
  pen.font(11);
  const text = atOnceWords(model.trace, group);
  const width = pen.width(text);
  const right = view.left + view.width;
  const xs = [x0 - width - BEFORE, x1 + AFTER].filter((x) => x >= view.left && x + width <= right);
  // Of what can be seen of it, from the middle outwards.
  const [from, to] = [Math.max(top, layout.lanes.top) + HALF, Math.min(bottom, layout.height) - HALF];
  for (let n = 0; n < MAX_PLACES; n++) {
    const away = Math.ceil(n / 2) * HALF * (n % 2 === 0 ? 1 : -1);
    const y = (from + to) / 2 + away;
    if (away !== 0 && (y < from || y > to)) continue;
    for (const x of xs) {
      const box = { x0: x - 3, x1: x + width + 3, y0: y - HALF, y1: y + HALF };
      if (taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      return { text, x, y, width };
    }
  }
  return undefined;
}

function overlap(a: Box, b: Box): boolean {
  return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
}

function bracket(ctx: CanvasRenderingContext2D, x: number, top: number, bottom: number, foot: number): void {
  ctx.moveTo(x + foot, top);
  ctx.lineTo(x, top);
  ctx.lineTo(x, bottom);
  ctx.lineTo(x + foot, bottom);
}

/** On the member that decided when the group ended. */
function tick(pen: Pen, x: number, y: number): void {
  const { ctx, palette } = pen;
  ctx.strokeStyle = palette.group;
  ctx.lineWidth = 2.5;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + 3.5, y + 4);
  ctx.lineTo(x + 10, y - 5);
  ctx.stroke();
}
