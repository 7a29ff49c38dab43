// Child processes: run to the end, or fail with what they said.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { finished } from "node:stream/promises";
import { inRoot, root } from "./paths.mjs";

/**
 * @typedef {object} Options
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] added to this process's environment
 * @property {number} [timeout] milliseconds; a child that hangs must not hang the whole run
 * @property {string} [log] keep the output in out/logs/NAME.log
 * @property {boolean} [show] copy the output to this process's own as it comes
 */

/**
 * Runs a command without a shell. Never rejects: the code is undefined where it could not start or was stopped.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Options} [options]
 * @returns {Promise<{ code: number | undefined, output: string }>}
 */
export async function run(command, args, options = {}) {
  // npm is a batch file on Windows, which only a shell can start.
  const shell = process.platform === "win32" && (command === "npm" || command === "npx" || command === "code");
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    shell,
  });
  const log = options.log === undefined ? undefined : keepLog(options.log);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (/** @type {string} */ text) => {
      output += text;
      log?.write(text);
      if (options.show) process.stdout.write(text);
    });
  }
  const timer =
    options.timeout &&
    setTimeout(() => {
      output += `\nStopped: still running after ${options.timeout} ms.\n`;
      child.kill("SIGKILL");
    }, options.timeout);
  const code = await new Promise((resolve) => {
    child.on("error", (error) => {
      output += `${error.message}\n`;
      resolve(undefined);
    });
    child.on("close", (exit) => resolve(exit ?? undefined));
  });
  if (timer) clearTimeout(timer);
  if (log) await finished(log.end());
  return { code, output };
}

/**
 * Like {@link run}, and an exit code other than 0 is an error that says what the command said last.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Options} [options]
 */
export async function must(command, args, options = {}) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) {
    const last = output.trimEnd().split("\n").slice(-15).join("\n");
    throw new Error(
      `${[command, ...args].join(" ")} ${code === undefined ? "did not end by itself" : `ended with ${code}`}:\n${last}`,
    );
  }
  return output;
}

/**
 * A file in out/logs, for what is only read when something went wrong.
 * @param {string} name
 */
export function keepLog(name) {
  mkdirSync(inRoot("out/logs"), { recursive: true });
  return createWriteStream(inRoot("out/logs", `${name}.log`));
}

/**
 * However often it is asked for, it is done once.
 * @template T
 * @param {() => Promise<T>} work
 */
export function once(work) {
  /** @type {Promise<T> | undefined} */
  let result;
  return () => (result ??= work());
}
