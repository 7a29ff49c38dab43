/** What the summary says of real programs, on every Python here, against what they say themselves. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { inRoot } from "../../../scripts/paths.mjs";
import { findPythons, type Python } from "../../../scripts/pythons.mjs";
import type { Summary } from "../../../extension/trace";
import { breaches, findingBreaches } from "../../fixtures/summarySchema";

const call = promisify(execFile);
const programs = inRoot("test", "fixtures", "programs");

describe("The summary of a real program", function () {
  // One Python after another.
  this.timeout(120_000);
  let pythons: readonly Python[];
  let folder: string;

  before(async () => {
    pythons = await findPythons();
    assert.notEqual(pythons.length, 0, "there is no Python 3.10 or newer on this machine");
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "awaitscope-truth-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Traces a program of the fixtures through the command line, as scripts would. */
  async function traced(python: Python, name: string, ...args: readonly string[]): Promise<[string, Summary]> {
    const cli = inRoot("dist", "cli.js");
    const trace = join(folder, "t.awaitscope");
    const words = ["run", "--quiet", "--python", python.path, "--out", trace, join(programs, name), ...args];
    const { stdout } = await call(process.execPath, [cli, ...words]);
    const shown = await call(process.execPath, [cli, "show", "--json", trace]);
    const { findings, ...summary } = JSON.parse(shown.stdout) as Summary & { readonly findings: unknown };
    assert.deepEqual(breaches(summary), []);
    assert.deepEqual(findingBreaches(findings), []);
    return [stdout, summary];
  }

  it("knows every kind of await", async () => {
    const lines = readFileSync(join(programs, "await_kinds.py"), "utf8").split("\n");
    for (const python of pythons) {
      const minor = Number(python.version.split(".")[1]);
      const { names, kinds } = expectedKinds(lines, minor);
      const [, summary] = await traced(python, "await_kinds.py", ...names);
      const found = new Map<number, string>();
      for (const { site, kind } of summary.awaits)
        found.set(site.line, [found.get(site.line) ?? [], kind].flat().join(" and "));
      const inOrder = [...found].sort(([a], [b]) => a - b);
      assert.deepEqual(inOrder, kinds, `on Python ${python.version}`);
    }
  });

  it("measures what the program measures", async () => {
    for (const python of pythons) {
      const [printed, summary] = await traced(python, "measures_itself.py");
      const measured = JSON.parse(printed) as Record<string, { count: number; total_ms: number; max_ms: number }>;
      for (const [name, own] of Object.entries(measured)) {
        const where = `${name} on Python ${python.version}`;
        const ours = summary.awaits.filter((stat) => stat.function === name);
        const task = summary.tasks.find((one) => one.coro === name);
        assert.ok(task !== undefined && ours[0] !== undefined && ours.length === 1, where);
        assert.deepEqual([ours[0].count, ours[0].tasks], [own.count, 1], where);
        // The program's clock runs on while its own code runs before and after the wait: at most so much more.
        for (const key of ["total_ms", "max_ms"] as const) {
          const more = own[key] - ours[0][key];
          assert.ok(more > -ROUNDING_MS && more < task.run_ms + ROUNDING_MS, `${where}: ${key} differs by ${more}`);
        }
        const life = task.run_ms + task.ready_ms + task.wait_ms;
        assert.ok(Math.abs(life - ((task.ended_ms ?? 0) - task.created_ms)) < ROUNDING_MS, where);
      }
      const late = (measured["held_up"]?.total_ms ?? 0) - HELD_UP_SLEEPS_MS;
      const heldUp = summary.tasks.find((task) => task.coro === "held_up");
      const blocks = summary.tasks.find((task) => task.coro === "blocks");
      assert.ok(heldUp !== undefined && blocks !== undefined && blocks.run_ms >= BLOCKS_MS - ROUNDING_MS);
      // Its first step was ready from its creation on, while main created the others.
      const more = heldUp.ready_ms - late;
      assert.ok(Math.abs(more) < heldUp.run_ms + CREATION_MS, `ready ${heldUp.ready_ms}, late ${late}`);
    }
  });
});

const ROUNDING_MS = 0.1;
const HELD_UP_SLEEPS_MS = 10;
const BLOCKS_MS = 50;
/** Generous, for busy machines; what is to be told apart is 40 ms. */
const CREATION_MS = 15;

interface Expected {
  /** Functions this Python can run. */
  readonly names: readonly string[];
  readonly kinds: readonly (readonly [line: number, kind: string])[];
}

function expectedKinds(lines: readonly string[], minor: number): Expected {
  const names: string[] = [];
  const kinds: [number, string][] = [];
  let needs = 10;
  for (const [i, line] of lines.entries()) {
    const needed = /^# needs 3\.(\d+)$/.exec(line)?.[1];
    if (needed !== undefined) needs = Number(needed);
    const name = /^(?:async def|class|def) (\w+)/.exec(line)?.[1];
    if (name !== undefined && needed === undefined && !/^# needs/.test(lines[i - 1] ?? "")) needs = 10;
    if (/^async def \w+\(\):/.test(line) && !NOT_CALLED.has(name ?? "") && needs <= minor) names.push(name ?? "");
    const kind = /# kind: (\S+)$/.exec(line)?.[1];
    if (kind !== undefined && needs <= minor) kinds.push([i + 1, kind]);
  }
  return { names, kinds };
}

/** These are called by the others. */
const NOT_CALLED: ReadonlySet<string> = new Set(["main", "soon", "ticks"]);
