// `npm run package`: the .vsix that people install, in out/. Build first.
import { mkdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { inRoot } from "./paths.mjs";
import { must } from "./run.mjs";

/** Makes the .vsix of what is in dist/ and gives its path. */
export async function makePackage() {
  const file = inRoot("out", "awaitscope.vsix");
  mkdirSync(inRoot("out"), { recursive: true });
  const vsce = inRoot("node_modules", "@vscode", "vsce", "vsce");
  await must(
    process.execPath,
    [vsce, "package", "--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links", "--out", file],
    {
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
