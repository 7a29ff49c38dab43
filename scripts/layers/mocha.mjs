// Test files that run in node: units, the webview (which drives a browser) and the package.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { ensureBrowser } from "../browser.mjs";
import { filesBelow, inRoot } from "../paths.mjs";
import { run } from "../run.mjs";

/**
 * @param {string} layer folder below test/
 * @param {import("./counts.mjs").Context} context
 * @param {{ env?: NodeJS.ProcessEnv, jobs?: number }} [options] `jobs`: test files that run at the same time
 * @returns {Promise<import("./counts.mjs").Counts>}
 */
async function mochaLayer(layer, { seed }, { env = {}, jobs = 1 } = {}) {
  const files = filesBelow(`out/test/${layer}`, /\.test\.js$/);
  if (files.length === 0) throw new Error(`There are no tests in test/${layer}.`);
  const result = inRoot("out", "results", `${layer}.json`);
  mkdirSync(inRoot("out", "results"), { recursive: true });
  rmSync(result, { force: true });
  const args = [
    "--enable-source-maps",
    inRoot("scripts", "run-mocha.mjs"),
    result,
    String(seed),
    String(jobs),
    ...files.map((file) => inRoot(file)),
  ];
  const { code } = await run(process.execPath, args, { env, timeout: 600_000, show: true, log: layer });
  const counts = JSON.parse(readFileSync(result, "utf8"));
  if (code !== 0 && counts.failed === 0) throw new Error(`mocha ended with ${code}.`);
  return counts;
}

/** @param {import("./counts.mjs").Context} context */
export const unit = (context) => mochaLayer("unit", context, { jobs: context.jobs });

/** @param {import("./counts.mjs").Context} context */
export const insights = (context) => mochaLayer("insights", context);

/** @param {import("./counts.mjs").Context} context */
export async function webview(context) {
  return await mochaLayer("webview", context, { env: { CHROMIUM: await ensureBrowser() } });
}

/** @param {import("./counts.mjs").Context} context */
export async function packaged(context) {
  const { ensureServer } = await import("../vscode-server.mjs");
  const [browser] = await Promise.all([ensureBrowser(), ensureServer()]);
  return await mochaLayer("package", context, { env: { CHROMIUM: browser } });
}
