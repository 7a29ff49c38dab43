import assert from "node:assert/strict";
import { CliError } from "../../../extension/cli/errors";
import { findPython, pythonOf, type Machine } from "../../../extension/cli/python";

/** A machine with these Pythons: command → minor version of Python 3. */
function machine(pythons: Readonly<Record<string, number>>, more: Partial<Machine> = {}): Machine {
  return {
    platform: "linux",
    cwd: "/project",
    virtualEnv: undefined,
    exists: (path) => Object.hasOwn(pythons, path),
    ask: (command) => {
      const minor = pythons[command.join(" ")];
      return Promise.resolve(minor === undefined ? undefined : { executable: command.join(" "), version: [3, minor] });
    },
    executableOf: () => Promise.resolve(undefined),
    ...more,
  };
}

const everything = { "/venv/bin/python": 12, "/project/.venv/bin/python": 12, python3: 12, python: 12, "/my/py": 12 };

describe("The Python to run with", () => {
  it("is the one asked for", async () => {
    assert.equal(await findPython("/my/py", machine(everything, { virtualEnv: "/venv" })), "/my/py");
  });

  it("is else that of the active environment, of ./.venv, or on PATH", async () => {
    assert.equal(await findPython(undefined, machine(everything, { virtualEnv: "/venv" })), "/venv/bin/python");
    assert.equal(
      await findPython(undefined, machine(everything, { virtualEnv: "/gone" })),
      "/project/.venv/bin/python",
    );
    assert.equal(await findPython(undefined, machine({ python3: 12, python: 12 })), "python3");
    assert.equal(await findPython(undefined, machine({ python: 12 })), "python");
  });

  it("on PATH may be a newer one than the first found", async () => {
    assert.equal(await findPython(undefined, machine({ python3: 8, python: 12 })), "python");
  });

  it("on Windows is the launcher's", async () => {
    const windows = machine({ "py -3": 12, python: 11, python3: 11 }, { platform: "win32" });
    assert.equal(await findPython(undefined, windows), "py -3");
  });

  const failures: readonly (readonly [string, RegExp, string | undefined, Machine])[] = [
    ["that does not run", /\/my\/py does not run as a Python 3/, "/my/py", machine({ python3: 12 })],
    ["that is too old", /\/my\/py is Python 3\.9; tracing needs 3\.10/, "/my/py", machine({ "/my/py": 9 })],
    [
      "in ./.venv that is too old, not silently another",
      /3\.9/,
      undefined,
      machine({ "/project/.venv/bin/python": 9, python3: 12 }),
    ],
    ["when all are too old", /python3 is Python 3\.8/, undefined, machine({ python3: 8 })],
    ["when there is none", /No Python was found\. Install/, undefined, machine({})],
  ];
  for (const [what, message, asked, where] of failures)
    it(`is an error ${what}`, async () => {
      await assert.rejects(
        findPython(asked, where),
        (error) => error instanceof CliError && message.test(error.message),
      );
    });
});

describe("The Python of a process", () => {
  const runs = (executable: string | undefined): Partial<Machine> => ({
    executableOf: () => Promise.resolve(executable),
  });

  it("is what the process runs, if that is a Python", async () => {
    assert.equal(await pythonOf(7, machine(everything, runs("/my/py"))), "/my/py");
    assert.equal(await pythonOf(7, machine(everything, runs("/usr/bin/sleep"))), undefined);
    assert.equal(await pythonOf(7, machine(everything, runs(undefined))), undefined);
  });
});
