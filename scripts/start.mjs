// `npm start [-- FILE.py]`: installs what is missing, builds, opens VS Code with the extension and traces the file:
// desktop VS Code if `code` is there, else the VS Code server from npm, whose address is printed.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { ensurePackages } from "./install.mjs";
import { inRoot } from "./paths.mjs";
import { run } from "./run.mjs";

/** The folder `npm start` was typed in; npm itself runs scripts in the project's. */
const here = process.env["INIT_CWD"] ?? process.cwd();
const [given, ...more] = process.argv.slice(2);
const file = given === undefined ? inRoot("examples", "02_concurrently.py") : path.resolve(here, given);
const problem = more.length > 0 ? "One file at a time." : existsSync(file) ? undefined : `There is no file ${file}.`;
if (problem !== undefined) {
  console.error(`${problem}\nUsage: npm start [-- FILE.py]`);
  process.exit(2);
}
const folder = path.dirname(file);

await ensurePackages();
const { build } = await import("./build.mjs");
console.log("Building");
await build();

// The window traces once for each start, however often it is reloaded.
const traced = { AWAITSCOPE_TRACE: file, AWAITSCOPE_START_ID: `${process.pid} ${Date.now()}` };
const hasDesktop =
  process.env["AWAITSCOPE_START"] !== "server" && (await run("code", ["--version"], { timeout: 20_000 })).code === 0;
if (hasDesktop) await openDesktop();
else await openServer();

async function openDesktop() {
  console.log(`Opening VS Code on ${folder}, tracing ${path.basename(file)}`);
  const args = ["--new-window", `--extensionDevelopmentPath=${inRoot()}`, folder, file];
  const { code, output } = await run("code", args, { env: traced });
  if (code !== 0) {
    console.error(output);
    process.exit(1);
  }
}

async function openServer() {
  const { ensureServer, QUIET_SETTINGS, startServer, windowAddress, writeUserSettings } =
    await import("./vscode-server.mjs");
  await ensureServer();
  const dataFolder = inRoot(".vscode-test", "start");
  // Settings changed in that window last time stay.
  if (!existsSync(path.join(dataFolder, "data", "User", "settings.json")))
    writeUserSettings(dataFolder, QUIET_SETTINGS);
  const server = await startServer({ dataFolder, env: traced });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.once(signal, () => void server.stop().then(() => process.exit(0)));
  }
  const address = windowAddress(server, folder, { extensionDevelopmentPath: inRoot(), openFile: file });
  console.log(
    `\nOpen this address in a browser (it traces ${path.basename(file)}); Ctrl+C here ends it:\n\n${address}\n`,
  );
  openInBrowser(address);
}

/**
 * A convenience: the address is printed in any case.
 * @param {string} address
 */
function openInBrowser(address) {
  const openers = { darwin: "open", win32: "explorer", linux: "xdg-open" };
  const opener = openers[/** @type {keyof typeof openers} */ (process.platform)];
  const hasScreen = process.platform !== "linux" || process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"];
  if (opener === undefined || !hasScreen || process.env["CI"] !== undefined) return;
  const child = spawn(opener, [address], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
