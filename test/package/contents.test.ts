/** The file people download: small, and with nothing in it that does not belong there. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { filesBelow, inRoot } from "../../scripts/paths.mjs";
import { makePackage } from "../../scripts/package.mjs";
import { findPythons } from "../../scripts/pythons.mjs";

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly title: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
}

/** A quarter of it is Python's parser; a sixth is the extension once more, in the one script that runs on the web. */
const LIMIT_BYTES = 760_000;

describe("the .vsix", function () {
  this.timeout(120_000);
  let file: string;
  let names: readonly string[];

  before(async () => {
    file = await makePackage();
    names = await namesInZip(file);
  });

  it("is smaller than 760 kB", () => {
    assert.ok(statSync(file).size < LIMIT_BYTES, `${statSync(file).size} bytes`);
  });

  it("has all that the manifest and the extension point to", () => {
    const runtime = filesBelow("runtime", /\.py$/);
    const expected = [
      ...["package.json", "readme.md", "changelog.md", "LICENSE.txt", "media/icon.png"],
      ...["dist/extension.js", "dist/web.js", "dist/cli.js", "dist/timeline.js", "dist/timeline.css"],
      ...["dist/web-tree-sitter.js", "dist/web-tree-sitter.wasm", "dist/tree-sitter-python.wasm"],
      ...runtime,
    ].map((name) => `extension/${name}`);
    assert.deepEqual(
      expected.filter((name) => !names.includes(name)),
      [],
    );
  });

  it("has a script for the web that asks for nothing but VS Code", () => {
    const script = readFileSync(inRoot("dist", "web.js"), "utf8");
    const asksFor = [...script.matchAll(/\b(?:require|import)\((.*?)\)|["'](node:[\w/]*?)["']/g)].map(([text]) => text);
    // The parser has a branch for node, which is not taken there.
    const parser = ["fs", "path", "url"].map((name) => `require("${name}")`);
    assert.deepEqual(
      [...new Set(asksFor)].filter((one) => !parser.includes(one)),
      ['require("vscode")'],
    );
  });

  it("tells in the README of every command and setting", () => {
    const { contributes } = JSON.parse(readFileSync(inRoot("package.json"), "utf8")) as Manifest;
    const readme = readFileSync(inRoot("README.md"), "utf8");
    const words = [
      ...contributes.commands.map(({ title }) => title),
      ...Object.keys(contributes.configuration.properties),
    ];
    assert.deepEqual(
      words.filter((word) => !readme.includes(word)),
      [],
    );
  });

  it("has no sources, tests, maps or caches", () => {
    const known =
      /^(\[Content_Types\]\.xml|extension\.vsixmanifest)$|^extension\/([^/]+$|dist\/|runtime\/(.*\.py|pyproject\.toml)$|media\/(icon\.png|walkthrough\/.*)$)/;
    assert.deepEqual(
      names.filter((name) => !known.test(name) || /\.(map|ts)$/.test(name)),
      [],
    );
  });
});

/** Python's own library reads zip files, node's does not. */
async function namesInZip(file: string): Promise<readonly string[]> {
  const [python] = await findPythons();
  assert.ok(python, "a Python to read the file with");
  const program = "import sys, zipfile; print('\\n'.join(zipfile.ZipFile(sys.argv[1]).namelist()))";
  return execFileSync(python.path, ["-c", program, file], { encoding: "utf8" }).trim().split(/\r?\n/);
}
