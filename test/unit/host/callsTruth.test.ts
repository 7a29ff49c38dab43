/** Calls of real programs: what is told of them against what the program itself counted. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { functionStats, readTrace } from "../../../extension/trace";
import { inRoot } from "../../../scripts/paths.mjs";
import { findPythons } from "../../../scripts/pythons.mjs";

const call = promisify(execFile);
const PROGRAM = inRoot("test", "fixtures", "inline", "calls.py");
/** Other calls: `SEEDS=200`. */
const SEEDS = Number(process.env["SEEDS"] ?? 1);

describe("Calls that a program counted itself", function () {
  // Seven Pythons, two processes each, on a machine that may have ten other things to do: only a hang is a failure.
  this.timeout(300_000 + SEEDS * 30_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "awaitscope-calls-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Function to [counted, told, more]. */
  async function both(python: string, seed: number): Promise<ReadonlyMap<string, readonly [number, number, boolean]>> {
    const path = join(folder, "t.awaitscope");
    const words = [
      inRoot("dist", "cli.js"),
      "run",
      "--quiet",
      "--python",
      python,
      "--out",
      path,
      PROGRAM,
      String(seed),
    ];
    const { stdout } = await call(process.execPath, words);
    const counted = new Map(Object.entries(JSON.parse(stdout) as Record<string, number>));
    const trace = readTrace(readFileSync(path));
    const file = [...trace.files()].find((one) => basename(one.path) === basename(PROGRAM));
    const told = functionStats(trace, file?.path ?? "").map(({ code, awaited }) => [code.name, awaited] as const);
    return new Map(
      told.flatMap(([name, awaited]) => {
        const right = counted.get(name);
        return right === undefined ? [] : [[name, [right, awaited?.calls ?? 0, awaited?.more ?? false]]];
      }),
    );
  }

  it("are never more than it counted, and as many where nothing is hidden", async () => {
    const pythons = await findPythons();
    assert.ok(pythons.length > 0);
    for (const { path, version } of pythons) {
      for (let seed = 1; seed <= SEEDS; seed++) {
        for (const [name, [counted, told, more]] of await both(path, seed)) {
          const what = `${name} on ${version}, seed ${seed}: counted ${counted}, told ${told}${more ? "+" : ""}`;
          assert.ok(told <= counted, what);
          assert.ok(more || told === counted, what);
        }
      }
    }
  });
});
