// A real VS Code for tests and for `npm start` where no desktop VS Code is to be had: the plain VS Code server that the
// npm package code-server carries, with the Node it was made for, in a folder git ignores.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { inRoot } from "./paths.mjs";
import { must, once, run } from "./run.mjs";
import { aptInstall } from "./system.mjs";

const CODE_SERVER = "4.139.1";
const NODE = "24.21.0";
const HOME = inRoot(".vscode-test");
const INSTALLED = path.join(HOME, "server");

/** What a change of makes everything be installed anew: the versions, the machine, and this recipe itself. */
const STAMP = ["code-server", CODE_SERVER, "node", NODE, process.platform, process.arch, "recipe", 1].join(" ");

/** The npm package with Node's own binary for this machine. */
function nodePackage() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  // The plain name belongs to somebody else on Apple silicon.
  const prefix = platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  return [prefix, platform, process.arch].join("-");
}

/** @param {string} home */
function placesIn(home) {
  const node = path.join(home, "node_modules", nodePackage());
  const binary = path.join(node, "bin", process.platform === "win32" ? "node.exe" : "node");
  return { nodeHome: node, node: binary, vscode: path.join(home, "node_modules", "code-server", "lib", "vscode") };
}

/** Where the installed server and its Node are. */
export const serverParts = () => placesIn(INSTALLED);

export function isServerInstalled() {
  const stamp = path.join(INSTALLED, "stamp.txt");
  return existsSync(stamp) && readFileSync(stamp, "utf8") === STAMP;
}

/** Installs the server if it is not there (about two minutes). It appears under its name only once it is complete. */
export const ensureServer = once(async () => {
  if (isServerInstalled()) return;
  console.log("Installing the VS Code server (about two minutes; out/logs/vscode-server.log)");
  removeLeftovers();
  const partial = path.join(HOME, `server-partial-${process.pid}`);
  mkdirSync(partial, { recursive: true });
  await installInto(partial);
  writeFileSync(path.join(partial, "stamp.txt"), STAMP);
  // Another run may have been as fast: either copy will do.
  if (isServerInstalled()) return rmSync(partial, { recursive: true, force: true });
  rmSync(INSTALLED, { recursive: true, force: true });
  renameSync(partial, INSTALLED);
});

/** What interrupted installations left behind. */
function removeLeftovers() {
  for (const name of existsSync(HOME) ? readdirSync(HOME) : []) {
    const pid = Number(/^server-partial-(\d+)$/.exec(name)?.[1] ?? NaN);
    if (!Number.isNaN(pid) && !isAlive(pid)) rmSync(path.join(HOME, name), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} home */
async function installInto(home) {
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
  const log = "vscode-server";
  const timeout = 900_000;
  writeFileSync(path.join(home, "package.json"), JSON.stringify({ private: true }));
  await must("npm", ["install", `code-server@${CODE_SERVER}`, `${nodePackage()}@${NODE}`, ...quiet], {
    cwd: home,
    log,
    timeout,
  });

  const { nodeHome, node, vscode } = placesIn(home);
  const env = {
    // npm itself then runs on that Node, and what it compiles fits it.
    PATH: [path.dirname(node), process.env["PATH"]].join(path.delimiter),
    npm_config_nodedir: nodeHome,
  };
  await must("npm", ["install", "--omit=dev", ...quiet], { cwd: vscode, env, log, timeout });
  await must("npm", ["ci", "--omit=dev", ...quiet], { cwd: path.join(vscode, "extensions"), env, log, timeout });
  if (process.platform === "linux" && (await run("g++", ["--version"])).code !== 0) await aptInstall(["g++", "make"]);
  const native = ["node-pty", "@vscode/spdlog", "@vscode/native-watchdog", "@parcel/watcher"];
  await must("npm", ["rebuild", ...native], { cwd: vscode, env, log, timeout });
}

/** User settings for a quiet window that is not about trust. */
export const QUIET_SETTINGS = {
  "security.workspace.trust.enabled": false,
  "chat.disableAIFeatures": true,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "window.commandCenter": false,
  // As on the desktop: in a browser an edit would reach the disk by itself.
  "files.autoSave": "off",
  // An empty chat panel.
  "workbench.secondarySideBar.defaultVisibility": "hidden",
};

/** @param {string} dataFolder @param {Readonly<Record<string, unknown>>} settings */
export function writeUserSettings(dataFolder, settings) {
  const folder = path.join(dataFolder, "data", "User");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "settings.json"), JSON.stringify(settings, undefined, 2));
}

/**
 * Installs a .vsix into a server's own extensions folder.
 * @param {string} vsix
 * @param {string} dataFolder
 */
export async function installExtension(vsix, dataFolder) {
  const { node, vscode } = serverParts();
  const args = ["--install-extension", vsix, "--accept-server-license-terms", ...foldersOf(dataFolder)];
  return await must(node, [path.join(vscode, "out", "server-main.js"), ...args], {
    env: cleanEnvironment(),
    timeout: 120_000,
  });
}

/** @param {string} dataFolder */
function foldersOf(dataFolder) {
  return ["--server-data-dir", dataFolder, "--extensions-dir", path.join(dataFolder, "extensions")];
}

/** Without what a terminal inside another VS Code adds: it would make the server talk to that one. */
function cleanEnvironment() {
  const foreign = Object.keys(process.env).filter((name) => /^(VSCODE_|ELECTRON_)/.test(name));
  return { ...process.env, ...Object.fromEntries(foreign.map((name) => [name, undefined])) };
}

/**
 * @typedef {object} Server
 * @property {number} port
 * @property {string} origin as in "http://127.0.0.1:41000"
 * @property {() => string} log what it printed so far
 * @property {() => Promise<void>} stop it, and all that it started
 */

/**
 * Starts the server on a free port of this machine only.
 * @param {{ dataFolder: string, port?: number, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<Server>}
 */
export async function startServer({ dataFolder, port = 0, env = {} }) {
  const { node, vscode } = serverParts();
  const args = [
    ...["--host", "127.0.0.1", "--port", String(port), "--without-connection-token"],
    ...["--accept-server-license-terms", "--disable-telemetry", "--enable-smoke-test-driver"],
    ...foldersOf(dataFolder),
  ];
  const child = spawn(node, [path.join(vscode, "out", "server-main.js"), ...args], {
    env: { ...cleanEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that extension hosts and terminals can be ended with it.
    detached: process.platform !== "win32",
  });
  let log = "";
  const ended = new Promise((resolve) => child.on("close", resolve));
  /** @param {NodeJS.Signals} signal */
  const signalAll = (signal) => {
    if (child.pid === undefined) return;
    try {
      if (process.platform === "win32") child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch {
      // Gone already.
    }
  };
  const killAtExit = () => signalAll("SIGKILL");
  process.once("exit", killAtExit);
  const stop = async () => {
    signalAll("SIGTERM");
    const timer = setTimeout(() => signalAll("SIGKILL"), 3000);
    await ended;
    clearTimeout(timer);
    // The server ends before the extension hosts it started may have.
    signalAll("SIGKILL");
    process.removeListener("exit", killAtExit);
  };

  const listening = new Promise((/** @type {(port: number) => void} */ resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The VS Code server did not start within a minute:\n${log}`)),
      60_000,
    );
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
        log += text;
        const found = /Extension host agent listening on (\d+)/.exec(log);
        if (found !== null) {
          clearTimeout(timer);
          resolve(Number(found[1]));
        }
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      reject(new Error(`The VS Code server ended with ${code} before it was ready:\n${log}`));
    });
  });
  try {
    const actual = await listening;
    return { port: actual, origin: `http://127.0.0.1:${actual}`, log: () => log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The address of a window on a folder. The payload is what desktop VS Code takes as command line arguments.
 * @param {Server} server
 * @param {string} folder
 * @param {{ openFile?: string, extensionDevelopmentPath?: string, extensionTestsPath?: string }} [options]
 */
export function windowAddress(server, folder, options = {}) {
  const remote = (/** @type {string} */ file) => `vscode-remote://127.0.0.1:${server.port}${file}`;
  const payload = Object.entries(options).map(([name, file]) => [name, remote(file)]);
  payload.push(["skipWelcome", "true"], ["skipReleaseNotes", "true"]);
  return `${server.origin}/?folder=${encodeURI(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}
