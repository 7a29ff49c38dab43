// What only the system's package manager can bring: asked last, and only where it asks no questions.
import { existsSync } from "node:fs";
import { must, run } from "./run.mjs";

/** @type {Promise<unknown>} apt-get holds a lock: one at a time */
let queue = Promise.resolve();

/**
 * Installs packages with apt-get, as root or through a sudo that needs no password.
 * @param {readonly string[]} packages
 */
export function aptInstall(packages) {
  const result = queue.then(() => install(packages));
  queue = result.catch(() => undefined);
  return result;
}

/** @param {readonly string[]} packages */
async function install(packages) {
  const names = packages.join(" ");
  if (!existsSync("/usr/bin/apt-get")) throw new Error(`Please install: ${names}`);
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && (await run("sudo", ["-n", "true"])).code !== 0) {
    throw new Error(`Please run: sudo apt-get install ${names}`);
  }
  /** @param {string[]} args */
  const apt = (args) => {
    const command = ["apt-get", "-o", "DPkg::Lock::Timeout=300", ...args];
    const [first = "", ...rest] = isRoot ? command : ["sudo", "-n", ...command];
    return must(first, rest, { env: { DEBIAN_FRONTEND: "noninteractive" }, timeout: 600_000, log: "apt-get" });
  };
  console.log(`Installing ${names} (apt-get)`);
  await apt(["update"]);
  await apt(["install", "-y", "--no-install-recommends", ...packages]);
}
