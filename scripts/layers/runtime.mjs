// The Python runtime's own tests, on every supported Python of this machine: all of them on the newest of each minor
// version, the programs and their traces on the others, which differ little.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { inRoot } from "../paths.mjs";
import { findPythons, newestOfEach } from "../pythons.mjs";
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
  // Three at a time: each spends a part of its time waiting for the programs that it traces. In halves, so that none is left
  // with a whole Python's tests when the others have no more to do.
  const newest = newestOfEach(pythons);
  const waiting = pythons.flatMap((python) => {
    if (!newest.includes(python)) return [{ python, files: "test_programs.py", part: 0, parts: 1 }];
    return [0, 1].map((part) => ({ python, files: "test*.py", part, parts: 2 }));
  });
  /** @type {import("./counts.mjs").Counts[]} */
  const all = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      all.push(await runOn(next, seed));
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  return sum(all);
}

/**
 * @param {{ python: import("../pythons.mjs").Python, files: string, part: number, parts: number }} what
 * @param {number} seed
 */
async function runOn({ python, files, part, parts }, seed) {
  const name = parts === 1 ? python.version : `${python.version}, ${part + 1} of ${parts}`;
  const file = `runtime-${python.version}-${part + 1}`;
  const result = inRoot("out", "results", `${file}.json`);
  mkdirSync(inRoot("out", "results"), { recursive: true });
  rmSync(result, { force: true });
  // The programs of the tests write no bytecode; without any, each traced one would compile the whole runtime anew.
  await run(python.path, ["-m", "compileall", "-q", inRoot("runtime", "awaitscope")], { timeout: 60_000 });
  const script = inRoot("scripts", "run_unittest.py");
  const args = ["-X", "dev", script, result, String(seed), files, String(part), String(parts)];
  const { output } = await run(python.path, args, { timeout: 900_000, log: file });
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
    `  Python ${name}: ${counts.passed} passed, ${counts.failed} failed${skipped}${empty ? ": no tests" : ""}`,
  );
  if (counts.failed > 0 || empty) console.log(output.trimEnd().replace(/^/gm, "    "));
  return empty ? { passed: 0, failed: 1 } : counts;
}
