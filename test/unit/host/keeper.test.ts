import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PYTHON = process.platform === "win32" ? "python" : "python3";

describe("the keeper of a program's terminal", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "awaitscope-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs a command as the extension does, though without a tty; stdin is at its end. */
  async function keep(
    command: readonly string[],
  ): Promise<{ readonly output: string; readonly told: readonly string[] }> {
    const runFile = join(folder, "run");
    writeFileSync(runFile, `${JSON.stringify(command)}\n`);
    const keeper = spawn(PYTHON, ["-I", "-S", join("runtime", "terminal"), runFile], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [keeper.stdout, keeper.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    const code = await new Promise((resolve) => keeper.on("close", resolve));
    assert.equal(code, 0, output);
    return { output, told: readFileSync(runFile, "utf8").trimEnd().split("\n").slice(1) };
  }

  it("gives the program its arguments as they are", async () => {
    const odd = ["a b", "${workspaceFolder}", '"', "'", "\\", "é"];
    const { output, told } = await keep([PYTHON, "-c", "import sys; print(ascii(sys.argv[1:]))", ...odd]);
    assert.ok(output.includes(String.raw`['a b', '${"${workspaceFolder}"}', '"', "'", '\\', '\xe9']`), output);
    assert.match(told[0] ?? "", /^started \d+$/);
    assert.equal(told[1], "ended 0");
  });

  it("tells and shows the exit code", async () => {
    const { output, told } = await keep([PYTHON, "-c", "raise SystemExit(3)"]);
    assert.equal(told[1], "ended 3");
    assert.match(output, /Ended with exit code 3\. Press Enter/);
  });

  // Windows has no signals to be killed by.
  const itWithSignals = process.platform === "win32" ? undefined : it;
  itWithSignals?.("tells and shows that the program was killed", async () => {
    const { output, told } = await keep([PYTHON, "-c", "import os; os.kill(os.getpid(), 9)"]);
    assert.equal(told[1], "ended -9");
    assert.match(output, /Killed by SIGKILL/);
  });

  it("leaves the program's own handling of interrupts alone", async () => {
    const { output } = await keep([PYTHON, "-c", "import signal; print(signal.getsignal(signal.SIGINT).__name__)"]);
    assert.match(output, /default_int_handler/);
  });

  it("tells that the program could not be started", async () => {
    const { output, told } = await keep([join(folder, "nothing")]);
    assert.deepEqual(told, ["ended 127"]);
    assert.match(output, /Could not start/);
  });
});
