// `npm run bench -- viewer [--save]`: builds, then measures; the figures are this machine's.
import * as esbuild from "esbuild";
import { build } from "./build.mjs";
import { ensurePackages } from "./install.mjs";
import { inRoot } from "./paths.mjs";
import { run } from "./run.mjs";
import { pathToFileURL } from "node:url";

const BENCHES = ["viewer"];
const [name = "", ...args] = process.argv.slice(2);
if (!BENCHES.includes(name)) {
  console.error(`Usage: npm run bench -- ${BENCHES.join("|")} [--save]`);
  process.exit(2);
}
await ensurePackages();
await build();
const folder = `test/bench/${name}`;
const common = { absWorkingDir: inRoot(), bundle: true, outdir: "out/test", outbase: "test", target: "es2022" };
await esbuild.build({
  ...common,
  entryPoints: [`${folder}/run.ts`],
  platform: "node",
  packages: "external",
  define: { "import.meta.url": JSON.stringify(pathToFileURL(inRoot("scripts/bundled.mjs")).href) },
});
await esbuild.build({
  ...common,
  entryPoints: [`${folder}/bench.page.ts`, `${folder}/naive.page.ts`],
  platform: "browser",
  format: "iife",
});
const { code } = await run(process.execPath, ["--max-old-space-size=4096", inRoot("out", folder, "run.js"), ...args], {
  timeout: 1_800_000,
  show: true,
  log: `bench-${name}`,
});
process.exit(code);
