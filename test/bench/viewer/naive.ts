/** The same trace in the obvious viewer, and how far ours is from it. */
import * as fs from "node:fs";
import * as path from "node:path";
import { readTrace, chromeJson } from "../../../extension/trace";
import { median, ms } from "./figures";
import type {} from "./naive.page";
import { FOLDER, launch, memory, open } from "./pages";
import type { Row } from "./table";

export const NAIVE_HEAD: Row = ["what", "Awaitscope", "Chrome JSON", "Chrome JSON / Awaitscope"];

/** What can be compared, measured in the same run on the same trace. Times in milliseconds. */
export interface Figures {
  readonly loaded: number;
  /** Bytes. */
  readonly anEvent: number;
  /** Processor time of a frame with 45 lanes and with 200, half of the trace in view. */
  readonly frames: readonly [few: number, many: number];
  readonly search: number;
}

/** Chromium's: so many letters, and no more, are one string. */
const LONGEST_STRING = 2 ** 29 - 24;

export async function measureNaive(executablePath: string, events: number, ours: Figures): Promise<readonly Row[]> {
  const label = `${events / 1e6} M`;
  const name = path.join(FOLDER, `${events / 1e6}M`);
  const out = fs.openSync(`${name}.json`, "w");
  for (const piece of chromeJson(readTrace(fs.readFileSync(`${name}.awaitscope`)))) fs.writeSync(out, piece);
  fs.closeSync(out);
  const { size } = fs.statSync(`${name}.json`);
  const json = `${(size / 2 ** 20).toFixed(0)} MB of JSON`;
  let theirs: Figures;
  try {
    theirs = await measure(executablePath, `${name}.json`, events);
  } catch (error) {
    const said = error instanceof Error ? (error.message.split("\n")[0] ?? "").slice(0, 120) : String(error);
    const why =
      size > LONGEST_STRING
        ? `longer than Chromium's longest string, ${(LONGEST_STRING / 2 ** 20).toFixed(0)} MB, so JSON.parse cannot be given it`
        : said;
    return [[`${label}: all loaded and painted`, ms(ours.loaded), `does not load: ${json} are ${why}`, ""]];
  }
  const compared = (what: string, mine: number, other: number, text: (value: number) => string): Row => [
    `${label}: ${what}`,
    text(mine),
    text(other),
    `${(other / mine).toFixed(1)} times`,
  ];
  const [few, many] = ours.frames;
  return [
    compared(`all loaded and painted (${json})`, ours.loaded, theirs.loaded, ms),
    compared("memory", ours.anEvent, theirs.anEvent, (bytes) => `${bytes.toFixed(1)} B/event`),
    compared("a frame, 45 lanes", few, theirs.frames[0], ms),
    compared("a frame, 200 lanes", many, theirs.frames[1], ms),
    compared("search", ours.search, theirs.search, ms),
  ];
}

async function measure(executablePath: string, json: string, events: number): Promise<Figures> {
  const browser = await launch(executablePath);
  try {
    const page = await open(browser, "/naive", 1100, json);
    const base = await memory(browser, page);
    const { loaded } = await page.evaluate(() => {
      const [file] = document.querySelector("input")?.files ?? [];
      if (file === undefined) throw new Error("There is no file");
      return window.naive.load(file);
    });
    const used = (await memory(browser, page)) - base;
    const [few, many] = await page.evaluate(() => [window.naive.frames(5, 45), window.naive.frames(5, 200)] as const);
    const search = await page.evaluate(() => window.naive.search("Task-199"));
    return { loaded, anEvent: (used * 2 ** 20) / events, frames: [median(few), median(many)], search };
  } finally {
    await browser.close();
  }
}
