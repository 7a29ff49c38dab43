/** A browser page with the timeline in it, as VS Code would show it, and what a test does with it. */
import { existsSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { chromium, type Browser, type Page } from "playwright-core";
import { BROWSER_ARGS, findBrowser } from "../../scripts/browser.mjs";
import type { Note } from "../../extension/notes";
import type { Finding } from "../../extension/insights";
import type { RunState, ToHost, ToWebview } from "../../extension/protocol";
import { PAGE_PARTS, webPage } from "../../extension/webPage";
import { densityFor, layOut, type Layout } from "../../media/timeline/layout";
import type { FakeHost } from "./fakeHost.page";
import { BODY_CLASS, VARIABLES, type Theme } from "./themes";

declare global {
  interface Window {
    fake: FakeHost;
  }
}

/** Variables that any theme has. */
const KNOWN = [...new Set(Object.values(VARIABLES).flatMap((variables) => Object.keys(variables)))];
const ROOT = path.resolve(__dirname, "../../..");
const ORIGIN = "http://timeline.test";
const GENERATION = "test";

let browser: Browser | undefined;

export async function startBrowser(): Promise<void> {
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
  /** True: things may move by themselves. */
  readonly motion?: boolean;
  /** False: the page may not start any, as in a browser that refuses to. */
  readonly workers?: boolean;
}

export async function openTimeline(options: PageOptions = {}): Promise<TimelinePage> {
  if (browser === undefined) throw new Error("startBrowser() comes first");
  const { theme = "dark", width = 1200, height = 700, forcedColors = false, workers = true, motion = false } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    forcedColors: forcedColors ? "active" : "none",
    reducedMotion: motion ? "no-preference" : "reduce",
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
    if (asset === undefined) return route.fulfill({ contentType: "text/html", body: html(theme, workers) });
    return route.fulfill({ contentType: asset.type, body: await fs.readFile(path.join(ROOT, asset.file), "utf8") });
  });
  await page.goto(`${ORIGIN}/`);
  return new TimelinePage(page, errors);
}

/** A trace, its findings and its notes as a page that stands alone. */
export async function pageAlone(
  name: string,
  trace: Uint8Array,
  findings: readonly Finding[],
  notes: readonly Note[] = [],
): Promise<string> {
  const read = (part: string): Promise<string> => fs.readFile(path.join(ROOT, "dist", part), "utf8");
  return webPage(
    { name, trace: gzipSync(trace), findings, notes },
    {
      standIn: await read(PAGE_PARTS.standIn),
      timeline: await read(PAGE_PARTS.timeline),
      style: await read(PAGE_PARTS.style),
      theme: await read(PAGE_PARTS.theme),
    },
  );
}

/** A page that stands alone, in light: what it says wrong, and what it asks for. */
export async function openAlone(url: string) {
  if (browser === undefined) throw new Error("startBrowser() comes first");
  const context = await browser.newContext({ viewport: { width: 1200, height: 700 }, colorScheme: "light" });
  const page = await context.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, errors, requests };
}

/** The pages of a folder, and these texts by their names. Secure, as much of a browser is only there then. */
export async function openFolder(folder: string, texts: Readonly<Record<string, string>>): Promise<Page> {
  if (browser === undefined) throw new Error("startBrowser() comes first");
  const context = await browser.newContext({ serviceWorkers: "block" });
  await context.route("**/*", async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1) || "index.html";
    const body = texts[name];
    if (body !== undefined) return route.fulfill({ body });
    const file = path.join(folder, name);
    return existsSync(file) ? route.fulfill({ path: file }) : route.fulfill({ status: 404 });
  });
  const page = await context.newPage();
  await page.goto("https://pages.test/");
  return page;
}

const ASSETS: Readonly<Record<string, { readonly type: string; readonly file: string }>> = {
  "/timeline.js": { type: "text/javascript", file: "dist/timeline.js" },
  "/timeline.css": { type: "text/css", file: "dist/timeline.css" },
  "/fakeHost.js": { type: "text/javascript", file: "out/test/webview/fakeHost.page.js" },
};

/** The policy is as strict as the one in VS Code, so that what works here works there. */
function html(theme: Theme, workers: boolean): string {
  const variables = Object.entries(VARIABLES[theme]).map(([name, value]) => `--vscode-${name}: ${value};`);
  const policy = `default-src 'none'; script-src 'nonce-n'; style-src ${ORIGIN} 'nonce-n'; font-src 'none'; worker-src ${workers ? "blob:" : "'none'"}`;
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
  #generation = GENERATION;

  constructor(
    readonly page: Page,
    readonly errors: readonly string[],
  ) {}

  async deliver(message: Exclude<ToWebview, { type: "bytes" }>): Promise<void> {
    await this.page.evaluate((it) => window.fake.deliver(it), message);
    await this.settled();
  }

  /** Another generation is another trace. */
  async open(state: RunState = { kind: "running" }, generation = GENERATION): Promise<void> {
    this.#offset = 0;
    this.#generation = generation;
    await this.deliver({ type: "open", generation, name: "hello.py", state });
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
      [base64, offset, this.#generation] as const,
    );
    const end = this.#offset;
    await this.page.waitForFunction(
      ([until, generation]) =>
        window.fake.posted.some(
          (message) => message.type === "ack" && message.generation === generation && message.offset >= until,
        ),
      [end, this.#generation] as const,
    );
    await this.settled();
  }

  /** As VS Code changes it under a page. */
  async setTheme(theme: Theme): Promise<void> {
    await this.page.evaluate(
      ([name, className, variables, known]) => {
        document.documentElement.removeAttribute("style");
        // What the page's first theme had, and this one has not.
        for (const variable of known) document.documentElement.style.setProperty(`--vscode-${variable}`, "initial");
        for (const [variable, value] of Object.entries(variables))
          document.documentElement.style.setProperty(`--vscode-${variable}`, value);
        document.body.className = className;
        document.body.dataset["vscodeThemeKind"] = name;
      },
      [theme, BODY_CLASS[theme], VARIABLES[theme], KNOWN] as const,
    );
    await this.settled();
  }

  async state(state: RunState): Promise<void> {
    await this.deliver({ type: "state", generation: this.#generation, state });
  }

  /** A whole trace that has ended. */
  async show(bytes: Uint8Array, generation = GENERATION): Promise<void> {
    await this.open({ kind: "running" }, generation);
    await this.send(bytes);
    await this.state({ kind: "ended" });
  }

  /** Two frames, and as many more as a busy machine's picture takes: whatever was asked for has been drawn. */
  async settled(): Promise<void> {
    await this.page.evaluate(async () => {
      const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
      await frame();
      await frame();
      while (document.querySelector("canvas[data-unfinished]") !== null) await frame();
    });
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

  /** Where things are: the timeline's own layout, for the canvas as big as it is. */
  async layout(tasks: number, loops = 1, density = densityFor(tasks)): Promise<Layout> {
    const { width, height } = await this.page
      .locator("canvas")
      .evaluate((canvas) => ({ width: canvas.clientWidth, height: canvas.clientHeight }));
    return layOut({
      width,
      height,
      loops: Array.from({ length: loops }, (_, i) => i + 1),
      tasks: Array.from({ length: tasks }, (_, i) => ({ task: i + 1, depth: 0, children: 0 })),
      density,
      scroll: 0,
    });
  }

  /** The colours at points of the picture, as #rrggbb. */
  async colors(points: readonly { readonly x: number; readonly y: number }[]): Promise<readonly string[]> {
    return await this.page.evaluate((all) => {
      const canvas = document.querySelector("canvas");
      const ctx = canvas?.getContext("2d");
      if (!canvas || !ctx) return [];
      const ratio = canvas.width / canvas.clientWidth;
      return all.map(({ x, y }) => {
        const [r = 0, g = 0, b = 0] = ctx.getImageData(Math.round(x * ratio), Math.round(y * ratio), 1, 1).data;
        return `#${[r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
      });
    }, points);
  }

  /** How many pixels of the picture have each of these colours. */
  async count(colors: readonly string[]): Promise<readonly number[]> {
    return await this.page.evaluate((wanted) => {
      const canvas = document.querySelector("canvas");
      const ctx = canvas?.getContext("2d");
      if (!canvas || !ctx) return [];
      const { data } = ctx.getImageData(0, 0, canvas.width, canvas.height);
      const codes = wanted.map((color) => Number.parseInt(color.slice(1), 16));
      const counts = codes.map(() => 0);
      for (let i = 0; i < data.length; i += 4) {
        const at = codes.indexOf(((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0));
        if (at >= 0) counts[at] = (counts[at] ?? 0) + 1;
      }
      return counts;
    }, colors);
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
