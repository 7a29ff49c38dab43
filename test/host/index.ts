/** Runs the suites inside a real VS Code: the extension host calls `run`. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";

/** Where the launcher reads how it went; a window has no other way to tell. */
const RESULTS = join(__dirname, "results.json");
/** A window that has just opened, on a machine with two cores. */
const TEST_TIMEOUT_MS = 60_000;

interface Failure {
  readonly title: string;
  readonly error: string;
}

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: TEST_TIMEOUT_MS, reporter: "spec", color: false });
  const suites = join(__dirname, "suite");
  // To work on one suite: the others take a minute.
  const only = process.env["AWAITSCOPE_HOST_SUITE"] ?? "";
  const files = readdirSync(suites).filter((name) => name.endsWith(".test.js") && name.includes(only));
  for (const file of inRandomOrder(files)) mocha.addFile(join(suites, file));

  const passed: string[] = [];
  const failed: Failure[] = [];
  const pending: string[] = [];
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on("pass", (test) => passed.push(test.fullTitle()))
      .on("pending", (test) => pending.push(test.fullTitle()))
      .on("fail", (test, error: unknown) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        failed.push({ title: test.fullTitle(), error: text });
      });
  });
  writeFileSync(RESULTS, JSON.stringify({ passed, failed, pending }, undefined, 2));
  if (failed.length > 0) throw new Error(`${failed.length} host tests failed`);
}

/** No suite may need another to have run before it; the launcher prints the seed. */
function inRandomOrder(files: readonly string[]): readonly string[] {
  let state = Number(process.env["AWAITSCOPE_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  const order = files.map((file) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return { file, at: state };
  });
  return order.sort((a, b) => a.at - b.at).map(({ file }) => file);
}
