// `npm run package`: the .vsix that people install, in out/. Build first.
import { cpSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { inRoot } from "./paths.mjs";
import { must } from "./run.mjs";

/** The files, and the folders with files, that .vscodeignore lets through. vsce looks at every file there is, caches too:
 * it gets a folder of its own, with little more than what ships. */
const allowed = () =>
  readFileSync(inRoot(".vscodeignore"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("!"))
    .map((line) => line.slice(1).replace(/\/\*\*.*/, ""));

/** Makes the .vsix of what is in dist/ and gives its path. */
export async function makePackage() {
  const file = inRoot("out", "awaitscope.vsix");
  const stage = inRoot("out", "package");
  rmSync(stage, { recursive: true, force: true });
  for (const name of [".vscodeignore", ...allowed()]) cpSync(inRoot(name), path.join(stage, name), { recursive: true });
  const vsce = inRoot("node_modules", "@vscode", "vsce", "vsce");
  await must(
    process.execPath,
    [vsce, "package", "--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links", "--out", file],
    {
      cwd: stage,
      timeout: 120_000,
      log: "package",
    },
  );
  return file;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  void build()
    .then(makePackage)
    .then((file) => console.log(file));
}
