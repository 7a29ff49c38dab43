import assert from "node:assert/strict";
import fc from "fast-check";
import { moduleName, programName, runnerArguments, splitArguments } from "../../../extension/session/program";

describe("splitting typed arguments", () => {
  const cases: readonly (readonly [string, readonly string[] | undefined])[] = [
    ["", []],
    ["  a   b ", ["a", "b"]],
    [`--name "Alice B" 'C D'`, ["--name", "Alice B", "C D"]],
    [`a"b c"d`, ["ab cd"]],
    [`"" ''`, ["", ""]],
    [String.raw`a\ b \"c\"`, ["a b", '"c"']],
    [String.raw`'a\b'`, [String.raw`a\b`]],
    [String.raw`"say \"hi\""`, ['say "hi"']],
    [`$HOME \`ls\` ; rm`, ["$HOME", "`ls`", ";", "rm"]],
    [`"open`, undefined],
    [`it's`, undefined],
  ];
  for (const [text, expected] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(splitArguments(text, "linux"), expected);
    });
  }

  it("leaves Windows' backslashes alone", () => {
    assert.deepEqual(splitArguments(String.raw`C:\temp\x.txt "D:\a b"`, "win32"), ["C:\\temp\\x.txt", "D:\\a b"]);
  });

  it("gives back any arguments that were quoted", () => {
    const quote = (argument: string) => `'${argument.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (args) => {
        assert.deepEqual(splitArguments(args.map(quote).join(" "), "linux"), args);
      }),
    );
  });
});

describe("the command line of a traced program", () => {
  it("runs a file as Python would", () => {
    const program = { kind: "file", path: "/p/a b.py", args: ["-x", "1 2"], cwd: "/p" } as const;
    assert.deepEqual(runnerArguments("/ext/runtime", program, "/t"), [
      "/ext/runtime",
      "run",
      "--out",
      "/t",
      "/p/a b.py",
      "-x",
      "1 2",
    ]);
    assert.equal(programName(program), "a b.py");
  });

  it("runs a module as Python would", () => {
    const program = { kind: "module", module: "app.server", args: ["--port", "0"], cwd: "/p" } as const;
    assert.deepEqual(runnerArguments("r", program, "t"), ["r", "run", "--out", "t", "-m", "app.server", "--port", "0"]);
    assert.equal(programName(program), "-m app.server");
  });

  it("guesses a module from its file", () => {
    assert.equal(moduleName("/p", "/p/app/server.py"), "app.server");
    assert.equal(moduleName("/p", "/p/app/__main__.py"), "app");
    assert.equal(moduleName("C:\\p", "C:\\p\\app\\__init__.py"), "app");
    assert.equal(moduleName("/p", "/elsewhere/tool.py"), "tool");
  });
});
