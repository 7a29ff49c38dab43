// Every Python on this machine that the runtime supports.
import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { inRoot } from "./paths.mjs";
import { run } from "./run.mjs";

export const OLDEST = [3, 10];

/** Where newest-python.mjs puts what it unpacks. */
export const UNPACKED = inRoot(".cache", "python-3.14");

/**
 * @typedef {object} Python
 * @property {string} path
 * @property {string} version as in "3.12.1"
 */

/** @param {string} folder */
function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function candidates() {
  const exe = process.platform === "win32" ? "python.exe" : path.join("bin", "python3");
  const home = homedir();
  const stores = [
    path.join(process.env["PYENV_ROOT"] ?? path.join(home, ".pyenv"), "versions"),
    path.join(home, ".local", "share", "uv", "python"),
    path.join(process.env["LOCALAPPDATA"] ?? home, "Programs", "Python"),
    "/opt/python",
  ];
  const folders = [
    ...(process.env["PATH"] ?? "").split(path.delimiter),
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
  ];
  return [
    // For interpreters nobody would find, such as a build tree's.
    ...(process.env["AWAITSCOPE_PYTHONS"] ?? "").split(path.delimiter).filter((name) => name !== ""),
    ...folders.flatMap((folder) =>
      namesIn(folder)
        .filter((name) => /^python(3(\.\d+)?)?(\.exe)?$/.test(name))
        .map((name) => path.join(folder, name)),
    ),
    path.join(UNPACKED, "usr", "bin", "python3.14"),
    ...stores.flatMap((store) => namesIn(store).map((name) => path.join(store, name, exe))),
  ];
}

/**
 * Supported CPythons, one of each version, oldest first.
 * @returns {Promise<Python[]>}
 */
export async function findPythons() {
  const program =
    "import sys, platform; print(platform.python_implementation(), platform.python_version(), sys.executable, sep='\\t')";
  /** @type {Map<string, Python>} */
  const found = new Map();
  const answers = [...new Set(candidates())].map((candidate) => run(candidate, ["-c", program], { timeout: 20_000 }));
  for (const { code, output } of await Promise.all(answers)) {
    const [implementation, version, executable] = output.trim().split("\t");
    if (code !== 0 || implementation !== "CPython" || version === undefined || executable === undefined) continue;
    if (compare(numbers(version), OLDEST) >= 0 && !found.has(version))
      found.set(version, { path: executable, version });
  }
  return [...found.values()].sort((a, b) => compare(numbers(a.version), numbers(b.version)));
}

/**
 * The newest of each minor version: what is tried on all Pythons that differ.
 * @param {readonly Python[]} pythons in order
 */
export function newestOfEach(pythons) {
  return pythons.filter(({ version }, i) => minor(version) !== minor(pythons[i + 1]?.version ?? ""));
}

/** @param {string} version */
const minor = (version) => version.split(".").slice(0, 2).join(".");

/** @param {string} version */
const numbers = (version) => (version.match(/\d+/g) ?? []).map(Number);

/**
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 */
function compare(a, b) {
  const at = b.findIndex((number, index) => number !== (a[index] ?? 0));
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
