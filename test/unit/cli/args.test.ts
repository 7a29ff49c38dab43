import assert from "node:assert/strict";
import { basename } from "node:path";
import { parseArguments, type Command, type RunCommand } from "../../../extension/cli/args";
import { UsageError } from "../../../extension/cli/options";
import { DEFAULT_OPTIONS } from "../../../extension/insights";
import { defaultOut } from "../../../extension/cli/run";

function run(line: string): RunCommand {
  const command: Command = parseArguments(["run", ...line.split(" ")]);
  assert.ok(command.kind === "run");
  return command.run;
}

describe("awaitscope run's words", () => {
  it("end with the program: what follows is the program's own", () => {
    assert.deepEqual(run("app.py --quiet -m x"), {
      python: undefined,
      out: undefined,
      limit: undefined,
      quiet: false,
      findings: DEFAULT_OPTIONS,
      children: false,
      pythonOptions: [],
      target: { file: "app.py" },
      args: ["--quiet", "-m", "x"],
    });
    assert.deepEqual(run("-m pkg.app a b").target, { module: "pkg.app" });
    assert.deepEqual(run("-m pkg.app a b").args, ["a", "b"]);
    assert.deepEqual(run("-- -odd.py a").target, { file: "-odd.py" });
  });

  it("may name the Python, the trace, and ask for quiet", () => {
    const found = run("--python /usr/bin/python3.13 --out=x.awaitscope --quiet app.py");
    assert.deepEqual([found.python, found.out, found.quiet], ["/usr/bin/python3.13", "x.awaitscope", true]);
  });

  it("may ask for child processes too", () => {
    assert.equal(run("--children app.py").children, true);
    assert.deepEqual(run("app.py --children").args, ["--children"]);
  });

  it("may say how long the trace may grow", () => {
    assert.equal(run("--limit 200M app.py").limit, "200M");
    assert.equal(run("--limit=1g app.py").limit, "1g");
    for (const size of ["much", "1T", "-5", "999K", "0"])
      assert.throws(() => run(`--limit ${size} app.py`), /--limit needs a size/);
  });

  it("hand Python its own options", () => {
    assert.deepEqual(run("-O -W error -Xdev -X utf8 -uB app.py").pythonOptions, [
      "-O",
      "-Werror",
      "-Xdev",
      "-Xutf8",
      "-uB",
    ]);
  });

  for (const line of ["", "--out", "--out=", "--frobnicate app.py", "-c pass", "-", "-m", "-W", "--", "--quiet"])
    it(`are wrong: ${line === "" ? "(none)" : line}`, () => {
      assert.throws(() => parseArguments(["run", ...line.split(" ").filter((word) => word !== "")]), UsageError);
    });

  it("call the trace as the program, in the current folder", () => {
    assert.equal(defaultOut({ file: "/some/where/app.py" }), "app.awaitscope");
    assert.equal(defaultOut({ file: "folder/" }), "folder.awaitscope");
    assert.equal(defaultOut({ file: "." }), `${basename(process.cwd())}.awaitscope`);
    assert.equal(defaultOut({ file: "/" }), "trace.awaitscope");
    assert.equal(defaultOut({ module: "pkg.app" }), "pkg.app.awaitscope");
  });
});

describe("awaitscope's other words", () => {
  it("attach to a process", () => {
    const attach = (line: string): Command => parseArguments(["attach", ...line.split(" ")]);
    const nothing = { python: undefined, out: undefined, seconds: undefined, quiet: false, findings: DEFAULT_OPTIONS };
    assert.deepEqual(attach("4711"), { kind: "attach", attach: { pid: 4711, ...nothing } });
    assert.deepEqual(attach("--for 2.5 --out=x.awaitscope 4711 --quiet --python py"), {
      kind: "attach",
      attach: { pid: 4711, python: "py", out: "x.awaitscope", seconds: 2.5, quiet: true, findings: DEFAULT_OPTIONS },
    });
    for (const line of ["", "0", "server", "1 2", "1 --for", "1 --for x", "--frobnicate 1"])
      assert.throws(() => attach(line), UsageError, line);
  });

  it("show a trace", () => {
    assert.deepEqual(parseArguments(["show", "a.awaitscope", "--json"]), {
      kind: "show",
      file: "a.awaitscope",
      json: true,
      findings: DEFAULT_OPTIONS,
    });
    assert.deepEqual(parseArguments(["show", "--", "--json"]), {
      kind: "show",
      file: "--json",
      json: false,
      findings: DEFAULT_OPTIONS,
    });
    const given = parseArguments(["show", "a", "--findings", '{"off": ["starved"], "costMs": 20}']);
    assert.ok(given.kind === "show" && given.findings.off.has("starved") && given.findings.thresholds.cost === 20e6);
  });

  it("compare two traces, and may say how much slower is too much", () => {
    const diff = (line: string): Command => parseArguments(["diff", ...line.split(" ")]);
    const files = { before: "a", after: "b", json: false };
    assert.deepEqual(diff("a b"), { kind: "diff", diff: { ...files, limit: undefined } });
    const limits: readonly (readonly [string, number, number])[] = [
      ["a b --fail-over 20", 20, 10e6],
      ["--fail-over=12.5% a b --ignore 50ms", 12.5, 50e6],
      ["a --ignore=0.5s b --fail-over 0", 0, 0.5e9],
      ["a b --fail-over 5 --ignore 0", 5, 0],
    ];
    for (const [line, percent, ignore] of limits)
      assert.deepEqual(diff(line), { kind: "diff", diff: { ...files, limit: { percent, ignore } } }, line);
    for (const line of ["a", "a b c", "a b --fail-over", "a b --fail-over much", "a b --ignore 5ms", "--frob a b"])
      assert.throws(() => diff(line), UsageError, line);
    assert.throws(() => diff("a b --fail-over 5 --ignore 5"), /--ignore needs a time/);
  });

  it("ask for help and version", () => {
    for (const words of [["--help"], ["-h"], ["help"], ["run", "--help"], ["show", "-h"]])
      assert.deepEqual(parseArguments(words), { kind: "help" });
    assert.deepEqual(parseArguments(["--version"]), { kind: "version" });
    assert.deepEqual(run("app.py --help").args, ["--help"]);
  });

  for (const words of [
    [],
    ["walk"],
    ["--json"],
    ["show"],
    ["show", "a", "b"],
    ["show", "--frob", "a"],
    ["show", "a", "--findings", "costMs=1"],
    ["show", "a", "--findings", '{"off": ["stuk"]}'],
    ["show", "a", "--findings", '{"cost": 1}'],
  ])
    it(`are wrong: ${words.join(" ") || "(none)"}`, () => {
      assert.throws(() => parseArguments(words), UsageError);
    });

  it("ask what if, with places and changes", () => {
    const whatIf = (line: string): Command => parseArguments(["what-if", ...line.split(" ")]);
    const place = (line: number, endLine = line, column?: number) => ({ file: "a.py", line, endLine, column });
    assert.deepEqual(whatIf("t.awaitscope --faster a.py:3=50% --concurrent a.py:4-6 --concurrent=a.py:9:8 --json"), {
      kind: "what-if",
      whatIf: {
        file: "t.awaitscope",
        changes: [
          { kind: "faster", place: place(3), percent: 50 },
          { kind: "concurrent", places: [place(4, 6), place(9, 9, 8)] },
        ],
        json: true,
        out: undefined,
      },
    });
    assert.deepEqual(whatIf("--limit=a.py:3=5 --unblock C:\\x\\a.py:7 --out p.awaitscope t"), {
      kind: "what-if",
      whatIf: {
        file: "t",
        changes: [
          { kind: "unblock", place: { ...place(7), file: "C:\\x\\a.py" } },
          { kind: "limit", place: place(3), limit: 5 },
        ],
        json: false,
        out: "p.awaitscope",
      },
    });
    const wrong = ["t", "--unblock a.py:1", "t --faster a.py:1", "t --faster a.py:1=0", "t --faster a.py:1=101%"];
    wrong.push("t --limit a.py:1=0", "t --unblock a.py", "t --unblock a.py:0", "t --concurrent a.py:5-3", "t --frob");
    for (const line of wrong) assert.throws(() => whatIf(line), UsageError, line);
  });

  it("exports to the file it is told", () => {
    const to = (as: "chrome" | "html" | "gzip", out: string): Command => {
      return { kind: "export", export: { file: "a.awaitscope", as, out, findings: DEFAULT_OPTIONS } };
    };
    assert.deepEqual(parseArguments(["export", "--chrome", "out.json", "a.awaitscope"]), to("chrome", "out.json"));
    assert.deepEqual(parseArguments(["export", "a.awaitscope", "--gzip=a.gz"]), to("gzip", "a.gz"));
    for (const line of ["--gzip a --chrome b c", "a", "--chrome=a --html=b a", "--chrome=out.json", "--html= a"])
      assert.throws(() => parseArguments(["export", ...line.split(" ")]), UsageError, line);
  });

  it("say what is to be found wherever findings are told", () => {
    const wish = ["--findings", '{"off": ["starved"], "costMs": 20}'];
    const [running, attaching, showing, exporting] = [
      parseArguments(["run", ...wish, "app.py"]),
      parseArguments(["attach", "4711", ...wish]),
      parseArguments(["show", "a", ...wish]),
      parseArguments(["export", "--html", "a.html", ...wish, "a"]),
    ] as const;
    assert.ok(running.kind === "run" && attaching.kind === "attach");
    assert.ok(showing.kind === "show" && exporting.kind === "export");
    const told = [running.run.findings, attaching.attach.findings, showing.findings, exporting.export.findings];
    for (const options of told) assert.ok(options.off.has("starved") && options.thresholds.cost === 20e6);
    // Other forms have no findings.
    assert.throws(() => parseArguments(["export", "--gzip", "a.gz", ...wish, "a"]), UsageError);
    assert.throws(
      () => parseArguments(["run", "--findings", '{"off": ["stuk"]}', "app.py"]),
      /there is no rule "stuk"/,
    );
  });

  it("are told what is wrong in our words", () => {
    const said = (line: string): string => {
      try {
        parseArguments(line.split(" "));
      } catch (error) {
        assert.ok(error instanceof UsageError, line);
        return error.message;
      }
      return "nothing";
    };
    assert.equal(said("show --frob a"), "show has no option --frob");
    assert.equal(said("show -x a"), "show has no option -x");
    assert.equal(said("show a --findings"), "--findings needs a value");
    assert.equal(said("show a --findings="), "--findings needs a value");
    assert.equal(said("show a --json=1"), "--json takes no value");
    assert.equal(said("attach 1 --out --quiet"), "--out needs a value");
    assert.equal(said("run --frob a.py"), "run has no option --frob");
  });
});
