/** What a frame costs while the picture moves. */
import type { Browser, Page } from "playwright-core";
import type { Frames } from "./bench.page";
import { median, ms, percentile, spread } from "./figures";
import { watched } from "./processor";
import type { Row } from "./table";

const FRAMES = 180;
const LIMIT = "≤ 16.7 ms";

type Motion = "pan" | "zoom";
export const MOTIONS: readonly Motion[] = ["pan", "zoom"];

const move = (page: Page, kind: Motion): Promise<Frames> =>
  page.evaluate(
    ([what, count]) =>
      window.bench.frames(count, (i) => {
        if (what === "zoom") window.bench.wheel(900, 600, { ctrlKey: true, deltaY: i % 90 < 45 ? -30 : 30 });
        else window.bench.wheel(900, 600, { shiftKey: true, deltaX: i % 60 < 30 ? 9 : -9 });
      }),
    [kind, FRAMES] as const,
  );

/** Half of the trace in view: as crowded as can be and still be moved. */
export async function showHalf(page: Page): Promise<void> {
  await page.locator("canvas").press("0");
  await page.evaluate(() =>
    window.bench.frames(10, () => window.bench.wheel(900, 600, { ctrlKey: true, deltaY: -20 })),
  );
}

export interface Moved {
  readonly rows: readonly Row[];
  /** Processor time of a frame, in milliseconds. */
  readonly frame: number;
}

/** `what`: which trace, and what of it is in view. */
export async function measureMotion(browser: Browser, page: Page, what: string, kind: Motion): Promise<Moved> {
  const { costs, intervals, whole } = await move(page, kind);
  const sharp = await page.evaluate(() => window.bench.settle());
  const [, meanwhile] = await watched(browser, page, () => move(page, kind));
  const rows: readonly Row[] = [
    [`${what}, script a frame (median / p95)`, LIMIT, spread(costs)],
    [`${what}, processor time a frame (median / p95)`, LIMIT, spread(meanwhile.frames)],
    [`${what}, frame interval (median / p95)`, LIMIT, spread(intervals)],
    [`${what}, frames drawn whole; all sharp after the last`, "", `${(100 * whole).toFixed(0)} %; ${ms(sharp)}`],
  ];
  return { rows, frame: median(meanwhile.frames) };
}

/** A range dragged out over the lanes, a few pixels a frame; and then what was awaited in it. */
export async function measureRange(page: Page, label: string): Promise<readonly Row[]> {
  const [x, y] = [500, 700];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const { costs } = await page.evaluate(
    ([x, y, count]) => window.bench.frames(count, (i) => void window.bench.hover(x + 5 * i, y)),
    [x, y, FRAMES] as const,
  );
  const after = await page.evaluate(async () => {
    const begun = performance.now();
    const isDone = (): boolean => !document.body.textContent.includes("Adding up what was awaited in it");
    while (!isDone()) await window.bench.frames(1, () => undefined);
    return performance.now() - begun;
  });
  await page.mouse.up();
  await page.locator("canvas").press("Escape");
  return [
    [`${label}: dragging out a range, script a frame (median / p95)`, LIMIT, spread(costs)],
    [`${label}: what was awaited in it, after the last`, "", ms(after)],
  ];
}

export async function measureHover(page: Page, label: string): Promise<Row> {
  const hovers = await page.evaluate(async () => {
    const costs: number[] = [];
    for (let i = 0; i < 100; i++) {
      const { costs: frame } = await window.bench.frames(1, () => void window.bench.hover(500 + i * 9, 300 + i * 5));
      costs.push(...frame);
    }
    return costs;
  });
  return [`${label}: pointer to tooltip (p95)`, "< 8 ms", ms(percentile(hovers, 0.95))];
}
