/* eslint-disable no-console -- a command talks to whoever runs it */
/**
 * `npm run looks`: what people see, as pictures beside this file, to be looked at after a change and kept: a program of
 * three tasks, a real crawl of two hundred, a live run, a loop that is blocked now, and ten million events at three zooms,
 * in the four kinds of themes; and beside the editor, after `AWAITSCOPE_HOST_SUITE=looks npm test -- host`, a program that
 * hangs, one that is compared, and findings with what to change.
 */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { blockedSince, TraceReader } from "../../extension/trace";
import { findPythons } from "../../scripts/pythons.mjs";
import { SIZE_LIMIT, toWebp } from "./webp";
import { generate } from "../bench/viewer/generate";
import { openTimeline, startBrowser, stopBrowser, type TimelinePage } from "../webview/page";
import { THEMES, type Theme } from "../webview/themes";
import { HELLO } from "../webview/traces";

const ROOT = path.resolve(__dirname, "../../..");
const KEPT = path.join(ROOT, "test/looks");
/** The same as PNG, for programs that open no WebP. */
const LOOSE = path.join(ROOT, "out/looks");
/** Bytes given to the page at a time. */
const PIECE = 2 * 1024 * 1024;
/** Nanoseconds. */
const LONG_BLOCK = 1.2e9;
/** Milliseconds. */
const LOOK_AGAIN = 50;
/** Larger ones would take more bytes than they tell. */
const SIZE = { width: 1000, height: 600 };
const CROWDED = { width: 960, height: 460 };

async function keep(page: TimelinePage, name: string): Promise<void> {
  for (const theme of THEMES) {
    await page.setTheme(theme);
    await keepOne(page, name, theme);
  }
  if (page.errors.length > 0) throw new Error(page.errors.join("\n"));
}

async function keepOne(page: TimelinePage, name: string, theme: Theme): Promise<void> {
  const png = await page.page.screenshot();
  fs.writeFileSync(path.join(LOOSE, `${name}-${theme}.png`), png);
  const webp = await toWebp(page.page, png);
  if (webp.byteLength > SIZE_LIMIT) throw new Error(`${name}, ${theme}: ${String(webp.byteLength)} bytes are too many`);
  fs.writeFileSync(path.join(KEPT, `${name}-${theme}.webp`), webp);
  console.log(`test/looks/${name}-${theme}.webp  ${(webp.byteLength / 1000).toFixed(0)} kB`);
}

async function few(): Promise<void> {
  const page = await openTimeline(SIZE);
  await page.show(HELLO);
  await keep(page, "three-tasks");
  await page.press("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight");
  await keep(page, "three-tasks-chosen");
  await page.close();
}

/** Of a program that ran to its end. */
async function recorded(program: string): Promise<Uint8Array> {
  const { file, child } = await start(program);
  await new Promise((ended) => child.once("exit", ended));
  return fs.readFileSync(file);
}

/** Of a program as it is while its loop has been blocked for a second. */
async function blocked(program: string): Promise<Uint8Array> {
  const { file, child } = await start(program);
  try {
    for (;;) {
      const bytes = fs.existsSync(file) ? fs.readFileSync(file) : new Uint8Array();
      const reader = new TraceReader();
      reader.push(bytes);
      const { trace } = reader;
      if (trace.loops.some(({ id }) => trace.end - (blockedSince(trace, id)?.since ?? Infinity) > LONG_BLOCK))
        return bytes;
      if (child.exitCode !== null) throw new Error(`${program} ended before its loop was blocked`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  } finally {
    child.kill("SIGKILL");
  }
}

async function start(program: string) {
  const python = (await findPythons()).at(-1);
  if (python === undefined) throw new Error("There is no Python.");
  const file = path.join(LOOSE, `${program}.awaitscope`);
  fs.rmSync(file, { force: true });
  const args = [path.join(ROOT, "runtime/awaitscope"), "run", "--out", file, path.join(KEPT, `${program}.py`)];
  return { file, child: spawn(python.path, args, { stdio: "inherit" }) };
}

async function many(): Promise<void> {
  const page = await openTimeline(SIZE);
  await page.show(await recorded("crawl"));
  await keep(page, "crawl");
  await page.press("w", "w", "w", "w", "ArrowDown", "ArrowDown", "ArrowDown");
  await keep(page, "crawl-near");
  await page.close();
}

async function now(): Promise<void> {
  const page = await openTimeline(SIZE);
  await page.open();
  await page.send(await blocked("blocked"));
  await keep(page, "blocked-now");
  await page.close();
}

async function live(): Promise<void> {
  const page = await openTimeline(SIZE);
  const bytes = await recorded("crawl");
  const part = Math.floor(bytes.byteLength / 3);
  await page.open();
  await page.send(bytes.slice(0, part));
  await page.press("w", "w", "a");
  await page.send(bytes.slice(part, 2 * part));
  // The words beside the picture follow it a few times a second.
  await page.page.getByText(/new steps, jump to live/).waitFor();
  await keep(page, "live");
  await page.close();
}

async function huge(): Promise<void> {
  const file = path.join(LOOSE, "10M.awaitscope");
  generate(file, 10e6);
  const page = await openTimeline(CROWDED);
  await page.open();
  const size = fs.statSync(file).size;
  const source = fs.openSync(file, "r");
  for (let at = 0; at < size; at += PIECE) {
    const piece = Buffer.alloc(Math.min(PIECE, size - at));
    fs.readSync(source, piece, 0, piece.length, at);
    await page.send(piece);
  }
  fs.closeSync(source);
  fs.rmSync(file);
  await page.state({ kind: "ended" });
  const zoomed = async (times: number): Promise<void> => page.press(...Array.from({ length: times }, () => "w"));
  await page.press("0");
  await keep(page, "ten-million");
  // 1.5 times as near with each press: about a second, then about ten milliseconds.
  await zoomed(12);
  await keep(page, "ten-million-second");
  await zoomed(12);
  await keep(page, "ten-million-milliseconds");
  await page.close();
}

/** Of what the host layer's suite `looks` has photographed; the others are in out/screenshots. */
const OF_EDITOR = /^editor ((hung|compared)-.*|(findings|quick-fix)-(dark|light))\.png$/;

/** A real editor beside the timeline. */
async function editor(): Promise<void> {
  const shots = path.join(ROOT, "out/screenshots");
  const names = fs.existsSync(shots) ? fs.readdirSync(shots).filter((name) => OF_EDITOR.test(name)) : [];
  if (names.length === 0) console.log("No pictures of the editor: AWAITSCOPE_HOST_SUITE=looks npm test -- host");
  const page = await openTimeline(SIZE);
  for (const name of names) {
    const webp = await toWebp(page.page, fs.readFileSync(path.join(shots, name)));
    if (webp.byteLength > SIZE_LIMIT) throw new Error(`${name}: ${String(webp.byteLength)} bytes are too many`);
    const kept = `${path.basename(name, ".png").replace(" ", "-")}.webp`;
    fs.writeFileSync(path.join(KEPT, kept), webp);
    console.log(`test/looks/${kept}  ${(webp.byteLength / 1000).toFixed(0)} kB`);
  }
  await page.close();
}

async function main(): Promise<void> {
  fs.mkdirSync(LOOSE, { recursive: true });
  await startBrowser();
  const wanted = process.argv.slice(2);
  for (const [name, make] of Object.entries({ few, many, live, now, huge, editor }))
    if (wanted.length === 0 || wanted.includes(name)) await make();
  await stopBrowser();
}

void main();
