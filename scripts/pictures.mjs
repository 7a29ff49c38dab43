// `npm run pictures`: the README's pictures, from real runs of the examples in a real VS Code.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { chromium } from "playwright-core";
import { BROWSER_ARGS, ensureBrowser } from "./browser.mjs";
import { build } from "./build.mjs";
import { inRoot } from "./paths.mjs";
import { ensureServer, QUIET_SETTINGS, startServer, windowAddress, writeUserSettings } from "./vscode-server.mjs";

const SIZE = { width: 1400, height: 830 };
const TITLE_BAR = 30;
const WITHOUT_TITLE = { x: 0, y: TITLE_BAR, width: SIZE.width, height: SIZE.height - TITLE_BAR };

const PICTURES = [
  { name: "overview", example: "02_concurrently.py", theme: "Default Dark Modern" },
  { name: "crawler", example: "12_crawler.py", theme: "Default Light Modern" },
];

const [executablePath] = await Promise.all([ensureBrowser(), ensureServer(), build()]);
mkdirSync(inRoot("docs", "images"), { recursive: true });
for (const { name, example, theme } of PICTURES) {
  const home = mkdtempSync(path.join(tmpdir(), "awaitscope-pictures-"));
  writeUserSettings(home, {
    ...QUIET_SETTINGS,
    "workbench.colorTheme": theme,
    "editor.minimap.enabled": false,
    "editor.fontSize": 13,
  });
  const file = inRoot("examples", example);
  const server = await startServer({ dataFolder: home, env: { AWAITSCOPE_TRACE: file } });
  const browser = await chromium.launch({ executablePath, headless: true, args: BROWSER_ARGS });
  try {
    const page = await browser.newPage({ viewport: SIZE });
    page.setDefaultTimeout(60_000);
    await page.goto(windowAddress(server, inRoot("examples"), { extensionDevelopmentPath: inRoot(), openFile: file }));
    const timeline = page.frameLocator("iframe.webview").frameLocator("iframe");
    await timeline.getByText("Ended, exit code 0").waitFor({ timeout: 120_000 });
    // Room for what the picture is about: no explorer, no terminal.
    await runFromPalette(page, "View: Close Primary Side Bar");
    await runFromPalette(page, "View: Hide Panel");
    await page.locator(".codelens-decoration", { hasText: "waiting" }).first().waitFor({ timeout: 60_000 });
    // The lenses of a program that has just ended come a moment later.
    await page.locator(".codelens-decoration", { hasText: "pending" }).first().waitFor({ state: "detached" });
    await timeline.getByRole("button", { name: "Fit" }).click();
    await page.evaluate("new Promise(requestIdleCallback)");
    await page.screenshot({ path: inRoot("docs", "images", `${name}.png`), clip: WITHOUT_TITLE });
    console.log(`docs/images/${name}.png`);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} command
 */
async function runFromPalette(page, command) {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input[type=text]").fill(`>${command}`);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: command }).first().click();
}
