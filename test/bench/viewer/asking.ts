/** What is typed, and how long until the page shows what it found; right or it is no figure. */
import type { Page } from "playwright-core";
import { formatCount, type Trace } from "../../../extension/trace";
import { ms } from "./figures";
import type { Row } from "./table";

const WANTED = "Task-199";

const tasksWith = (trace: Trace, text: string): number => trace.tasks.filter(({ name }) => name.includes(text)).length;

function check(said: string, expected: string): void {
  if (said !== expected) throw new Error(`The page says “${said}”, but it is “${expected}”`);
}

/** Milliseconds, and as a row. */
export async function measureSearch(page: Page, label: string, trace: Trace): Promise<readonly [number, Row]> {
  await page.locator("canvas").press("/");
  const { said, after } = await page.evaluate(
    (text) => window.bench.type(".search input", text, ".search span"),
    WANTED,
  );
  check(said, `${formatCount(tasksWith(trace, WANTED))} found`);
  await page.locator(".search input").press("Escape");
  return [after, [`${label}: search, ${said}`, "< 150 ms", ms(after)]];
}

export async function measureFilter(page: Page, label: string, trace: Trace): Promise<Row> {
  await page.locator("canvas").press("t");
  await page.locator(".filter input").waitFor();
  const { said, after } = await page.evaluate(
    (text) => window.bench.type(".filter input", text, ".filter span"),
    WANTED,
  );
  check(said, `${tasksWith(trace, WANTED)} of ${trace.tasks.length} tasks`);
  await page.locator(".rows").press("t");
  await page.locator("canvas").waitFor();
  return [`${label}: filter the table of tasks, ${said}`, "< 150 ms", ms(after)];
}

/** Chooses the first that is found, as the keyboard does. */
export async function choose(page: Page, text: string): Promise<void> {
  await page.locator("canvas").press("/");
  await page.locator(".search input").fill(text);
  await page.locator(".search input").press("Enter");
  await page.locator(".search input").press("Escape");
}
