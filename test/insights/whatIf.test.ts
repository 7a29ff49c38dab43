/** What the model says of a change, held to what the program did with that change: both are run. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { formatDuration, readTrace, type Trace } from "../../extension/trace";
import { atOnce, projectedTrace, whatIfNow, type Change, type Lines } from "../../extension/whatif";
import { inRoot } from "../../scripts/paths.mjs";
import { findPythons } from "../../scripts/pythons.mjs";
import { runAll, type Run } from "./running";

const PROGRAMS = inRoot("test", "insights", "whatif");

const at = (program: string, line: number, endLine = line): Lines => ({
  file: join(PROGRAMS, `${program}.py`),
  line,
  endLine,
  column: undefined,
});

/** The change that each program's `after` has, as it is asked for. */
const CHANGES: Readonly<Record<string, readonly Change[]>> = {
  serial: [{ kind: "concurrent", lines: [at("serial", 13, 14)] }],
  loop: [{ kind: "concurrent", lines: [at("loop", 17)] }],
  blocking: [{ kind: "unblock", lines: at("blocking", 10) }],
  faster: [{ kind: "faster", lines: at("faster", 12), percent: 50 }],
  semaphore: [{ kind: "limit", lines: at("semaphore", 8), limit: 6 }],
  slow_member: [{ kind: "faster", lines: at("slow_member", 8), percent: 80 }],
  workers: [{ kind: "faster", lines: at("workers", 10), percent: 50 }],
  fanout: [{ kind: "limit", lines: at("fanout", 17), limit: 4 }],
  limited_loop: [
    { kind: "concurrent", lines: [at("limited_loop", 18)] },
    { kind: "limit", lines: at("limited_loop", 18), limit: 3 },
  ],
  producer: [{ kind: "faster", lines: at("producer", 16), percent: 80 }],
  daemon: [{ kind: "faster", lines: at("daemon", 15), percent: 60 }],
};

/** How long main took: the interpreter's own start is as long as it is. */
function mainOf(trace: Trace): number {
  const main = trace.tasks.find(({ coro }) => coro === "before" || coro === "after");
  assert.ok(main?.ended !== undefined);
  return main.ended - main.created;
}

/** Of what really happened. */
const CLOSE = 0.1;
const FAITHFUL = 0.02;
const AGAIN = 3;

interface Pair {
  readonly before: Run;
  readonly after: Run;
}

describe("what if, and what then happened", function () {
  this.timeout(180_000);
  const pairs = new Map<string, Pair>();

  const projectedOf = (name: string): number =>
    mainOf(readTrace(atOnce(projectedTrace(whatIfNow(pairs.get(name)!.before.trace, CHANGES[name] ?? [])))));
  const offBy = (name: string): number => projectedOf(name) / mainOf(pairs.get(name)!.after.trace) - 1;

  before(async () => {
    const pythons = await findPythons();
    const python = pythons.find(({ version }) => version.startsWith("3.12")) ?? pythons.at(-1);
    assert.ok(python !== undefined, "There is no Python to run the programs with.");
    let names = Object.keys(CHANGES);
    // Another process may have taken the processor for longer than the tolerance: once more, then.
    for (let left = AGAIN; left > 0 && names.length > 0; left--) {
      const programs = names.flatMap((name) =>
        ["before", "after"].map((version) => ({ path: join(PROGRAMS, `${name}.py`), args: [version] })),
      );
      const runs = await runAll(programs, python.path, 2);
      names.forEach((name, i) => pairs.set(name, { before: runs[2 * i]!, after: runs[2 * i + 1]! }));
      names = names.filter((name) => Math.abs(offBy(name)) > CLOSE);
    }
  });

  it("the model agrees with the run when nothing is changed", () => {
    for (const [name, { before }] of pairs) {
      const { modelled, recorded } = whatIfNow(before.trace, []);
      assert.ok(Math.abs(modelled / recorded - 1) < FAITHFUL, `${name}: ${modelled} of ${recorded}`);
    }
  });

  for (const name of Object.keys(CHANGES))
    it(`${name}: the change does what was said`, () => {
      const { before, after } = pairs.get(name)!;
      const [was, said, is] = [mainOf(before.trace), projectedOf(name), mainOf(after.trace)].map((ns) =>
        formatDuration(ns),
      );
      const off = offBy(name);
      process.stdout.write(`    ${name}: ${was}; said ${said}, was ${is} (${(100 * off).toFixed(1)} %)\n`);
      assert.ok(Math.abs(off) <= CLOSE, `said ${said}, but it was ${is}`);
    });
});
