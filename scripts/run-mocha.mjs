// Runs bundled test files in random order: `node scripts/run-mocha.mjs RESULT.json SEED JOBS FILE…`.
import { readFileSync, writeFileSync } from "node:fs";
import Mocha from "mocha";
import { inRoot } from "./paths.mjs";
import { shuffled } from "./shuffle.mjs";

const [result = "", seed = "", jobs = "", ...files] = process.argv.slice(2);
const options = JSON.parse(readFileSync(inRoot(".mocharc.json"), "utf8"));
const mocha = new Mocha({ ...options, reporter: "spec", jobs: Number(jobs), color: process.stdout.isTTY });
for (const file of shuffled(files, Number(seed))) mocha.addFile(file);
if (Number(jobs) > 1) mocha.parallelMode(true);
else await mocha.loadFilesAsync();

const counts = { passed: 0, failed: 0 };
const runner = mocha.run(() => {
  writeFileSync(result, JSON.stringify(counts));
  // A test that left a server, browser or timer behind must not keep the run from ending.
  process.exit(counts.failed > 0 ? 1 : 0);
});
runner.on("pass", () => counts.passed++);
runner.on("fail", () => counts.failed++);
// Whoever skips a test must say so in the code that decides which tests exist, not hide it from the count.
runner.on("pending", () => counts.failed++);
