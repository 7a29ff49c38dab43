import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RULES, type RuleId } from "../../extension/insights";
import { inRoot } from "../../scripts/paths.mjs";
import { findPythons } from "../../scripts/pythons.mjs";
import { casesOf, golden, PROGRAMS, runAll, type Run } from "./running";

const GOLDEN = inRoot("test", "insights", "golden.txt");
/** These end by themselves and are well written; what 11 does wrong it says in its name. */
const EXAMPLES = /^(?!11_).*\.py$/;
/** What the findings of these cases rest on: for each of these, one of the evidence. */
const EVIDENCE: Readonly<Record<string, readonly RegExp[]>> = {
  "blocked_loop fires_sleep": [
    /^held the loop for /,
    /^stood in handler at blocked_loop\.py:/,
    /^Task-\d+ was ready for /,
  ],
  "blocked_loop fires_computing": [/^stood in crunch at blocked_loop\.py:/, /^stood in fires_computing at /],
  "never_awaited fires": [/^dropped at never_awaited\.py:/, /^async def save$/],
  "never_awaited fires_kept_and_dropped": [/^made at never_awaited\.py:/, /^dropped at never_awaited\.py:/],
  "exception_lost fires": [/^raised ValueError at exception_lost\.py:\d+ in fail$/, /^created at exception_lost\.py:/],
  "task_leaked fires_at_close": [
    /^stood at task_leaked\.py:\d+ for .*, since .* of the run$/,
    /^created at task_leaked\.py:/,
  ],
  "task_leaked fires_collected": [
    /^stood at task_leaked\.py:\d+ for .*, since .* of the run$/,
    /^created at task_leaked\.py:/,
  ],
  "serial_awaits fires": [/^waited 1\d\d ms at serial_awaits\.py:/, /^waited 2\d\d ms at serial_awaits\.py:/],
  "await_in_loop fires_append": [/^6 rounds, the longest /],
  "await_in_loop fires_with_others_together": [
    /^6 rounds, the longest /,
    /^elsewhere in this run 4 tasks run together$/,
  ],
  "serial_gather fires_lock": [/ waited at this lock$/, /^Task-\d+ made progress for /],
  "serial_gather fires_blocking": [/^Task-\d+ ran for .* at a time from serial_gather\.py:/],
  "serial_gather fires_blocking_call": [/^time\.sleep\(\) ran for .* at serial_gather\.py:/],
  "lock_convoy fires": [
    /^Task-\d+ waited /,
    /^waiting from .* of the run: .*, at most .* at once$/,
    / let the next go on after the await at lock_convoy\.py:/,
  ],
  "queue_backpressure fires": [
    /^waiting from .* at most .* at once$/,
    / let the next go on after the await at queue_backpressure\.py:/,
  ],
  "pool_saturated fires": [
    /^sleep waited .*, from pool_saturated\.py:/,
    /^calls waiting from .* at most .* at once$/,
    /^sleep held a thread for /,
  ],
  "deadlock fires_locks": [/^Task-\d+ waits for lock #\d+, held by Task-\d+ at deadlock\.py:/],
  "deadlock fires_tasks": [/^Task-\d+ waits for .*Task-\d+.* at deadlock\.py:/],
  "stuck fires": [/^Task-\d+ waits for event at stuck\.py:/, /^Task-\d+ waits for Queue\.get at stuck\.py:/],
  "starved fires": [/^Task-\d+ was ready for /, /^index ran for .* after starved\.py:/],
  "busy_spin fires": [/^\d+ rounds of .* each$/],
  "cancel_swallowed fires": [
    /cancel_swallowed\.py:\d+/,
    /^CancelledError was raised at /,
    /^caught by except BaseException at cancel_swallowed\.py:/,
  ],
  "cancel_swallowed fires_suppressed": [
    /^caught by contextlib\.suppress\(asyncio\.CancelledError\) at cancel_swallowed\.py:/,
  ],
  "slow_cleanup fires": [/slow_cleanup\.py:\d+/, /^awaited sleep.* at slow_cleanup\.py:\d+ for /],
  "timeout_race fires": [/^timed out after /, /^was done after /],
  "timeout_race fires_just_too_early": [/^timed out after .* too early$/],
  "unbounded_fanout fires": [/^1500 of 1500 tasks alive$/, /^created within .*, all ended after /, /^memory/],
  "slow_loop fires": [/^redraw at slow_loop\.py:\d+ ran for /],
};
/** What these find costs something else than time. */
const COST_NO_TIME: ReadonlySet<RuleId> = new Set<RuleId>(["never-awaited", "exception-lost", "unbounded-fanout"]);
const files = readdirSync(PROGRAMS).filter((file) => file.endsWith(".py") && !/^(cases|slow_module)\./.test(file));

/** The rule that a program's cases are about. */
const ruleOf = (run: Run): string => run.name.split(" ")[0]?.replaceAll("_", "-") ?? "";
const fires = (run: Run): boolean => /^\S+ fires/.test(run.name);
/** Where a rule fires, others may, too; a near miss has nothing to say. */
const told = (run: Run): readonly string[] =>
  run.findings.filter(({ severity, rule }) => rule === ruleOf(run) || (!fires(run) && severity !== "hint")).map(golden);

const toldText = (run: Run): string => [`${run.name}:`, ...told(run).map((line) => `  ${line}`)].join("\n");

describe("findings of real runs", function () {
  const text = readFileSync(GOLDEN, "utf8");
  this.timeout(600_000);
  let runs: readonly Run[] = [];

  before(async () => {
    const pythons = await findPythons();
    const python = pythons.find(({ version }) => version.startsWith("3.12")) ?? pythons.at(-1);
    assert.ok(python !== undefined, "There is no Python to run the programs with.");
    const cases = files.flatMap((file) => {
      const path = join(PROGRAMS, file);
      return casesOf(path).map((name) => ({ path, args: [name] }));
    });
    const examples = readdirSync(inRoot("examples"))
      .filter((file) => EXAMPLES.test(file))
      .map((file) => ({ path: inRoot("examples", file), args: [] }));
    const programs = [...cases, ...examples];
    runs = await runAll(programs, python.path);
  });

  it("every program runs to its end", () => {
    assert.deepEqual(
      runs
        .filter(({ error, trace }) => error !== undefined || trace.tasks.length === 0)
        .map(({ name, error }) => [name, error]),
      [],
    );
  });

  it("every rule has a program that it fires on and at least two that it must not", () => {
    const about = (id: string, how: (run: Run) => boolean): number =>
      runs.filter((run) => ruleOf(run) === id && how(run)).length;
    for (const { id } of RULES) {
      assert.ok(about(id, fires) >= 1, `${id} fires on none`);
      assert.ok(about(id, (run) => !fires(run)) >= 2, `${id} has too few near misses`);
    }
  });

  it("says what golden.txt has, and nothing of what is well written", () => {
    const now = runs.map((run) => `${toldText(run)}\n`).join("");
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(GOLDEN, now);
    else assert.equal(now, text);
  });

  it("finds what is there and nothing else: precision and recall", () => {
    const right = runs.filter((run) => fires(run) && run.findings.some(({ rule }) => rule === ruleOf(run)));
    const missed = runs.filter((run) => fires(run) && !right.includes(run));
    const loud = runs.filter((run) => !fires(run) && told(run).some((line) => !line.startsWith("hint ")));
    const precision = right.length / (right.length + loud.length);
    const recall = right.length / (right.length + missed.length);
    process.stdout.write(
      `\n  ${runs.length} programs: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)} (${right.length} found, ${missed.length} missed, ${loud.length} false alarms)\n`,
    );
    assert.deepEqual(
      missed.map(({ name }) => name),
      [],
    );
    assert.deepEqual(
      loud.map((run) => [run.name, told(run)]),
      [],
    );
  });

  it("states certainty, evidence, what to do, and its cost in time with every finding", () => {
    for (const { name, findings } of runs)
      for (const { rule, severity, certainty, evidence, message, advice, cost } of findings) {
        assert.ok(certainty !== "" && evidence.length > 0 && advice !== "", name);
        if (severity === "hint" || COST_NO_TIME.has(rule)) continue;
        assert.ok(cost > 0 && / (ns|µs|ms|s|min|h)\b/.test(message), `${name}: ${message}`);
      }
  });

  it("rests on what the trace and the source have", () => {
    for (const [name, wanted] of Object.entries(EVIDENCE)) {
      const run = runs.find((one) => one.name === name);
      assert.ok(run !== undefined, name);
      const labels = run.findings.filter(({ rule }) => rule === ruleOf(run)).flatMap(({ evidence }) => evidence);
      const said = labels.map(({ label }) => label).join("\n");
      for (const one of wanted) assert.match(`${name}\n${said}`, new RegExp(one.source, "m"));
    }
    const shown = new Set(Object.keys(EVIDENCE).map((name) => name.split(" ")[0]?.replaceAll("_", "-")));
    assert.deepEqual(
      RULES.map(({ id }) => id).filter((id) => !shown.has(id)),
      [],
    );
  });
});
