// Bundles every room for the place it runs in: `node scripts/build.mjs [--watch]`.
// dist/ is what ships, out/ is what only the tests need.
import * as esbuild from "esbuild";
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { filesBelow, inRoot, root } from "./paths.mjs";

/**
 * `import { source } from "./x.worker?source"`: the bundled worker x.worker.ts as text. A webview can fetch no script for
 * a worker, so the worker travels in the page's own.
 * @type {import("esbuild").Plugin}
 */
export const workerSource = {
  name: "worker-source",
  setup(builder) {
    builder.onResolve({ filter: /\.worker\?source$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace(/\?source$/, ".ts")),
      namespace: "worker-source",
    }));
    builder.onLoad({ filter: /.*/, namespace: "worker-source" }, async ({ path }) => {
      const { outputFiles, metafile } = await esbuild.build({
        absWorkingDir: root,
        bundle: true,
        target: "es2022",
        platform: "browser",
        format: "iife",
        entryPoints: [path],
        minify: true,
        write: false,
        metafile: true,
      });
      const text = outputFiles?.[0]?.text ?? "";
      const watchFiles = Object.keys(metafile?.inputs ?? {}).map((file) => inRoot(file));
      return { contents: `export const source = ${JSON.stringify(text)};`, loader: "js", watchFiles };
    });
  },
};

/** @type {import("esbuild").BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  target: "es2022",
  logLevel: "warning",
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [workerSource],
};

/**
 * Python's parser: a script of its own, which extension and command line load when they first need it.
 * @type {import("esbuild").Plugin}
 */
const parserBeside = {
  name: "parser-beside",
  setup(builder) {
    builder.onResolve({ filter: /^web-tree-sitter$/ }, () => ({ path: "./web-tree-sitter.js", external: true }));
  },
};
const WASM = ["web-tree-sitter/web-tree-sitter.wasm", "tree-sitter-python/tree-sitter-python.wasm"];

// VS Code 1.90, the oldest supported, runs extensions on Node 20.
/** @type {import("esbuild").BuildOptions} */
const node = { ...common, platform: "node", format: "cjs", target: "node20" };

/** @type {import("esbuild").BuildOptions} */
const host = {
  ...node,
  plugins: [workerSource, parserBeside],
  // What is loaded later is a script like this one, and read as one.
  supported: { "dynamic-import": false },
  minify: true,
};

/**
 * The same where there is no node: what asks for it does not build. All in one script, since no other can be loaded there.
 * @type {import("esbuild").BuildOptions}
 */
const webHost = {
  ...common,
  platform: "browser",
  format: "cjs",
  minify: true,
  // The parser is given its WebAssembly; it only wants to name a place.
  define: { "import.meta.url": '"file:///"' },
};

/** @type {import("esbuild").BuildOptions} */
const browser = { ...common, platform: "browser", format: "iife" };

/** @type {readonly import("esbuild").BuildOptions[]} */
const shipped = [
  {
    ...host,
    entryPoints: ["extension/extension.ts"],
    outfile: "dist/extension.js",
    external: ["vscode"],
  },
  {
    ...webHost,
    entryPoints: ["extension/web/extension.ts"],
    outfile: "dist/web.js",
    external: ["vscode"],
  },
  {
    ...host,
    entryPoints: ["extension/cli/main.ts"],
    outfile: "dist/cli.js",
    banner: { js: "#!/usr/bin/env node" },
  },
  {
    ...node,
    // Its other form asks where it stands, which a bundle cannot tell it.
    entryPoints: ["node_modules/web-tree-sitter/web-tree-sitter.cjs"],
    outfile: "dist/web-tree-sitter.js",
    minify: true,
  },
  { ...browser, entryPoints: ["media/timeline/main.ts"], outfile: "dist/timeline.js", minify: true },
  { ...browser, entryPoints: ["media/timeline/standalone.ts"], outfile: "dist/standalone.js", minify: true },
];

/** @returns {readonly import("esbuild").BuildOptions[]} */
function tests() {
  // Packages are loaded from node_modules when the tests run: smaller bundles, and one copy of mocha.
  /** @type {import("esbuild").BuildOptions} */
  const test = {
    ...node,
    packages: "external",
    sourcemap: "inline",
    outdir: "out/test",
    outbase: "test",
    // Scripts that tests import find the project from where they stand, which the bundle would otherwise forget.
    define: { "import.meta.url": JSON.stringify(pathToFileURL(inRoot("scripts/bundled.mjs")).href) },
  };
  return [
    { ...test, entryPoints: filesBelow("test", /^test\/(unit|webview|package|insights)\/.*\.test\.tsx?$/) },
    { ...test, entryPoints: filesBelow("test/host", /\/index\.ts$|\.test\.ts$/), external: ["vscode"] },
    // What the webview tests load into their page (a fake host).
    { ...browser, entryPoints: filesBelow("test/webview", /\.page\.tsx?$/), outdir: "out/test", outbase: "test" },
  ];
}

/** @param {import("esbuild").BuildOptions} options */
const entries = (options) => /** @type {string[]} */ (options.entryPoints);

/** @param {string} entry */
const isThere = (entry) => existsSync(inRoot(entry));

function copyAssets() {
  mkdirSync(inRoot("dist"), { recursive: true });
  for (const sheet of ["timeline.css", "standalone.css"]) {
    copyFileSync(inRoot("media/timeline", sheet), inRoot("dist", sheet));
  }
  for (const file of WASM) copyFileSync(inRoot("node_modules", file), inRoot("dist", basename(file)));
  if (existsSync(inRoot("dist/cli.js"))) chmodSync(inRoot("dist/cli.js"), 0o755);
}

/** A test deleted from the source must not go on running. */
function removeStaleTests() {
  for (const bundle of filesBelow("out/test", /\.test\.js$/)) {
    const source = bundle.replace(/^out\//, "").replace(/\.js$/, "");
    if (!isThere(`${source}.ts`) && !isThere(`${source}.tsx`)) rmSync(inRoot(bundle));
  }
}

export async function build() {
  removeStaleTests();
  const all = [...shipped, ...tests()].filter(
    (options) => entries(options).every(isThere) && entries(options).length > 0,
  );
  await Promise.all(all.map((options) => esbuild.build(options)));
  copyAssets();
}

async function watch() {
  for (const options of shipped) {
    const context = await esbuild.context({ ...options, sourcemap: "inline", minify: false, logLevel: "info" });
    await context.watch();
  }
  copyAssets();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  // Not awaited: the tests that import this are bundled in a form that knows no top-level await.
  void (process.argv.includes("--watch") ? watch() : build());
}
