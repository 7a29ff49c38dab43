// `npm run bench -- viewer|inline [--save]` or `npm run bench -- runtime [--pairs N] [--only NAME] [--profile] [--save]`: the
// figures are this machine's.
import * as esbuild from "esbuild";
import { build } from "./build.mjs";
import { ensurePackages, ensureProofs, proofsPython } from "./install.mjs";
import { inRoot } from "./paths.mjs";
import { findPythons, newestOfEach } from "./pythons.mjs";
import { run } from "./run.mjs";
import { pathToFileURL } from "node:url";

const LONGEST = 1_800_000;
const BENCHES = new Map([
  ["viewer", viewer],
  ["inline", inline],
  ["runtime", runtime],
]);
const [name = "", ...args] = process.argv.slice(2);
const bench = BENCHES.get(name);
if (bench === undefined) {
  console.error(`Usage: npm run bench -- ${[...BENCHES.keys()].join("|")} [options]`);
  process.exit(2);
}
process.exit(await bench());

/** The timeline at a million and at ten million events, in Chromium. */
async function viewer() {
  await ensurePackages();
  await build();
  const folder = `test/bench/viewer`;
  const common = { absWorkingDir: inRoot(), bundle: true, outdir: "out/test", outbase: "test", target: "es2022" };
  await esbuild.build({
    ...common,
    entryPoints: [`${folder}/run.ts`, `${folder}/host.ts`],
    platform: "node",
    packages: "external",
    define: { "import.meta.url": JSON.stringify(pathToFileURL(inRoot("scripts/bundled.mjs")).href) },
  });
  await esbuild.build({
    ...common,
    entryPoints: ["bench", "program", "naive"].map((page) => `${folder}/${page}.page.ts`),
    platform: "browser",
    format: "iife",
  });
  const { code } = await run(
    process.execPath,
    ["--max-old-space-size=4096", inRoot("out", folder, "run.js"), ...args],
    {
      timeout: LONGEST,
      show: true,
      log: `bench-viewer`,
    },
  );
  return code;
}

/** What it costs to keep the source told of a growing trace. */
async function inline() {
  await ensurePackages();
  const file = "test/bench/inline/run";
  await esbuild.build({
    absWorkingDir: inRoot(),
    entryPoints: [`${file}.ts`],
    bundle: true,
    outdir: "out/test",
    outbase: "test",
    platform: "node",
    target: "es2022",
  });
  const { code } = await run(process.execPath, [inRoot("out", `${file}.js`), ...args], {
    timeout: LONGEST,
    show: true,
    log: "bench-inline",
  });
  return code;
}

/** What recording costs the program, on every Python found. */
async function runtime() {
  const script = inRoot("test/bench/runtime/bench.py");
  await ensureProofs(); // may bring a Python, or leave one out
  const pythons = newestOfEach(await findPythons());
  const [first] = pythons;
  if (first === undefined) throw new Error("No Python 3.10 or newer was found.");
  const words = [script, ...args, ...pythons.map(proofsPython)];
  const { code } = await run(first.path, words, { timeout: LONGEST, show: true, log: "bench-runtime" });
  const saved = inRoot("docs", "bench-runtime.md");
  if (code === 0 && args.includes("--save")) await run("npx", ["prettier", "--write", saved], { timeout: 60_000 });
  return code;
}
