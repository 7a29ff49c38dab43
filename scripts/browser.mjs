// The browser the tests drive: an installed Chrome or Chromium, else Playwright's own, else the system's package.
import { existsSync } from "node:fs";
import * as path from "node:path";
import { once, run } from "./run.mjs";
import { aptInstall } from "./system.mjs";

/** A browser in a test needs no network of its own, no first-run page and, as root or in a container, no sandbox. */
export const BROWSER_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

const NAMES = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser", "chrome"];

const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  `${process.env["PROGRAMFILES"]}\\Google\\Chrome\\Application\\chrome.exe`,
  `${process.env["PROGRAMFILES(X86)"]}\\Google\\Chrome\\Application\\chrome.exe`,
  `${process.env["LOCALAPPDATA"]}\\Google\\Chrome\\Application\\chrome.exe`,
];

/** @returns {Promise<string | undefined>} */
async function playwrightsOwn() {
  const { chromium } = await import("playwright-core");
  const own = chromium.executablePath();
  return own !== "" && existsSync(own) ? own : undefined;
}

/**
 * The path of a browser that is there; `CHROMIUM` in the environment goes first.
 * @returns {Promise<string | undefined>}
 */
async function find() {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const onPath = folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  return (
    [process.env["CHROMIUM"] ?? "", ...onPath, ...PLACES].find((file) => file !== "" && existsSync(file)) ??
    (await playwrightsOwn())
  );
}

/** The path of a browser, or an error that says what to do. */
export async function findBrowser() {
  const found = await find();
  if (found === undefined) throw new Error("No Chrome or Chromium found: install one, or set CHROMIUM to its path.");
  return found;
}

/** The path of a browser, installed first if there is none. */
export const ensureBrowser = once(async () => {
  const found = await find();
  if (found !== undefined) return found;
  console.log("Installing Chromium (Playwright's)");
  const download = ["playwright-core", "install", "--with-deps", "chromium"];
  await run("npx", process.getuid?.() === 0 ? download : download.filter((arg) => arg !== "--with-deps"), {
    timeout: 300_000,
    log: "playwright",
  });
  if ((await playwrightsOwn()) === undefined) await aptInstall(["chromium"]);
  return await findBrowser();
});
