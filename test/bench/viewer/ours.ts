/** All that is measured of the timeline with one trace. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { readTrace, type Trace } from "../../../extension/trace";
import { choose, measureFilter, measureSearch } from "./asking";
import { ms } from "./figures";
import { generate, LONG_LIVED, type Kind } from "./generate";
import type { HostFigures } from "./host";
import { measureLive } from "./live";
import { measureLoading } from "./loading";
import { measureHover, measureMotion, measureRange, MOTIONS, showHalf } from "./moving";
import type { Figures } from "./naive";
import { FOLDER, launch, open } from "./pages";
import type { Row } from "./table";

/** Height of a page that shows 200 compact lanes at once, in pixels: of a screen on its side. */
const ALL_LANES = 1800;
/** What is chosen, as one types it to find it: with its arrows and its path, or with all its visits. */
const CHOICES = [
  ["a task", "Task-100"],
  ["an await site", "service.py:27"],
] as const;

export async function measure(
  executablePath: string,
  events: number,
): Promise<{ readonly rows: readonly Row[]; readonly figures: Figures }> {
  const label = `${events / 1e6} M`;
  const file = path.join(FOLDER, `${events / 1e6}M.awaitscope`);
  const written = generate(file, events);
  const trace = readTrace(fs.readFileSync(file));
  const limit = events > 5e6 ? "< 4 s" : "< 1 s";
  const {
    rows: loading,
    browser,
    page,
    took,
    anEvent,
  } = await measureLoading(executablePath, label, file, written, limit);
  const rows: Row[] = [...loading];
  const frames: number[] = [];
  for (const isCompact of [false, true]) {
    if (isCompact) {
      await page.setViewportSize({ width: 1600, height: ALL_LANES });
      await page.locator("canvas").press("c");
    }
    await showHalf(page);
    for (const kind of MOTIONS) {
      const what = `${label}: ${kind}, ${isCompact ? LONG_LIVED : 45} lanes`;
      const moved = await measureMotion(browser, page, what, kind);
      rows.push(...moved.rows);
      if (kind === "pan") frames.push(moved.frame);
    }
  }
  for (const [what, text] of CHOICES) {
    await choose(page, text);
    await showHalf(page);
    for (const kind of MOTIONS)
      rows.push(...(await measureMotion(browser, page, `${label}: ${kind}, ${what} chosen`, kind)).rows);
    await page.locator("canvas").press("Escape");
  }
  rows.push(...(await measureRange(page, label)));
  rows.push(await measureHover(page, label));
  const [search, searched] = await measureSearch(page, label, trace);
  rows.push(searched, await measureFilter(page, label, trace));
  await browser.close();
  rows.push(...measureHost(label, file, written));
  if (events <= 1e6) {
    rows.push(...(await measureAll(executablePath, label, events)));
    rows.push(...(await measureLive(executablePath, file, fs.statSync(file).size / written)));
  }
  const [few = NaN, many = NaN] = frames;
  return { rows, figures: { loaded: took, anEvent, frames: [few, many], search } };
}

/** The same with groups, executor jobs, and two loops in two threads. */
async function measureAll(executablePath: string, label: string, events: number): Promise<readonly Row[]> {
  const kind: Kind = "all";
  const file = path.join(FOLDER, `${events / 1e6}M.${kind}.awaitscope`);
  generate(file, events, kind);
  checkKinds(readTrace(fs.readFileSync(file)));
  const browser = await launch(executablePath);
  const page = await open(browser, "/", 1100, file);
  await page.evaluate(async () => {
    const [file] = document.querySelector("input")?.files ?? [];
    if (file !== undefined) await window.bench.load(file, false);
  });
  await showHalf(page);
  const rows: Row[] = [];
  for (const motion of MOTIONS)
    rows.push(
      ...(await measureMotion(browser, page, `${label} with groups, jobs and two loops: ${motion}`, motion)).rows,
    );
  await browser.close();
  return rows;
}

function checkKinds({ loops, groups, jobs }: Trace): void {
  if (loops.length < 2 || groups.length === 0 || jobs.length === 0) throw new Error("Not all kinds are in the trace");
}

/** In a process of its own, as the editor's host has one. */
function measureHost(label: string, file: string, events: number): readonly Row[] {
  const script = path.join(__dirname, "host.js");
  const said = execFileSync(process.execPath, ["--expose-gc", script, file], { encoding: "utf8" });
  const { took, memory } = JSON.parse(said) as HostFigures;
  return [
    [`${label}: read by the host`, "", ms(took)],
    [
      `${label}: memory of the host`,
      "",
      `${memory.toFixed(0)} MB, ${((memory * 2 ** 20) / events).toFixed(1)} B/event`,
    ],
  ];
}
