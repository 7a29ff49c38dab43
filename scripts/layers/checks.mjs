// Formatters, linters and type checkers; each is one counted test.
import { existsSync } from "node:fs";
import { pythonTool } from "../install.mjs";
import { filesBelow, inRoot } from "../paths.mjs";
import { run } from "../run.mjs";

const TYPED_ROOMS = [
  "extension/trace",
  "extension/syntax",
  "extension/insights",
  "extension/whatif",
  "extension",
  "media",
  "test",
  "scripts",
];

/** @param {string} script @param {string[]} args */
const npmTool = (script, ...args) => ({ command: process.execPath, args: [inRoot("node_modules", script), ...args] });

function commands() {
  // A room without sources yet has nothing to check.
  const rooms = TYPED_ROOMS.filter((room) => filesBelow(room, /(?<!\.d)\.(ts|tsx|mjs)$/).length > 0);
  const python = ["runtime", "test/runtime", "test/fixtures", "scripts", "examples"].filter((folder) =>
    existsSync(inRoot(folder)),
  );
  return [
    { name: "prettier", ...npmTool("prettier/bin/prettier.cjs", "--check", "--log-level", "warn", ".") },
    { name: "eslint", ...npmTool("eslint/bin/eslint.js", "--max-warnings", "0", ".") },
    ...rooms.map((room) => ({ name: `tsc ${room}`, ...npmTool("typescript/bin/tsc", "-p", room) })),
    { name: "ruff check", command: pythonTool("ruff"), args: ["check", "--quiet", ...python] },
    { name: "ruff format", command: pythonTool("ruff"), args: ["format", "--check", ...python] },
    {
      name: "mypy",
      command: pythonTool("mypy"),
      args: ["--no-error-summary", "runtime/awaitscope", "scripts/run_unittest.py"],
    },
  ];
}

/** What is wrong, without the pages of it that a formatter can print. */
const excerpt = (/** @type {string} */ output) => {
  const lines = output.trimEnd().split("\n");
  const shown = lines.length > LINES ? [...lines.slice(0, LINES), `… and ${lines.length - LINES} more lines`] : lines;
  return shown.map((line) => `    ${line}`).join("\n");
};
const LINES = 60;

/**
 * @param {import("./counts.mjs").Context} context
 * @returns {Promise<import("./counts.mjs").Counts>}
 */
export async function checks({ jobs }) {
  const counts = { passed: 0, failed: 0 };
  const waiting = commands();
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { code, output } = await run(next.command, next.args, { timeout: 300_000 });
      counts[code === 0 ? "passed" : "failed"]++;
      console.log(`  ${code === 0 ? "✔" : "✘"} ${next.name}`);
      if (code !== 0) console.log(excerpt(output));
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return counts;
}
