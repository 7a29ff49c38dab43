/** A browser page with the timeline in it, as VS Code would show it, and what a test does with it. */
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import type { RunState, ToHost, ToWebview } from "../../extension/protocol";
import type { FakeHost } from "./fakeHost.page";
import { BODY_CLASS, VARIABLES, type Theme } from "./themes";

declare global {
  interface Window {
    fake: FakeHost;
  }
}

const ROOT = path.resolve(__dirname, "../../..");
const ORIGIN = "http://timeline.test";
const GENERATION = "test";

let browser: Browser | undefined;

export async function startBrowser(): Promise<void> {
  const { BROWSER_ARGS, findBrowser } = (await import(
    path.join(ROOT, "scripts/browser.mjs")
  )) as typeof import("../../scripts/browser.mjs");
  browser = await chromium.launch({ executablePath: await findBrowser(), args: [...BROWSER_ARGS] });
}

export async function stopBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

export interface PageOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly forcedColors?: boolean;
}

export async function openTimeline(options: PageOptions = {}): Promise<TimelinePage> {
  if (browser === undefined) throw new Error("startBrowser() comes first");
  const { theme = "dark", width = 1200, height = 700, forcedColors = false } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    forcedColors: forcedColors ? "active" : "none",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const asset = ASSETS[pathname];
    if (asset === undefined) return route.fulfill({ contentType: "text/html", body: html(theme) });
    return route.fulfill({ contentType: asset.type, body: await fs.readFile(path.join(ROOT, asset.file), "utf8") });
  });
  await page.goto(`${ORIGIN}/`);
  return new TimelinePage(page, errors);
}

const ASSETS: Readonly<Record<string, { readonly type: string; readonly file: string }>> = {
  "/timeline.js": { type: "text/javascript", file: "dist/timeline.js" },
  "/timeline.css": { type: "text/css", file: "dist/timeline.css" },
  "/fakeHost.js": { type: "text/javascript", file: "out/test/webview/fakeHost.page.js" },
};

/** The policy is as strict as the one in VS Code, so that what works here works there. */
function html(theme: Theme): string {
  const variables = Object.entries(VARIABLES[theme]).map(([name, value]) => `--vscode-${name}: ${value};`);
  const policy = `default-src 'none'; script-src 'nonce-n'; style-src ${ORIGIN} 'nonce-n'; font-src 'none'`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <title>Timeline</title>
    <style nonce="n">:root { ${variables.join(" ").replaceAll('"', "'")} }</style>
    <link rel="stylesheet" href="/timeline.css" />
  </head>
  <body class="${BODY_CLASS[theme]}" data-vscode-theme-kind="${theme}">
    <div id="app"></div>
    <script nonce="n" src="/fakeHost.js"></script>
    <script nonce="n" src="/timeline.js"></script>
  </body>
</html>`;
}

export class TimelinePage {
  #offset = 0;

  constructor(
    readonly page: Page,
    readonly errors: readonly string[],
  ) {}

  async deliver(message: Exclude<ToWebview, { type: "bytes" }>): Promise<void> {
    await this.page.evaluate((it) => window.fake.deliver(it), message);
    await this.settled();
  }

  async open(state: RunState = { kind: "running" }, name = "hello.py"): Promise<void> {
    this.#offset = 0;
    await this.deliver({ type: "open", generation: GENERATION, name, state });
  }

  async send(bytes: Uint8Array): Promise<void> {
    const base64 = Buffer.from(bytes).toString("base64");
    const offset = this.#offset;
    this.#offset += bytes.byteLength;
    await this.page.evaluate(
      ([text, at, generation]) => {
        const decoded = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        window.fake.deliver({ type: "bytes", generation, offset: at, bytes: decoded });
      },
      [base64, offset, GENERATION] as const,
    );
    const end = this.#offset;
    await this.page.waitForFunction(
      (until) => window.fake.posted.some((message) => message.type === "ack" && message.offset >= until),
      end,
    );
    await this.settled();
  }

  async state(state: RunState): Promise<void> {
    await this.deliver({ type: "state", generation: GENERATION, state });
  }

  /** A whole trace that has ended. */
  async show(bytes: Uint8Array): Promise<void> {
    await this.open();
    await this.send(bytes);
    await this.state({ kind: "ended" });
  }

  /** Two frames: whatever was asked for has been drawn. */
  async settled(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(undefined)))),
    );
  }

  async posted<T extends ToHost["type"]>(type: T): Promise<readonly Extract<ToHost, { type: T }>[]> {
    const all = await this.page.evaluate(() => window.fake.posted);
    return all.filter((message): message is Extract<ToHost, { type: T }> => message.type === type);
  }

  async press(...keys: readonly string[]): Promise<void> {
    await this.page.locator("canvas").focus();
    for (const key of keys) await this.page.keyboard.press(key);
    await this.settled();
  }

  /** Clicks the picture; x and y are pixels from its top left. */
  async click(x: number, y: number): Promise<void> {
    await this.page.locator("canvas").click({ position: { x, y } });
    await this.settled();
  }

  async hover(x: number, y: number): Promise<void> {
    await this.page.locator("canvas").hover({ position: { x, y } });
    await this.settled();
  }

  async viewState(): Promise<Record<string, unknown>> {
    return (await this.page.evaluate(() => window.fake.state)) as Record<string, unknown>;
  }

  text(selector: string): Promise<string> {
    return this.page.locator(selector).innerText();
  }

  async screenshot(name: string): Promise<string> {
    const file = path.join(ROOT, "out/screenshots", `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}
