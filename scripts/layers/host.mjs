// The suite that runs inside a real VS Code: the server from npm, driven through a browser, or the desktop program.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { chromium } from "playwright-core";
import { BROWSER_ARGS, ensureBrowser } from "../browser.mjs";
import { inRoot } from "../paths.mjs";
import { ensureServer, QUIET_SETTINGS, startServer, windowAddress, writeUserSettings } from "../vscode-server.mjs";
import { keepLog } from "../run.mjs";
import { sum } from "./counts.mjs";

const SUITE = inRoot("out", "test", "host", "index.js");
const WORKSPACE = inRoot("test", "host", "workspace");
const SCREENSHOTS = inRoot("out", "screenshots");
const WANTED = ".wanted";
/** The whole suite, the window's start included: four minutes, and on a busy machine several times that. Only a hang is longer. */
const TIMEOUT = 900_000;

/** Where the suite inside VS Code writes how it went; the window has no other way to tell. */
const RESULTS = inRoot("out", "test", "host", "results.json");

/** @returns {import("./counts.mjs").Counts} */
function readResults() {
  if (!existsSync(RESULTS)) throw new Error("the suite ended without results; see out/logs/host-console.log");
  /** @type {{ passed: string[], failed: { title: string, error: string }[], pending: string[] }} */
  const { passed, failed, pending } = JSON.parse(readFileSync(RESULTS, "utf8"));
  for (const title of passed) console.log(`  ✔ ${title}`);
  for (const { title, error } of failed) console.log(`  ✘ ${title}\n${error.replace(/^/gm, "      ")}`);
  // A test that was skipped did not show what it is there to show.
  for (const title of pending) console.log(`  ✘ ${title}: skipped`);
  if (passed.length + failed.length === 0) throw new Error("the suite ran no test");
  return { passed: passed.length, failed: failed.length + pending.length };
}

/**
 * Takes the pictures that tests ask for: a file `NAME.png.wanted` in the folder, gone when `NAME.png` is there.
 * @param {import("playwright-core").Page} page
 * @param {string} folder
 */
function takePictures(page, folder) {
  return watch(folder, (_, name) => {
    if (name?.endsWith(WANTED) !== true) return;
    const wanted = path.join(folder, name);
    if (!existsSync(wanted)) return;
    const picture = path.join(folder, path.basename(name, WANTED));
    void page.screenshot({ path: picture }).then(() => rmSync(wanted, { force: true }));
  });
}

/**
 * @param {import("./counts.mjs").Context} context
 * @returns {Promise<import("./counts.mjs").Counts>}
 */
export async function host({ seed }) {
  const [executablePath] = await Promise.all([ensureBrowser(), ensureServer()]);
  const folder = mkdtempSync(path.join(tmpdir(), "awaitscope-host-"));
  rmSync(RESULTS, { force: true });
  writeUserSettings(folder, QUIET_SETTINGS);
  const server = await startServer({
    dataFolder: folder,
    env: { AWAITSCOPE_SEED: String(seed), AWAITSCOPE_SCREENSHOTS: SCREENSHOTS },
  });
  mkdirSync(SCREENSHOTS, { recursive: true });
  const browser = await chromium.launch({ executablePath, headless: true, args: BROWSER_ARGS });
  /** @type {import("node:fs").FSWatcher | undefined} */
  let pictures;
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    pictures = takePictures(page, SCREENSHOTS);
    const exit = new Promise((resolve) => void page.exposeFunction("codeAutomationExit", resolve));
    const consoleLog = keepLog("host-console");
    await page.exposeFunction("codeAutomationLog", (/** @type {string} */ type, /** @type {unknown[]} */ args) =>
      consoleLog.write(`${type} ${args.join(" ")}\n`),
    );
    await page.goto(
      windowAddress(server, WORKSPACE, { extensionDevelopmentPath: inRoot(), extensionTestsPath: SUITE }),
    );
    const ended = await Promise.race([exit.then(() => true), new Promise((resolve) => setTimeout(resolve, TIMEOUT))]);
    if (ended !== true) {
      const screenshot = path.join(SCREENSHOTS, "host-timeout.png");
      await page.screenshot({ path: screenshot });
      throw new Error(
        `the suite did not end within ${TIMEOUT / 1000} s; see ${screenshot} and out/logs/host-console.log`,
      );
    }
    return readResults();
  } finally {
    pictures?.close();
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * The same suite in desktop VS Code, the oldest supported and the newest, for machines that can download them.
 * @param {import("./counts.mjs").Context} context
 * @returns {Promise<import("./counts.mjs").Counts>}
 */
export async function hostDesktop({ seed }) {
  const { runTests } = await import("@vscode/test-electron");
  const { engines } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
  const all = [];
  for (const version of [engines.vscode.replace("^", ""), "stable"]) {
    console.log(`  VS Code ${version}`);
    rmSync(RESULTS, { force: true });
    await runTests({
      version,
      extensionDevelopmentPath: inRoot(),
      extensionTestsPath: SUITE,
      extensionTestsEnv: { AWAITSCOPE_SEED: String(seed) },
      launchArgs: [WORKSPACE, "--disable-extensions", "--disable-workspace-trust"],
    }).catch((error) => console.log(`  ${error instanceof Error ? error.message : error}`));
    all.push(readResults());
  }
  return sum(all);
}
