/* eslint-disable no-console -- a bench talks to whoever runs it */
/** The pages that are measured, each in a browser of its own kind, and how much memory one takes. */
import * as fs from "node:fs";
import * as path from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { BROWSER_ARGS } from "../../../scripts/browser.mjs";
import { BODY_CLASS, VARIABLES } from "../../webview/themes";

export const ROOT = path.resolve(__dirname, "../../../..");
export const FOLDER = path.join(ROOT, "out/bench");
const ORIGIN = "https://bench.test";
/** A page on its own has clocks of five microseconds; others are told tenths of a millisecond. */
const ALONE = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

const ASSETS: Readonly<Record<string, readonly [type: string, file: string]>> = {
  "/timeline.js": ["text/javascript", "dist/timeline.js"],
  "/timeline.css": ["text/css", "dist/timeline.css"],
  "/bench.js": ["text/javascript", "out/test/bench/viewer/bench.page.js"],
  "/program.js": ["text/javascript", "out/test/bench/viewer/program.page.js"],
  "/naive.js": ["text/javascript", "out/test/bench/viewer/naive.page.js"],
};
const SCRIPTS = { "/": ["bench", "timeline"], "/program": ["program", "timeline"], "/naive": ["naive"] } as const;
type Pathname = keyof typeof SCRIPTS;

function html(pathname: Pathname): string {
  const variables = Object.entries(VARIABLES.dark).map(([name, value]) => `--vscode-${name}: ${value};`);
  return `<!doctype html><meta charset="utf-8"><style>:root { ${variables.join(" ").replaceAll('"', "'")} }</style>
<link rel="stylesheet" href="/timeline.css"><body class="${BODY_CLASS.dark}"><input type="file" hidden>
<div id="app"></div>${SCRIPTS[pathname].map((name) => `<script src="/${name}.js"></script>`).join("")}`;
}

export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: [...BROWSER_ARGS, "--js-flags=--max-old-space-size=4096"] });

/** A page that has not been loaded, so that it can be given what it is to find; the other function loads it. */
export async function blank(
  browser: Browser,
  pathname: Pathname,
  height: number,
): Promise<readonly [Page, () => Promise<unknown>]> {
  const page = await browser.newPage({ viewport: { width: 1600, height } });
  page.on("pageerror", (error) => console.error(String(error)));
  await page.route(`${ORIGIN}/**`, (route) => {
    const [contentType, asset] = ASSETS[new URL(route.request().url()).pathname] ?? [];
    if (asset === undefined) return route.fulfill({ headers: ALONE, contentType: "text/html", body: html(pathname) });
    return route.fulfill({ contentType: contentType ?? "", body: fs.readFileSync(path.join(ROOT, asset), "utf8") });
  });
  return [page, () => page.goto(`${ORIGIN}${pathname}`)];
}

/** With this file chosen in its input. */
export async function open(browser: Browser, pathname: Pathname, height: number, file: string): Promise<Page> {
  const [page, load] = await blank(browser, pathname, height);
  await load();
  await page.setInputFiles("input", file);
  return page;
}

/** Resident memory of the page's process, in MB, after a collection. */
export async function memory(browser: Browser, page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { processInfo } = await (await browser.newBrowserCDPSession()).send("SystemInfo.getProcessInfo");
  const sizes = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => residentOf(id));
  return Math.max(...sizes);
}

function residentOf(pid: number): number {
  if (process.platform !== "linux") return NaN;
  const match = /VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(match?.[1] ?? NaN) / 1024;
}
