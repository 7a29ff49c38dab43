/** A program that runs: its trace as it is written, into a page; and a real one, from its steps to their picture. */
import * as path from "node:path";
import { findPythons, newestOfEach } from "../../../scripts/pythons.mjs";
import type { Page } from "playwright-core";
import type { Live } from "./bench.page";
import { ms, percentile, spread } from "./figures";
import { EVENTS_A_STEP } from "./generate";
import { blank, FOLDER, launch, open, ROOT } from "./pages";
import { watched } from "./processor";
import { follow } from "./program";
import type { Row } from "./table";

const EVENTS_A_SECOND = 200_000;
/** As in the page. */
const WARM = 1000;

const stream = (page: Page, bytesASecond: number): Promise<Live> =>
  page.evaluate((rate) => {
    const [file] = document.querySelector("input")?.files ?? [];
    if (file === undefined) throw new Error("There is no file");
    return window.bench.stream(file, rate, 4);
  }, bytesASecond);

export async function measureLive(executablePath: string, file: string, bytesAnEvent: number): Promise<readonly Row[]> {
  const rate = EVENTS_A_SECOND * bytesAnEvent;
  let browser = await launch(executablePath);
  const live = await stream(await open(browser, "/", 1100, file), rate);
  await browser.close();
  browser = await launch(executablePath);
  const seen = await open(browser, "/", 1100, file);
  const [, meanwhile] = await watched(browser, seen, () => stream(seen, rate));
  await browser.close();
  const append = "live, 200 000 events/s, after a second: appending a frame";
  const processor = `${append}, processor time of all but drawing (median / p95)`;
  return [
    [`${append} (median / p95)`, "≤ 1 ms", spread(live.appendCosts)],
    [processor, "≤ 1 ms", spread(meanwhile.betweenFrames(WARM))],
    [`live, 200 000 events/s: picture behind by (p95)`, "≤ 150 ms", ms(percentile(live.delays, 0.95))],
  ];
}

export async function measureProgram(executablePath: string): Promise<readonly Row[]> {
  const [python] = newestOfEach(await findPythons());
  if (python === undefined) throw new Error("No Python 3.10 or newer was found");
  const browser = await launch(executablePath);
  const [page, load] = await blank(browser, "/program", 1100);
  const { eventsASecond, toHost, toPicture } = await follow({
    python: python.path,
    runtime: path.join(ROOT, "runtime/awaitscope"),
    program: path.join(ROOT, "test/bench/viewer/steady.py"),
    trace: path.join(FOLDER, "steady.awaitscope"),
    stepsASecond: EVENTS_A_SECOND / EVENTS_A_STEP,
    eventsAStep: EVENTS_A_STEP,
    page,
    load,
  });
  await browser.close();
  const what = `a real program, ${(eventsASecond / 1e3).toFixed(0)} 000 events/s: from the end of a step`;
  return [
    [`${what} to the host (median / p95)`, "", spread(toHost)],
    [`${what} to a picture with it (median / p95)`, "≤ 150 ms", spread(toPicture)],
  ];
}
