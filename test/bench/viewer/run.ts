/* eslint-disable no-console -- a bench talks to whoever runs it */
/** `npm run bench -- viewer`: the timeline on traces of a million and of ten million events, in a real Chromium. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { ensureBrowser } from "../../../scripts/browser.mjs";
import { measureProgram } from "./live";
import { measureNaive, NAIVE_HEAD } from "./naive";
import { measure } from "./ours";
import { FOLDER, ROOT } from "./pages";
import { Table } from "./table";

async function main(): Promise<void> {
  fs.mkdirSync(FOLDER, { recursive: true });
  const sizes = process.argv
    .slice(2)
    .map(Number)
    .filter((n) => n > 0);
  const executablePath = await ensureBrowser();
  const table = new Table();
  const isProgram = process.argv.includes("--program");
  for (const events of isProgram ? [] : sizes.length > 0 ? sizes : [1e6, 1e7]) {
    const { rows, figures } = await measure(executablePath, events);
    table.add("Awaitscope", rows);
    if (!process.argv.includes("--alone"))
      table.add(
        "Beside Chrome JSON and a rectangle a slice",
        await measureNaive(executablePath, events, figures),
        NAIVE_HEAD,
      );
  }
  table.add("Awaitscope", await measureProgram(executablePath));
  const script = gzipSync(fs.readFileSync(path.join(ROOT, "dist/timeline.js"))).byteLength;
  table.add("Awaitscope", [["JavaScript of the webview, gzipped", "≤ 100 kB", `${(script / 1000).toFixed(1)} kB`]]);
  const cpu = os.cpus();
  const load = os.loadavg()[0]?.toFixed(1) ?? "?";
  const machine = `${cpu.length} × ${cpu[0]?.model ?? "?"}, ${(os.totalmem() / 2 ** 30).toFixed(0)} GB, ${os.platform()} ${os.arch()}, no GPU; load average at the end ${load}`;
  const text = table.markdown(machine);
  console.log(text);
  if (process.argv.includes("--save")) fs.writeFileSync(path.join(ROOT, "docs/bench-viewer.md"), text);
}

void main();
