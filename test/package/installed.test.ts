/** What people install: the .vsix in a clean VS Code, driven as a person would, on a folder of theirs. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Frame, type Page } from "playwright-core";
import { BROWSER_ARGS, findBrowser } from "../../scripts/browser.mjs";
import { makePackage } from "../../scripts/package.mjs";
import { inRoot } from "../../scripts/paths.mjs";
import { findPythons } from "../../scripts/pythons.mjs";
import {
  installExtension,
  QUIET_SETTINGS,
  startServer,
  windowAddress,
  writeUserSettings,
  type Server,
} from "../../scripts/vscode-server.mjs";
import { PATIENCE_MS, VsCodeWindow } from "./window";

const PROGRAM = `import asyncio


async def greet(name):
    await asyncio.sleep(0.3)
    print("Hello,", name)


async def main():
    await asyncio.gather(greet("Alice"), greet("Bob"))


asyncio.run(main())
`;

/** A picture that is the same in so many frames stays. */
const STILL_FRAMES = 30;

describe("the packaged extension, installed in a clean VS Code", function () {
  this.timeout(5 * PATIENCE_MS);
  let home: string;
  let program: string;
  let server: Server;
  let browser: Browser;
  let page: Page;
  let vscode: VsCodeWindow;

  before(async () => {
    home = mkdtempSync(join(tmpdir(), "awaitscope-package-"));
    const workspace = join(home, "project");
    mkdirSync(workspace);
    program = join(workspace, "hello.py");
    writeFileSync(program, PROGRAM);
    const python = (await findPythons()).at(-1);
    assert.ok(python, "a Python to trace with");

    const dataFolder = join(home, "server");
    writeUserSettings(dataFolder, { ...QUIET_SETTINGS, "awaitscope.pythonPath": python.path });
    await installExtension(await makePackage(), dataFolder);
    server = await startServer({ dataFolder });
    browser = await chromium.launch({ executablePath: await findBrowser(), headless: true, args: BROWSER_ARGS });
    page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    vscode = new VsCodeWindow(page);
    await page.goto(windowAddress(server, workspace, { openFile: program }));
    // The palette does not add what is contributed while it is open: first let the extension have arrived.
    await page.locator(".codelens-decoration", { hasText: "Trace" }).waitFor({ timeout: PATIENCE_MS });
  });

  after(async () => {
    await browser.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  afterEach(async function () {
    if (this.currentTest?.state !== "failed") return;
    await page.screenshot({ path: inRoot("out", "screenshots", "installed-failed.png") });
  });

  /** By keyboard, from the focused timeline and back to it: each key when it has somewhere to go. */
  async function goToTime(timeline: Frame, time: string): Promise<void> {
    await page.keyboard.press("g");
    await timeline.locator("input[placeholder^='Go to a time']:focus").waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.type(time);
    await page.keyboard.press("Enter");
    await timeline.locator("[role=application]:focus").waitFor({ timeout: PATIENCE_MS });
  }

  it("traces the open file when told to from the command palette", async () => {
    await vscode.runFromPalette("Awaitscope: Trace Current File");

    const timeline = await vscode.frameWith(/Ended, exit code 0/);
    await timeline.getByRole("application").waitFor();
    await vscode.inEditor("await asyncio.sleep(0.3)", /×2\s+Σ/);
    await vscode.inEditor("await asyncio.gather", /×1\s+Σ/);
    await page
      .locator(".codelens-decoration", { hasText: /2 tasks.*Σ.*waiting\s\d+\s%/ })
      .waitFor({ timeout: PATIENCE_MS });
    await page.screenshot({ path: inRoot("out", "screenshots", "installed.png") });

    // The lanes are painted; the table says the same in words.
    await timeline.getByRole("button", { name: "Table" }).click();
    const rows = timeline.getByRole("region", { name: "Tasks" }).getByRole("row");
    for (const task of ["Task-1", "Task-2", "Task-3"]) await rows.filter({ hasText: task }).waitFor();
    await timeline.getByRole("button", { name: "Table" }).click();
  });

  it("needs nothing but the keyboard: to the timeline, through a task's story, and back to its line", async () => {
    await vscode.runFromPalette("Awaitscope: Run Again");
    await vscode.runFromPalette("Awaitscope: Show Timeline");
    const timeline = await vscode.frameWith(/Ended, exit code 0/);
    await timeline.locator("[role=application]:focus").waitFor({ timeout: PATIENCE_MS });

    const said = timeline.getByRole("status");
    await page.keyboard.press("ArrowDown");
    await said.filter({ hasText: "main" }).waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.press("ArrowDown");
    await said.filter({ hasText: "greet" }).waitFor({ timeout: PATIENCE_MS });
    await timeline.getByRole("complementary", { name: "Details" }).filter({ hasText: "greet" }).waitFor();

    await page.keyboard.press("t");
    await timeline.locator("[role=region][aria-label=Tasks]:focus").waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.press("Escape");
    await timeline.locator("[role=application]:focus").waitFor({ timeout: PATIENCE_MS });

    await page.keyboard.press("Enter");
    await page.locator(".monaco-editor.focused").waitFor({ timeout: PATIENCE_MS });
  });

  it("has one time cursor with the source: set in the timeline it marks lines; stepped from a line it is there", async () => {
    await vscode.runFromPalette("Awaitscope: Run Again");
    await vscode.runFromPalette("Awaitscope: Show Timeline");
    const timeline = await vscode.frameWith(/Ended, exit code 0/);
    await timeline.locator("[role=application]:focus").waitFor({ timeout: PATIENCE_MS });
    await goToTime(timeline, "200 ms");
    await vscode.inEditor("await asyncio.sleep(0.3)", /◆\sTask-2\sand\sTask-3\swait/);
    await vscode.inEditor("await asyncio.gather", /◆\sTask-1\swaits/);

    // The caret on the await lights its visits: another picture, and the same again when it leaves.
    await vscode.editorLine("import asyncio").click();
    const picture = (): Promise<string> =>
      timeline.locator("canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const pictureIs = async (what: string, holds: (now: string) => boolean): Promise<void> => {
      const deadline = Date.now() + PATIENCE_MS;
      while (!holds(await picture())) {
        if (Date.now() > deadline) throw new Error(`In vain: ${what}`);
        await page.evaluate(() => new Promise(requestAnimationFrame));
      }
    };
    /** The picture once it has stopped changing: the focus has just left the canvas. */
    const settled = async (): Promise<string> => {
      let last = await picture();
      for (let same = 0; same < STILL_FRAMES;) {
        await page.evaluate(() => new Promise(requestAnimationFrame));
        const now = await picture();
        same = now === last ? same + 1 : 0;
        last = now;
      }
      return last;
    };
    const plain = await settled();
    await vscode.editorLine("await asyncio.sleep(0.3)").click({ position: { x: 80, y: 5 } });
    await pictureIs("the visits are lit", (now) => now !== plain);
    await page.screenshot({ path: inRoot("out", "screenshots", "installed-caret.png") });
    await vscode.editorLine("import asyncio").click();
    await pictureIs("nothing is lit", (now) => now === plain);

    // Both began to wait before; the first of them while the other had not begun.
    await vscode.editorLine("await asyncio.sleep(0.3)").click({ position: { x: 80, y: 5 } });
    await vscode.runFromPalette("Awaitscope: Previous Visit");
    await vscode.runFromPalette("Awaitscope: Previous Visit");
    await vscode.inEditor("await asyncio.sleep(0.3)", /◆\sTask-2\swaits/);
    const states = [":is([data-state=ready], [data-state=running])", "[data-state=waiting]"];
    for (const state of states)
      await timeline.locator(`.await-tree li${state}`, { hasText: "greet" }).waitFor({ timeout: PATIENCE_MS });
  });

  it("plays the run in both: the marks in the source move with the replay, without a hand on them", async () => {
    await vscode.runFromPalette("Awaitscope: Show Timeline");
    const timeline = await vscode.frameWith(/Ended, exit code 0/);
    await timeline.locator("[role=application]:focus").waitFor({ timeout: PATIENCE_MS });
    await goToTime(timeline, "0 ms");
    await vscode.inEditor("await asyncio.sleep(0.3)", /^(?!.*◆)/);
    await page.keyboard.press(" ");
    await vscode.inEditor("await asyncio.sleep(0.3)", /◆\sTask-2\sand\sTask-3\swait/);
    // All tasks are done where the replay ends.
    await vscode.inEditor("await asyncio.sleep(0.3)", /^(?!.*◆)/);
    await vscode.inEditor("await asyncio.gather", /^(?!.*◆)/);
  });

  it("has its numbers in each editor of a file", async () => {
    await vscode.editorLine("import asyncio").click();
    await vscode.runFromPalette("View: Split Editor Down");
    await vscode.inEditors(2, "await asyncio.sleep(0.3)", /×2\s+Σ/);
    // What "Close Editor" finds first closes more than one.
    await vscode.runFromPalette("View: Revert and Close Editor");
    await vscode.inEditors(1, "await asyncio.sleep(0.3)", /×2\s+Σ/);
  });

  it("describes a line to those who hear it: a hover with the focus, which opens as an accessible view", async () => {
    await vscode.editorLine("await asyncio.sleep(0.3)").click({ position: { x: 80, y: 5 } });
    await vscode.runFromPalette("Awaitscope: Describe Line");
    const words = /Line 5\. Await of sleep in greet: reached 2 times by 2 tasks/;
    await page.locator(".monaco-hover:focus-within", { hasText: words }).waitFor({ timeout: PATIENCE_MS });
    await page.locator(".statusbar-item", { hasText: words }).waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.press("Alt+F2");
    // An editor, which shows spaces as no-break spaces and breaks long lines.
    const view = page.locator(".accessible-view", { hasText: /Line\s5\.\sAwait\sof\ssleep/ });
    await view.waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.press("Escape");
    await view.waitFor({ state: "hidden", timeout: PATIENCE_MS });
    await page.keyboard.press("Escape");
    await page.locator(".monaco-hover", { hasText: words }).waitFor({ state: "hidden", timeout: PATIENCE_MS });
  });

  it("lists the awaits in a tree that is sorted and followed by keyboard", async () => {
    await vscode.runFromPalette("Awaitscope: Sort Awaits…", { stays: true });
    await page.locator(".quick-input-title", { hasText: "Sort Awaits by" }).waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.type("count");
    await page.keyboard.press("Enter");
    await vscode.runFromPalette("Explorer: Focus on Awaits View");
    const rows = page.locator(".pane", { hasText: "Awaits" }).locator(".monaco-list-row");
    const [sleep, gather] = [rows.nth(0), rows.nth(1)];
    await sleep.filter({ hasText: "×2  sleep in greet" }).waitFor({ timeout: PATIENCE_MS });
    await gather.filter({ hasText: "×1  gather in main" }).waitFor({ timeout: PATIENCE_MS });
    assert.match((await sleep.getAttribute("aria-label")) ?? "", /^sleep in greet, hello\.py:5: 2 visits by 2 tasks/);
    // A view that was just unfolded had nothing yet to take the focus.
    await vscode.runFromPalette("Explorer: Focus on Awaits View");
    await page.locator(".pane", { hasText: "Awaits" }).locator(".monaco-list:focus").waitFor({ timeout: PATIENCE_MS });
    // To the last of them, wherever it begins.
    await page.keyboard.press("End");
    await page.locator(".monaco-list-row.focused", { hasText: "gather in main" }).waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.press("Enter");
    await page.locator(".statusbar-item", { hasText: /Ln 10, Col \d+/ }).waitFor({ timeout: PATIENCE_MS });
  });

  it("runs the run again with a number of one's own, which has to be one", async () => {
    await vscode.editorLine("await asyncio.sleep(0.3)").click({ position: { x: 80, y: 5 } });
    await vscode.runFromPalette("Awaitscope: What If…", { stays: true });
    const input = page.locator(".quick-input-widget input[type=text]");
    const rows = page.locator(".quick-input-list .monaco-list-row");
    await rows.filter({ hasText: "Faster by …" }).waitFor({ timeout: PATIENCE_MS });
    await page.screenshot({ path: inRoot("out", "screenshots", "installed-what-if.png") });
    await input.fill("Faster by");
    await rows.filter({ hasText: "Twice as fast" }).waitFor({ state: "hidden" });
    await page.keyboard.press("Enter");
    const said = page.locator(".quick-input-message");
    await said.filter({ hasText: "in percent" }).waitFor({ timeout: PATIENCE_MS });
    await input.fill("101");
    await said.filter({ hasText: "at most 100" }).waitFor({ timeout: PATIENCE_MS });
    await page.screenshot({ path: inRoot("out", "screenshots", "installed-what-if-number.png") });
    await input.fill("30");
    await said.filter({ hasText: "in percent" }).waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.press("Enter");
    await vscode.frameWith(/took 30 % less/);
  });

  it("offers to save what was typed, for Python would not see it, and runs nothing where one says no", async () => {
    const edited = page.locator(".codelens-decoration", { hasText: "edited since this run" });
    const dialog = page.locator(".monaco-dialog-box", { hasText: "hello.py has unsaved changes" });
    await vscode.editorLine("import asyncio").click();
    await page.keyboard.press("End");
    await page.keyboard.type("  # typed");
    await edited.waitFor({ timeout: PATIENCE_MS });
    await vscode.runFromPalette("Awaitscope: Trace Current File");
    await dialog.waitFor({ timeout: PATIENCE_MS });
    await page.screenshot({ path: inRoot("out", "screenshots", "installed-unsaved.png") });
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden", timeout: PATIENCE_MS });
    assert.equal(readFileSync(program, "utf8"), PROGRAM);

    await vscode.runFromPalette("Awaitscope: Trace Current File");
    await dialog.getByText("Save and Trace", { exact: true }).click();
    // The text that runs is the one in view.
    await edited.waitFor({ state: "hidden", timeout: PATIENCE_MS });
    await vscode.inEditor("await asyncio.sleep(0.3)", /×2\s+Σ/);
    assert.equal(readFileSync(program, "utf8"), PROGRAM.replace("import asyncio", "import asyncio  # typed"));
  });
});
