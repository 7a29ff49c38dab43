/** The command line as people call it: the built file, with a real Python. */
import assert from "node:assert/strict";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packNotes } from "../../../extension/notes";
import { inRoot } from "../../../scripts/paths.mjs";
import { findPythons } from "../../../scripts/pythons.mjs";
import { traceFromText } from "../../fixtures/notation";

const GREET = `
import asyncio, sys

async def greet(name):
    await asyncio.sleep(0.01)
    print("hello", name)

async def main():
    await asyncio.gather(greet("Alice"), greet("Bob"))

asyncio.run(main())
sys.exit(3)
`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe("awaitscope", () => {
  let folder: string;
  let python: string;

  before(async () => {
    const newest = (await findPythons()).at(-1);
    assert.ok(newest !== undefined, "there is no Python 3.10 or newer on this machine");
    python = newest.path;
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "awaitscope-cli-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const start = (...words: readonly string[]): ChildProcessWithoutNullStreams =>
    spawn(process.execPath, [inRoot("dist", "cli.js"), ...words], { cwd: folder });
  const end = (child: ChildProcessWithoutNullStreams): Promise<Ended> =>
    new Promise((resolve, reject) => {
      let [out, err] = ["", ""];
      child.stdout.on("data", (text: Buffer) => (out += text.toString()));
      child.stderr.on("data", (text: Buffer) => (err += text.toString()));
      child.on("error", reject);
      child.on("close", (code) =>
        resolve({ code, out: out.replaceAll("\r\n", "\n"), err: err.replaceAll("\r\n", "\n") }),
      );
    });
  const call = (...words: readonly string[]): Promise<Ended> => end(start(...words));
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
  const run = (...words: readonly string[]): Promise<Ended> => call("run", "--python", python, ...words);

  it("runs a program untouched, then says on stderr what its tasks did", async () => {
    write("hello.py", GREET);
    const { code, out, err } = await run("hello.py");
    assert.equal(code, 3);
    assert.equal(out, "hello Alice\nhello Bob\n");
    assert.match(err, /hello\.py ran for .* with 3 tasks/);
    assert.match(err, /gather of 2 tasks at hello\.py:9/);
    assert.match(err, /Saved in hello\.awaitscope/);
    assert.ok(existsSync(join(folder, "hello.awaitscope")));
  });

  it("with --quiet adds nothing", async () => {
    write("hello.py", GREET);
    const { err } = await run("--quiet", "--out", "other.awaitscope", "hello.py");
    assert.equal(err, "");
    assert.ok(existsSync(join(folder, "other.awaitscope")));
  });

  it("shows a saved trace, in words and as JSON", async () => {
    write("hello.py", GREET);
    await run("--quiet", "hello.py");
    const words = await call("show", "hello.awaitscope");
    assert.equal(words.code, 0);
    assert.match(words.out, /sleep +hello\.py:5 +greet/);
    const json = await call("show", "hello.awaitscope", "--json");
    const summary = JSON.parse(json.out) as { format: string; program: { exit_code: number }; complete: boolean };
    assert.deepEqual([summary.format, summary.program.exit_code, summary.complete], ["awaitscope-summary", 3, true]);
  });

  it("compares two runs of a program that was edited between them, and fails when asked to", async () => {
    const slow = `
import asyncio

async def fetch(n):
    await asyncio.sleep(0.3)

async def main():
    for n in range(3):
        await fetch(n)
    await asyncio.wait([asyncio.create_task(asyncio.sleep(0))])

asyncio.run(main())
`;
    write("app.py", slow);
    await run("--quiet", "--out", "slow.awaitscope", "app.py");
    write("app.py", slow.replace("async def fetch", "# Quicker.\n\nasync def fetch").replace("0.3", "0.02"));
    await run("--quiet", "--out", "quick.awaitscope", "app.py");

    // What a busy machine adds to the quick run is noise, and less than what the slow one takes for itself.
    const noise = ["--ignore", "400ms"];
    const faster = await call("diff", "slow.awaitscope", "quick.awaitscope", "--fail-over", "20%", ...noise);
    assert.equal(faster.code, 0, faster.out);
    assert.match(faster.out, /^app\.py ran for [\d.]+ m?s → [\d.]+ m?s, −\d+ %, with \d+ tasks\.\n/);
    const [first = "", ...others] = faster.out.split("\n").slice(4);
    assert.match(first, /^ +−[\d.]+ m?s +−\d+ % +[\d.]+ m?s +[\d.]+ m?s +3 +sleep +app\.py:7 +fetch$/);
    assert.ok(
      others.some((line) => /wait +app\.py:12 +main$/.test(line)),
      faster.out,
    );
    assert.match(faster.out, /Nothing became slower by more than 20 % \(and 400 ms\)\.\n$/);

    const slower = await call("diff", "quick.awaitscope", "slow.awaitscope", "--fail-over", "20", "--json");
    assert.deepEqual([slower.code, slower.err], [1, ""]);
    const document = JSON.parse(slower.out) as {
      format: string;
      exceeded: boolean;
      awaits: { exceeded: boolean; before: { site: { line: number } }; after: { site: { line: number } } }[];
    };
    assert.deepEqual([document.format, document.exceeded], ["awaitscope-diff", true]);
    const [worst] = document.awaits;
    assert.deepEqual([worst?.exceeded, worst?.before.site.line, worst?.after.site.line], [true, 7, 5]);
    assert.equal((await call("diff", "quick.awaitscope", "slow.awaitscope")).code, 0, "no limit, no failure");
  });

  it("passes arguments, standard input and Python's options on", async () => {
    write("echo.py", "import sys\nprint(sys.argv, sys.flags.optimize, input())\n");
    const child = start("run", "--python", python, "-O", "echo.py", "-x", "--quiet");
    child.stdin.end("typed\n");
    const { out, err } = await end(child);
    assert.equal(out, "['echo.py', '-x', '--quiet'] 1 typed\n");
    assert.match(err, /echo\.py: No asyncio loop was started/);
  });

  it("traces child processes when asked, and says where their traces are", async () => {
    write("nap.py", "import asyncio\nasyncio.run(asyncio.sleep(0.001))\n");
    write("parent.py", "import subprocess, sys\nsubprocess.run([sys.executable, 'nap.py'])\n");
    const { code, err } = await run("--children", "parent.py");
    assert.equal(code, 0);
    const child = /Its child process (\d+) has a trace of its own: .*parent\.\1\.awaitscope/.exec(err)?.[1] ?? "";
    assert.match((await call("show", `parent.${child}.awaitscope`)).out, /nap\.py ran for/);
  });

  it("leaves attaching to Python, which says what is in the way", async () => {
    const { code, err } = await call("attach", "--python", python, "99999999");
    assert.equal(code, 1);
    assert.match(err, /there is no process 99999999|attaching needs Python 3\.14/);
    assert.match(err, /no trace was saved/);
  });

  it("runs a module", async () => {
    write("mod.py", GREET);
    const { code, err } = await run("-m", "mod");
    assert.equal(code, 3);
    assert.match(err, /Saved in mod\.awaitscope/);
  });

  it("leaves a missing file to Python, and says nothing of an older trace", async () => {
    write("gone.awaitscope", traceFromText("A: #..#x"));
    const { code, err } = await run("gone.py");
    assert.equal(code, 2);
    assert.match(err, /can't open file/);
    assert.doesNotMatch(err, /Saved in/);
  });

  it("never overwrites what is not a trace", async () => {
    write("hello.py", GREET);
    write("hello.awaitscope", "my notes");
    const { code, out, err } = await run("hello.py");
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /exists and is not a trace/);
    assert.equal(readFileSync(join(folder, "hello.awaitscope"), "utf8"), "my notes");
  });

  it("refuses a Python that is none", async () => {
    write("hello.py", GREET);
    const { code, err } = await call("run", "--python", join(folder, "hello.py"), "hello.py");
    assert.equal(code, 1);
    assert.match(err, /does not run as a Python 3/);
  });

  it("exports a web page with the notes that lie beside the trace, and none that it cannot read", async () => {
    write("hello.awaitscope", traceFromText("A: #..#x"));
    write("hello.awaitscope.notes.json", packNotes([{ at: 1e6, text: "</script><b>why</b> so long?" }]));
    assert.equal((await call("export", "--html", "hello.html", "hello.awaitscope")).code, 0);
    const page = readFileSync(join(folder, "hello.html"), "utf8");
    assert.ok(page.includes(String.raw`\u003c/script>\u003cb>why\u003c/b> so long?`));
    write("hello.awaitscope.notes.json", "{");
    const { code, err } = await call("export", "--html", "other.html", "hello.awaitscope");
    assert.equal(code, 1);
    assert.match(err, /hello\.awaitscope\.notes\.json is not a file of notes .*Repair it, or move it away/);
    assert.equal(existsSync(join(folder, "other.html")), false);
  });

  it("says what is wrong with the command line, or with the trace", async () => {
    write("notes.txt", "my notes, long enough to have a head");
    write("torn.awaitscope", traceFromText("A: #..#x").subarray(0, 5));
    const damaged = traceFromText("A: #..#x");
    write("damaged.awaitscope", new Uint8Array([...damaged, 1, 0, 0, 0, 3, 0, 0, 0]));
    const cases: readonly (readonly [words: string, code: number, err: RegExp])[] = [
      ["frobnicate", 2, /there is no command frobnicate/],
      ["show", 2, /show needs a trace/],
      ["show gone.awaitscope", 1, /Cannot read gone\.awaitscope: no such file/],
      ["show .", 1, /Cannot read \.: /],
      ["diff damaged.awaitscope", 2, /diff needs two traces/],
      ["diff damaged.awaitscope torn.awaitscope", 1, /damaged\.awaitscope: .*damaged at byte/],
      ["show notes.txt", 1, /This is not an Awaitscope trace/],
      ["show torn.awaitscope", 1, /ends before anything was recorded/],
      ["show damaged.awaitscope", 1, /damaged at byte/],
    ];
    for (const [words, code, err] of cases) {
      const ended = await call(...words.split(" "));
      assert.equal(ended.code, code, words);
      assert.match(ended.err, err);
    }
    const kept = await call("show", "damaged.awaitscope");
    assert.match(kept.out, /app\.py ran for/, "what was read before the damage is shown");
  });

  it("says when a program took its trace away", async () => {
    write("tidy.py", `${GREET.replace("sys.exit(3)", "")}\nimport os\nos.remove("tidy.awaitscope")\n`);
    const { code, err } = await run("tidy.py");
    assert.deepEqual([code, err], [0, "\nawaitscope: no trace was saved.\n"]);
  });

  it("knows its version and helps", async () => {
    assert.match((await call("--version")).out, /^\d+\.\d+\.\d+\n$/);
    assert.match((await call("--help")).out, /^Usage:/);
  });

  it("says what a change would have come to, and saves it as a trace", async () => {
    const text = "main: #....#....#x\nmain awaits sleep @3:8-20\nexit 0";
    write("x.awaitscope", traceFromText(text));
    const asked = ["what-if", "x.awaitscope", "--concurrent", "app.py:3"];
    const said = await call(...asked, "--out", "y.awaitscope");
    assert.deepEqual([said.code, said.err], [0, ""]);
    assert.match(said.out, /^app\.py: 7\.00 ms instead of 11\.0 ms, if the 2 awaits at app\.py:3 began together/);
    assert.match(said.out, /It assumes:\n {2}- None of the awaits at app\.py:3 needs what another one gives\./);
    const json = JSON.parse((await call(...asked, "--json")).out) as Record<string, unknown>;
    assert.deepEqual(
      [json["format"], json["version"], json["recorded_ms"], json["projected_ms"], json["modelled_ms"]],
      ["awaitscope-what-if", 1, 11, 7, 11],
    );
    assert.match((await call("show", "y.awaitscope")).out, /^What if: 7\.00 ms instead of 11\.0 ms, if/);
    const none = await call("what-if", "x.awaitscope", "--unblock", "app.py:99");
    assert.deepEqual([none.code, /Nothing was seen to hold the loop/.test(none.err)], [1, true]);
    const elsewhere = await call("what-if", "x.awaitscope", "--unblock", "other.py:3");
    assert.deepEqual([elsewhere.code, elsewhere.err], [1, "awaitscope: Nothing of other.py ran in this trace.\n"]);
  });

  if (process.platform !== "win32") {
    it("tells of a killed program what was kept", async () => {
      const kill = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n";
      write("dies.py", GREET.replace("sys.exit(3)", "") + kill);
      const { code, err } = await run("dies.py");
      assert.equal(code, 128 + 9);
      assert.match(err, /killed by SIGKILL/);
      assert.match(err, /Saved in dies\.awaitscope/);
    });

    it("hands a SIGTERM on, and ends as the program does", async () => {
      write(
        "waits.py",
        `
import asyncio, signal, sys

async def main():
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, sys.exit, 5)
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
`,
      );
      const child = start("run", "--python", python, "waits.py");
      const ended = end(child);
      child.stdout.once("data", () => child.kill("SIGTERM"));
      assert.equal((await ended).code, 5);
    });

    // Only Linux has a disk that is always full.
    (existsSync("/dev/full") ? it : it.skip)("says that the output could not be written", async () => {
      write("x.awaitscope", traceFromText("A: #..#x"));
      const closed = openSync("/dev/full", "w");
      const child = spawn(process.execPath, [inRoot("dist", "cli.js"), "show", "x.awaitscope"], {
        cwd: folder,
        stdio: ["ignore", closed, "pipe"],
      });
      closeSync(closed);
      let err = "";
      child.stderr?.on("data", (text: Buffer) => (err += text.toString()));
      const code = await new Promise((resolve) => child.on("close", resolve));
      assert.deepEqual([code, err], [1, "awaitscope: Cannot write the output: no space left on device.\n"]);
    });

    it("leaves an interrupt to the program", async () => {
      write("waits.py", "print('ready', flush=True)\ninput()\n");
      const child = start("run", "--quiet", "--python", python, "waits.py");
      const ended = end(child);
      // To us alone; a terminal would have sent it to the program as well.
      child.stdout.once("data", () => {
        child.kill("SIGINT");
        child.stdin.end("\n");
      });
      assert.equal((await ended).code, 0);
    });
  }
});
