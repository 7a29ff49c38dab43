/** Loop lanes: what ran on each loop, and the steps of the chosen task among it. */
import { blockedSince, type LoopId } from "../../../extension/trace";
import { laneCells, loopSpan, RUNNING } from "../cells";
import { loopBand, loopTop, overlap, type Band } from "../layout";
import type { Model } from "../model";
import { blockedWords, stepWords } from "../runStory";
import { plain } from "../sentence";
import { upTo } from "../viewport";
import type { Pen } from "./canvas";
import { drawCounters } from "./counters";
import { barPadding, cells, drawRuns, drawSlow, MIN_STEP, MIN_WORDS } from "./lanes";

export function drawLoopLanes(pen: Pen, model: Model, part: Band): void {
  const { layout } = model;
  const band = loopBand(layout);
  if (!overlap(band, part)) return;
  pen.clip(layout.plot.left, band.top, layout.width - layout.plot.left, band.height, () => {
    layout.loops.forEach((loop, i) => {
      const top = loopTop(layout, i);
      if (overlap({ top, height: layout.loopHeight }, part)) drawLoop(pen, model, loop, top);
    });
  });
}

function drawLoop(pen: Pen, model: Model, loop: LoopId, top: number): void {
  const { layout, trace } = model;
  const view = upTo(model.view, layout.width);
  const height = layout.loopHeight - layout.countersHeight;
  if (layout.countersHeight > 0) drawCounters(pen, model, loop, top + height);
  const lane = model.loopLane(loop);
  const span = loopSpan(trace, loop);
  laneCells(lane, span, view, cells);
  drawRuns(pen, top, height);
  drawSlow(pen, lane, span, view, top, height);
  pen.font(11);
  const baseline = Math.round(top + height / 2 + 4);
  for (let i = 0; i < cells.length; i++) {
    if (cells.kind[i] !== RUNNING) continue;
    const x0 = Math.max(cells.x0[i] ?? 0, view.left);
    const room = Math.min(cells.x1[i] ?? 0, view.left + view.width) - x0 - 12;
    if (room < MIN_WORDS) continue;
    const step = cells.step[i] ?? -1;
    const blocked = step < 0 ? blockedSince(trace, loop) : undefined;
    const words = blocked === undefined ? stepWords(trace, step) : blockedWords(trace, blocked);
    // Half a file name says less than none.
    pen.text(
      pen.choose([plain(words), plain(words.slice(0, 1))], room),
      x0 + 6,
      baseline + 1,
      pen.palette.onRunning,
      room,
    );
  }
}

/** The steps of the task that is pointed at, or chosen, stand out in the loop's lane. */
export function drawOwnSteps(pen: Pen, model: Model, loop: LoopId, top: number): void {
  const { layout, view, trace } = model;
  const task = trace.task(model.taskOf(model.hover) ?? model.taskOf(model.selection) ?? 0);
  if (task?.loop !== loop) return;
  const { steps } = trace;
  const height = layout.loopHeight - layout.countersHeight;
  const pad = barPadding(height);
  laneCells(model.loopLane(loop), loopSpan(trace, loop), view, cells);
  const blocker = blockedSince(trace, loop)?.task;
  for (let i = 0; i < cells.length; i++) {
    const step = cells.step[i] ?? -1;
    if (cells.kind[i] !== RUNNING || (step < 0 ? blocker : steps.task(step)) !== task.id) continue;
    const x0 = cells.x0[i] ?? 0;
    const width = Math.max((cells.x1[i] ?? 0) - x0, MIN_STEP);
    pen.rect(pen.palette.focus, x0, top + height - pad - 3, width, 3);
  }
}
