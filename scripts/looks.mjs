// `npm run looks [-- few|many|live|now|huge|editor]`: the pictures in test/looks, made anew. Look at them.
import * as esbuild from "esbuild";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { ensureBrowser } from "./browser.mjs";
import { ensurePackages } from "./install.mjs";
import { inRoot } from "./paths.mjs";
import { run } from "./run.mjs";

/** Ten million events through a page, on a slow machine. */
const LONGEST = 900_000;

await ensurePackages();
await Promise.all([ensureBrowser(), build()]);
const file = "test/looks/run";
await esbuild.build({
  absWorkingDir: inRoot(),
  entryPoints: [`${file}.ts`],
  bundle: true,
  outdir: "out/test",
  outbase: "test",
  platform: "node",
  packages: "external",
  target: "es2022",
  define: { "import.meta.url": JSON.stringify(pathToFileURL(inRoot("scripts/bundled.mjs")).href) },
});
const args = ["--max-old-space-size=4096", inRoot("out", `${file}.js`), ...process.argv.slice(2)];
const { code } = await run(process.execPath, args, { timeout: LONGEST, show: true, log: "looks" });
process.exit(code);
