// What the scripts need and a fresh machine does not have. What tells that a step is done is written last, so that an
// interrupted one is done again.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { inRoot } from "./paths.mjs";
import { findPythons } from "./pythons.mjs";
import { must, run } from "./run.mjs";
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
  return process.platform === "win32" ? path.join(TOOLS, "Scripts", `${name}.exe`) : path.join(TOOLS, "bin", name);
}

/** ruff and mypy, pinned, in a virtual environment of their own. */
export async function ensurePythonTools() {
  const wanted = readFileSync(inRoot("scripts", "python-tools.txt"), "utf8");
  const stamp = path.join(TOOLS, "awaitscope-tools.txt");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.log("Installing ruff and mypy");
  rmSync(TOOLS, { recursive: true, force: true });
  mkdirSync(path.dirname(TOOLS), { recursive: true });
  const python = await makeEnvironment();
  await must(
    python,
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", inRoot("scripts", "python-tools.txt")],
    {
      timeout: 300_000,
      log: "python-tools",
    },
  );
  writeFileSync(stamp, wanted);
}

async function makeEnvironment() {
  const pythons = (await findPythons()).reverse();
  if (pythons.length === 0) throw new Error("No Python 3.10 or newer found.");
  for (const attempt of ["as it is", "with apt-get"]) {
    // Debian's own Python comes without what makes virtual environments.
    if (attempt === "with apt-get") await aptInstall(["python3-venv"]);
    for (const python of pythons) {
      const { code } = await run(python.path, ["-m", "venv", "--clear", TOOLS], { timeout: 120_000 });
      if (code === 0) return path.join(path.dirname(pythonTool("ruff")), "python");
    }
  }
  throw new Error("No Python here can make a virtual environment (python -m venv).");
}
