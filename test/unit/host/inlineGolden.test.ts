/**
 * What the source of real programs is told, as a text to read: the lenses over a line, the line, what stands after it and
 * at which column; then the hovers. Durations are taken out, since no two runs have the same. `UPDATE=1` writes it anew.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { annotate, placeFacts } from "../../../extension/inline/annotations";
import { TracedFiles } from "../../../extension/inline/fileFacts";
import { groupStory, outerStory, siteStory } from "../../../extension/inline/story";
import { tracedLenses } from "../../../extension/inline/tracedLenses";
import { readTrace, splitLines } from "../../../extension/trace";
import { inRoot } from "../../../scripts/paths.mjs";
import { findPythons, type Python } from "../../../scripts/pythons.mjs";

const call = promisify(execFile);
const programs = inRoot("test", "fixtures", "inline");

function withoutTimes(text: string): string {
  return (
    text
      // On a machine with other work a step comes late; only what the program does to itself is told the same each time.
      .replace(/([\d.]+)[ \u00a0](ns|µs|ms): the loop ran [^|]*/g, (all, n: string, unit: string) =>
        unit === "ms" && Number(n) >= 100 ? all : "<t> ",
      )
      .replace(/[\d.]+[ \u00a0](ns|µs|ms|s|min)(?![a-z])/g, "<t>")
      .replace(/\d+[ \u00a0]%/g, "<p>")
      .replace(/`[▁▂▃▄▅▆▇█]+`/g, "`<spread>`")
      .replace(/[▁▄█]{8}/g, "<bar>")
      .replace(/[\d.]+ at once/g, "<n> at once")
      .replace(/\(command:awaitscope\.(\w+)\?[^)]*\)/g, "($1)")
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
      .replaceAll("\u00a0", " ")
  );
}

/** What was seen of one program in an editor that shows its text as it ran. */
async function told(python: string, name: string, folder: string): Promise<string> {
  const file = join(programs, `${name}.py`);
  const path = join(folder, "t.awaitscope");
  await call(process.execPath, [inRoot("dist", "cli.js"), "run", "--quiet", "--python", python, "--out", path, file]);
  const trace = readTrace(readFileSync(path));
  const files = new TracedFiles(trace);
  const source = [...files.all.values()].find((known) => basename(known.path) === basename(file));
  assert.ok(source, `${name} is not in its trace`);
  const lines = splitLines(readFileSync(file, "utf8"));
  const map = new Map(lines.map((_, line) => [line, line]));
  const facts = placeFacts(files.inView(source), map);
  const texts = new Map(annotate(trace, facts).map((annotation) => [annotation.line, annotation]));
  const lenses = tracedLenses(files.lensFacts(source), map, false);
  const text: string[] = [];
  lines.forEach((line, i) => {
    const indent = " ".repeat(line.length - line.trimStart().length);
    for (const lens of lenses.filter((one) => one.line === i)) text.push(`${indent}~ ${lens.title}`);
    text.push(line);
    const after = texts.get(i);
    if (after !== undefined) text.push(`${indent}> ${i + 1}:${line.length} ${after.text}`);
  });
  const hovers = [
    ...facts.sites.map((site) => ({ site, story: siteStory(trace, site) })),
    ...facts.outers.map((site) => ({ site, story: outerStory(site) })),
    ...facts.groups.map((site) => ({ site, story: groupStory(trace, site) })),
  ].sort((a, b) => a.site.line - b.site.line || (a.site.site.column ?? 0) - (b.site.site.column ?? 0));
  for (const { site, story } of hovers) {
    const { column, endColumn } = site.site;
    text.push("", `--- ${site.line + 1}:${column ?? ""} to ${site.endLine + 1}:${endColumn ?? ""}`, story);
  }
  return `${withoutTimes(text.join("\n"))}\n`;
}

describe("What the source of a real program is told", function () {
  // Programs that take a second each, on several Pythons, beside whatever else the machine does.
  this.timeout(180_000);
  let pythons: readonly Python[];
  let python: string;
  let folder: string;

  before(async () => {
    pythons = await findPythons();
    const known = pythons.find(({ version }) => version.startsWith("3.12.")) ?? pythons.at(-1);
    assert.ok(known, "there is no Python 3.10 or newer on this machine");
    python = known.path;
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "awaitscope-inline-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  for (const name of ["sites", "groups", "busy", "nested"]) {
    it(`is as in ${name}.txt`, async () => {
      const seen = await told(python, name, folder);
      const golden = join(programs, `${name}.txt`);
      if (process.env["UPDATE"] !== undefined) writeFileSync(golden, seen);
      assert.equal(seen, readFileSync(golden, "utf8"));
    });
  }

  for (const name of ["sites", "nested"]) {
    // The hovers' places differ: since 3.13 more comprehensions have columns of their own.
    it(`is the same after the lines of ${name}.py on every Python that tells columns`, async () => {
      const lines = (text: string): string => text.split("\n--- ")[0]!;
      const golden = lines(readFileSync(join(programs, `${name}.txt`), "utf8"));
      for (const { path, version } of pythons)
        if (path !== python && !version.startsWith("3.10."))
          assert.equal(lines(await told(path, name, folder)), golden, version);
    });
  }
});
