// The Python runtime's own tests, on every supported Python of this machine: all of them on the newest of each minor
// version, the programs and their traces on the others, which differ little.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { inRoot } from "../paths.mjs";
import { findPythons } from "../pythons.mjs";
import { run } from "../run.mjs";
import { sum } from "./counts.mjs";

/**
 * @param {import("./counts.mjs").Context} context
 * @returns {Promise<import("./counts.mjs").Counts>}
 */
export async function runtime({ seed }) {
  const pythons = await findPythons();
  if (pythons.length === 0) throw new Error("No Python 3.10 or newer found.");
  console.log(`  on Python ${pythons.map((python) => python.version).join(", ")}`);
  // Two at a time: each spends half of its time waiting for the programs that it traces.
  const waiting = [...pythons];
  /** @type {import("./counts.mjs").Counts[]} */
  const all = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const python = next;
      const newest = pythons.filter(({ version }) => minor(version) === minor(python.version)).at(-1);
      all.push(await runOn(python, seed, python === newest ? "test*.py" : "test_programs.py"));
    }
  };
  await Promise.all([worker(), worker()]);
  return sum(all);
}

/** @param {string} version */
const minor = (version) => version.split(".").slice(0, 2).join(".");

/**
 * @param {import("../pythons.mjs").Python} python
 * @param {number} seed
 * @param {string} files
 */
async function runOn(python, seed, files) {
  const result = inRoot("out", "results", `runtime-${python.version}.json`);
  mkdirSync(inRoot("out", "results"), { recursive: true });
  rmSync(result, { force: true });
  // The programs of the tests write no bytecode; without any, each traced one would compile the whole runtime anew.
  await run(python.path, ["-m", "compileall", "-q", inRoot("runtime", "awaitscope")], { timeout: 60_000 });
  const args = ["-X", "dev", inRoot("scripts", "run_unittest.py"), result, String(seed), files];
  const { output } = await run(python.path, args, { timeout: 900_000, log: `runtime-${python.version}` });
  /** @type {{ passed: number, failed: number, skipped: number }} */
  let counts;
  try {
    counts = JSON.parse(readFileSync(result, "utf8"));
  } catch {
    console.log(output.trimEnd().replace(/^/gm, "    "));
    return { passed: 0, failed: 1 };
  }
  const empty = counts.passed + counts.failed === 0;
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} do not apply to this version` : "";
  console.log(
    `  Python ${python.version}: ${counts.passed} passed, ${counts.failed} failed${skipped}${empty ? ": no tests" : ""}`,
  );
  if (counts.failed > 0 || empty) console.log(output.trimEnd().replace(/^/gm, "    "));
  return empty ? { passed: 0, failed: 1 } : counts;
}
