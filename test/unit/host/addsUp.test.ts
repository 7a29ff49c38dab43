/** What stands after the lines of a function adds up to what stands over it: no wait is charged twice, or to nobody. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { TracedFiles } from "../../../extension/inline/fileFacts";
import { awaitStatsIn, readTrace, type Trace } from "../../../extension/trace";
import { inRoot } from "../../../scripts/paths.mjs";
import { findPythons } from "../../../scripts/pythons.mjs";

const call = promisify(execFile);
const programs = inRoot("test", "fixtures", "inline");
/** Calls itself: its lines count again in each call that is below another. */
const RECURSIVE = "down";

describe("The numbers of a real program", function () {
  // Seven Pythons one after another, on a machine that may have other things to do.
  this.timeout(300_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "awaitscope-sums-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function traced(python: string, file: string, ...args: readonly string[]): Promise<Trace> {
    const path = join(folder, "t.awaitscope");
    const words = ["run", "--quiet", "--python", python, "--out", path, file, ...args];
    await call(process.execPath, [inRoot("dist", "cli.js"), ...words]);
    return readTrace(readFileSync(path));
  }

  for (const [name, ...args] of [["sites"], ["nested"], ["calls", "3"]] as const)
    it(`add up in ${name}.py`, async () => {
      const file = join(programs, `${name}.py`);
      for (const { path, version } of await findPythons()) {
        const hasColumns = !version.startsWith("3.10.");
        const trace = await traced(path, file, ...args);
        const files = new TracedFiles(trace);
        const source = [...files.all.values()].find((one) => basename(one.path) === basename(file));
        assert.ok(source, version);
        const sites = awaitStatsIn(trace, source.path);
        const { outers } = files.inView(source);
        const { functions } = files.lensFacts(source);
        let seen = 0;
        for (const { code, waiting, tasks, awaited } of functions) {
          // Only columns tell comprehensions within each other apart.
          if (code.name === RECURSIVE || (!hasColumns && code.name.endsWith(">"))) continue;
          const inLines = [...sites, ...outers].filter((one) => one.function === code);
          assert.equal(sum(inLines), waiting + (awaited?.waiting ?? 0), `${code.name} on ${version}`);
          seen += tasks + (awaited?.tasks ?? 0);
        }
        assert.ok(seen > 1, version);
      }
    });
});

function sum(all: readonly { readonly waiting: number }[]): number {
  return all.reduce((total, { waiting }) => total + waiting, 0);
}
