/** The package in VS Code on the web: no machine behind it, the folder on no disk, and traces from somebody's computer. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium, type Browser, type Frame } from "playwright-core";
import { BROWSER_ARGS, findBrowser } from "../../scripts/browser.mjs";
import { makePackage } from "../../scripts/package.mjs";
import { inRoot } from "../../scripts/paths.mjs";
import { findPythons } from "../../scripts/pythons.mjs";
import { startWeb } from "../../scripts/vscode-web.mjs";
import { PATIENCE_MS, VsCodeWindow } from "./window";

/** It waits long enough for what a busy machine adds not to matter to what is found. */
const PROGRAM = `import asyncio


async def fetch(name):
    await asyncio.sleep(1)
    return name


async def main():
    one = await fetch("one")
    two = await fetch("two")
    await asyncio.gather(fetch("three"), fetch("four"))
    print(one, two)


asyncio.run(main())
`;

const NEED_A_PROCESS = ["Trace Current File", "Trace with Arguments…", "Trace Module…", "Stop", "Run Again"];
const NEED_A_COMPARISON = ["Show Changes", "Stop Comparing"];

describe("the package in VS Code on the web", function () {
  this.timeout(5 * PATIENCE_MS);
  let web: Awaited<ReturnType<typeof startWeb>>;
  let browser: Browser;
  let vscode: VsCodeWindow;

  before(async () => {
    await makePackage();
    const trace = await traceOf(PROGRAM);
    const packed = gzipSync(trace);
    const half = Math.floor(packed.length / 2);
    const damaged = Buffer.from(packed).fill(0xff, half, half + 40);
    web = await startWeb({
      extension: inRoot("out", "package"),
      files: {
        "src/hello.py": Buffer.from(PROGRAM),
        "plain.awaitscope": trace,
        "packed.awaitscope.gz": packed,
        "cut.awaitscope.gz": packed.subarray(0, -40),
        "damaged.awaitscope.gz": damaged,
      },
    });
    browser = await chromium.launch({ executablePath: await findBrowser(), headless: true, args: BROWSER_ARGS });
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    vscode = new VsCodeWindow(page);
    await page.goto(web.address);
    await page.locator(".explorer-folders-view .monaco-list-row", { hasText: "src" }).click({ timeout: PATIENCE_MS });
  });

  after(async () => {
    await browser.close();
    await web.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state !== "failed") return;
    await vscode.page.screenshot({ path: inRoot("out", "screenshots", "web-failed.png") });
  });

  async function open(name: string): Promise<void> {
    await vscode.page.getByRole("treeitem", { name, exact: true }).dblclick({ timeout: PATIENCE_MS });
    await vscode.page.locator(".tab.active", { hasText: name }).waitFor({ timeout: PATIENCE_MS });
  }

  /** Of the trace in front: the others are hidden. */
  async function openTrace(name: string, says: RegExp): Promise<Frame> {
    await open(name);
    return vscode.frameWith(says);
  }

  it("opens a saved trace: its timeline has all tasks, and nothing to run them again", async () => {
    const timeline = await openTrace("plain.awaitscope", /Ended, exit code 0/);
    await timeline.getByRole("application").waitFor({ timeout: PATIENCE_MS });
    await timeline.getByRole("button", { name: "Table" }).click();
    const rows = timeline.getByRole("region", { name: "Tasks" }).getByRole("row");
    for (const task of ["Task-1", "Task-2", "Task-3"]) await rows.filter({ hasText: task }).waitFor();
    await timeline.getByRole("button", { name: "Table" }).click();
    assert.equal(await timeline.getByRole("button", { name: "Run again" }).count(), 0);
    await vscode.page.screenshot({ path: inRoot("out", "screenshots", "web.png") });
  });

  it("has its numbers in the source, which lies elsewhere than it ran, and no lens to run it", async () => {
    await open("plain.awaitscope");
    await open("hello.py");
    await vscode.inEditor("await asyncio.sleep(1)", /×4\s+Σ/);
    await vscode.inEditor("await asyncio.gather", /×1\s+Σ/);
    const lenses = vscode.page.locator(".codelens-decoration");
    await lenses.filter({ hasText: /2 tasks.*Σ.*waiting\s\d+\s%/ }).waitFor({ timeout: PATIENCE_MS });
    assert.equal(await lenses.filter({ hasText: /^\W*Trace\W*$/ }).count(), 0);
    await vscode.page.screenshot({ path: inRoot("out", "screenshots", "web-source.png") });
  });

  it("tells what was found in that source, which it parses, and describes a line", async () => {
    await vscode.runFromPalette("Problems: Focus on Problems View");
    const problems = vscode.page.locator(".markers-panel .monaco-list-row");
    await problems
      .filter({ hasText: /waited one after another|one after the other/ })
      .first()
      .waitFor({ timeout: PATIENCE_MS });
    await vscode.editorLine("await asyncio.sleep(1)").click({ position: { x: 80, y: 5 } });
    await vscode.runFromPalette("Awaitscope: Describe Line");
    const words = /Line 5\. Await of sleep in fetch: reached 4 times by 3 tasks/;
    await vscode.page.locator(".statusbar-item", { hasText: words }).waitFor({ timeout: PATIENCE_MS });
    await vscode.page.keyboard.press("Escape");
  });

  it("opens compressed traces too, and says of a cut and of a damaged one what it is", async () => {
    const whole = await openTrace("packed.awaitscope.gz", /Ended, exit code 0/);
    await whole.getByRole("application").waitFor({ timeout: PATIENCE_MS });
    await openTrace("cut.awaitscope.gz", /The program was killed here/);
    await openTrace("damaged.awaitscope.gz", /The trace does not unpack beyond byte \d+: /);
  });

  /** Takes the place that is offered for a file. */
  async function saveAs(command: string, choice: string | undefined, name: string): Promise<void> {
    await vscode.runFromPalette(command, { stays: true });
    const input = vscode.page.locator(".quick-input-widget input[type=text]");
    if (choice !== undefined) {
      await vscode.page
        .locator(".quick-input-list .monaco-list-row", { hasText: choice })
        .click({ timeout: PATIENCE_MS });
    }
    await vscode.page.waitForFunction(
      (wanted) =>
        document.querySelector<HTMLInputElement>(".quick-input-widget input[type=text]")?.value.endsWith(wanted),
      name,
      { timeout: PATIENCE_MS },
    );
    await vscode.page.keyboard.press("Enter");
    await input.waitFor({ state: "hidden", timeout: PATIENCE_MS });
  }

  it("saves a trace, which opens again, and exports it, into the folder that is on no disk", async () => {
    await openTrace("plain.awaitscope", /Ended, exit code 0/);
    await saveAs("Awaitscope: Save Trace…", undefined, "/plain.awaitscope.gz");
    await openTrace("plain.awaitscope.gz", /Ended, exit code 0/);
    await saveAs("Awaitscope: Export Trace…", "Chrome JSON", "/plain.json");
    await open("plain.json");
    await vscode.editorLine("traceEvents").first().waitFor({ timeout: PATIENCE_MS });
  });

  it("offers no command that needs a process, and all others", async () => {
    await open("plain.awaitscope");
    await open("hello.py");
    await vscode.inEditor("await asyncio.sleep(1)", /×4\s+Σ/);
    const input = await vscode.openPalette("Awaitscope: ");
    const rows = vscode.page.locator(".quick-input-list .monaco-list-row");
    await rows.filter({ hasText: "Awaitscope: Describe Line" }).waitFor({ timeout: PATIENCE_MS });
    const offered = (await rows.locator(".label-name").allInnerTexts()).filter((text) => /^Awaitscope: ./.test(text));
    assert.deepEqual(offered.sort(), commandsBut([...NEED_A_PROCESS, ...NEED_A_COMPARISON]));
    await vscode.page.keyboard.press("Escape");
    await input.waitFor({ state: "hidden", timeout: PATIENCE_MS });
  });
});

/** As recorded in a folder that is gone by now. */
async function traceOf(program: string): Promise<Buffer> {
  const [python] = (await findPythons()).slice(-1);
  assert.ok(python, "a Python to trace with");
  const home = mkdtempSync(join(tmpdir(), "awaitscope-web-"));
  try {
    mkdirSync(join(home, "src"));
    writeFileSync(join(home, "src", "hello.py"), program);
    const out = join(home, "out.awaitscope");
    const run = ["run", "--quiet", "--python", python.path, "--out", out, join("src", "hello.py")];
    execFileSync(process.execPath, [inRoot("dist", "cli.js"), ...run], { cwd: home });
    return readFileSync(out);
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** As the palette names them. */
function commandsBut(titles: readonly string[]): readonly string[] {
  const { contributes } = JSON.parse(readFileSync(inRoot("package.json"), "utf8")) as {
    readonly contributes: { readonly commands: readonly { readonly title: string }[] };
  };
  const others = contributes.commands.map(({ title }) => title).filter((title) => !titles.includes(title));
  return others.map((title) => `Awaitscope: ${title}`).sort();
}
