import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../extension/insights";
import { inRoot } from "../../scripts/paths.mjs";
import { findPythons } from "../../scripts/pythons.mjs";
import { casesOf, golden, PROGRAMS, runAll, type Run } from "./running";

const GOLDEN = inRoot("test", "insights", "golden.txt");
/** These end by themselves and are well written; what 11 does wrong it says in its name. */
const EXAMPLES = /^(?!11_).*\.py$/;
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
  this.timeout(180_000);
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

  it("states certainty and evidence with every finding", () => {
    for (const { name, findings } of runs)
      for (const { certainty, evidence, message } of findings)
        assert.ok(certainty !== "" && message !== "" && evidence.length > 0, name);
  });
});
