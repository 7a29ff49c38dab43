// The suite that runs inside a real VS Code: the server from npm, driven through a browser, or the desktop program.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { chromium } from "playwright-core";
import { BROWSER_ARGS, ensureBrowser } from "../browser.mjs";
import { inRoot } from "../paths.mjs";
import { ensureServer, QUIET_SETTINGS, startServer, windowAddress, writeUserSettings } from "../vscode-server.mjs";
import { sum } from "./counts.mjs";

const SUITE = inRoot("out", "test", "host", "index.js");
const WORKSPACE = inRoot("test", "host", "workspace");
/** The whole suite, the window's start included. */
const TIMEOUT = 300_000;

/**
 * How the suite inside VS Code and the runner outside talk: where to write its counts, and the order of its files.
 * @param {string} result
 * @param {number} seed
 */
function suiteEnvironment(result, seed) {
  return { AWAITSCOPE_TEST_RESULT: result, AWAITSCOPE_TEST_SEED: String(seed), AWAITSCOPE_TRACE: "" };
}

/** @param {string} name */
function resultFile(name) {
  const file = inRoot("out", "results", `${name}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  return file;
}

/**
 * @param {string} file
 * @returns {import("./counts.mjs").Counts}
 */
function readResult(file) {
  const counts = JSON.parse(readFileSync(file, "utf8"));
  if (counts.passed + counts.failed === 0) throw new Error("The suite ran no test.");
  return counts;
}

/**
 * @param {import("./counts.mjs").Context} context
 * @returns {Promise<import("./counts.mjs").Counts>}
 */
export async function host({ seed }) {
  const [executablePath] = await Promise.all([ensureBrowser(), ensureServer()]);
  const folder = mkdtempSync(path.join(tmpdir(), "awaitscope-host-"));
  const result = resultFile("host");
  writeUserSettings(folder, QUIET_SETTINGS);
  const server = await startServer({ dataFolder: folder, env: suiteEnvironment(result, seed) });
  const browser = await chromium.launch({ executablePath, headless: true, args: BROWSER_ARGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const exit = new Promise((resolve) => void page.exposeFunction("codeAutomationExit", resolve));
    await page.exposeFunction("codeAutomationLog", printSuiteOutput);
    await page.goto(
      windowAddress(server, WORKSPACE, { extensionDevelopmentPath: inRoot(), extensionTestsPath: SUITE }),
    );
    const ended = await Promise.race([exit.then(() => true), new Promise((resolve) => setTimeout(resolve, TIMEOUT))]);
    if (ended !== true) {
      const screenshot = inRoot("out", "screenshots", "host-timeout.png");
      await page.screenshot({ path: screenshot });
      throw new Error(`the suite did not end within ${TIMEOUT / 1000} s; see ${screenshot}\n${server.log()}`);
    }
    return readResult(result);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * What the suite prints. The workbench logs through the same channel, so mocha's reporter marks its own lines.
 * @param {string} type
 * @param {unknown[]} args
 */
function printSuiteOutput(type, args) {
  const [text] = args;
  if (
    typeof text === "string" &&
    (type === "log" || type === "error") &&
    /^\s*(✔|✘|\d+\)|\d+ (passing|failing)|at |\S.*Error)/.test(text)
  ) {
    console.log(args.join(" "));
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
    const result = resultFile(`host-desktop-${version}`);
    await runTests({
      version,
      extensionDevelopmentPath: inRoot(),
      extensionTestsPath: SUITE,
      extensionTestsEnv: suiteEnvironment(result, seed),
      launchArgs: [WORKSPACE, "--disable-extensions", "--disable-workspace-trust"],
    }).catch((error) => console.log(`  ${error instanceof Error ? error.message : error}`));
    all.push(readResult(result));
  }
  return sum(all);
}
