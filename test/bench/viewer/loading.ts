/** Opening a trace: how long it takes, what else the page can do meanwhile, and how much memory it then has. */
import type { Browser, Page } from "playwright-core";
import type { Loading } from "./bench.page";
import { median, most, ms } from "./figures";
import { launch, memory, open } from "./pages";
import { watched } from "./processor";
import type { Row } from "./table";

/** Loads of each kind, each in a browser of its own: a new one is slow in its own way each time. */
const LOADS = 5;
const OF_LOADS = ` (median / most of ${LOADS})`;

export interface Loaded {
  readonly rows: readonly Row[];
  readonly browser: Browser;
  /** With the trace in it. */
  readonly page: Page;
  /** In milliseconds. */
  readonly took: number;
  /** Bytes. */
  readonly anEvent: number;
}

/** What is chosen in the page's input. */
const load = (page: Page, looks: boolean): Promise<Loading> =>
  page.evaluate((looks) => {
    const [file] = document.querySelector("input")?.files ?? [];
    if (file === undefined) throw new Error("There is no file");
    return window.bench.load(file, looks);
  }, looks);

// To watch what a page does costs it time of its own: what is timed is not watched, and the other way round.
export async function measureLoading(
  executablePath: string,
  label: string,
  file: string,
  events: number,
  limit: string,
): Promise<Loaded> {
  const looked: Loading[] = [];
  const left: Loading[] = [];
  for (let i = 0; i < LOADS; i++) {
    for (const [looks, loads] of [
      [true, looked],
      [false, left],
    ] as const) {
      const own = await launch(executablePath);
      loads.push(await load(await open(own, "/", 1100, file), looks));
      await own.close();
    }
  }
  const browser = await launch(executablePath);
  const page = await open(browser, "/", 1100, file);
  const base = await memory(browser, page);
  const [, whileLoading] = await watched(browser, page, () => load(page, false));
  const used = (await memory(browser, page)) - base;
  const task = (longest: number): string => (longest === 0 ? "none over 50 ms" : ms(longest));
  // Browsers tell of none below 50 ms.
  const tasks = left.map(({ longestTask }) => longestTask);
  const longest = `${task(median(tasks))} / ${task(Math.max(...tasks))}; processor time ${ms(whileLoading.longest)}`;
  const stalls = left.map(({ longestStall }) => longestStall);
  const anEvent = (used * 2 ** 20) / events;
  const rows: readonly Row[] = [
    [`${label}: open to first paint${OF_LOADS}`, "< 1 s", most(looked.map(({ firstPaint }) => firstPaint))],
    [`${label}: all loaded${OF_LOADS}`, limit, most(left.map(({ loaded }) => loaded))],
    [`${label}: longest task while loading${OF_LOADS}`, "≤ 50 ms", longest],
    [`${label}: longest that a timer waited while loading${OF_LOADS}`, "≤ 50 ms", most(stalls)],
    // The target's 60 MB are for all that does not grow with the trace.
    [
      `${label}: memory over an empty page`,
      `≤ ${(60 + (24 * events) / 2 ** 20).toFixed(0)} MB`,
      `${used.toFixed(0)} MB, ${anEvent.toFixed(1)} B/event`,
    ],
  ];
  return { rows, browser, page, took: median(left.map(({ loaded }) => loaded)), anEvent };
}
