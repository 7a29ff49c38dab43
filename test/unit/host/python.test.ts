import assert from "node:assert/strict";
import { CannotRun } from "../../../extension/cannotRun";
import { findPython, type Choices, type Machine } from "../../../extension/session/python";

const nothing: Choices = { selected: undefined, setting: "", folders: [] };

/** A machine with these commands and what version they answer. */
function machine(pythons: Readonly<Record<string, string>>, platform: NodeJS.Platform = "linux"): Machine {
  return {
    platform,
    exists: (path) => Promise.resolve(path in pythons),
    ask: (command) => {
      const version = pythons[command.join(" ")];
      if (version === undefined) return Promise.resolve(undefined);
      const [major = 0, minor = 0, micro = 0] = version.split(".").map(Number);
      return Promise.resolve({ executable: `/real/${command.join("")}`, version: [major, minor, micro] });
    },
  };
}

async function refusal(choices: Choices, on: Machine): Promise<CannotRun> {
  const error: unknown = await findPython(choices, on).catch((reason: unknown) => reason);
  assert.ok(error instanceof CannotRun, "an error that can be told");
  return error;
}

describe("finding Python", () => {
  const all = { "/sel/python": "3.13.0", "/set/python": "3.12.1", "/w/.venv/bin/python": "3.11.0", python3: "3.10.1" };

  it("takes the selected environment before anything else", async () => {
    const choices = { selected: { executable: "/sel/python", from: "x" }, setting: "/set/python", folders: ["/w"] };
    assert.equal((await findPython(choices, machine(all))).version, "3.13.0");
  });

  it("else the setting", async () => {
    assert.equal(
      (await findPython({ ...nothing, setting: "/set/python", folders: ["/w"] }, machine(all))).version,
      "3.12.1",
    );
  });

  it("else the workspace's .venv, nearest first", async () => {
    const choices = { ...nothing, folders: ["/none", "/w"] };
    assert.equal((await findPython(choices, machine(all))).version, "3.11.0");
  });

  it("else what is on PATH, as the real executable", async () => {
    const found = await findPython(nothing, machine(all));
    assert.deepEqual(found, { executable: "/real/python3", version: "3.10.1", from: "python3 on PATH" });
  });

  it("on Windows asks the launcher and looks where .venv has its Python there", async () => {
    const venv = { "C:\\w\\.venv\\Scripts\\python.exe": "3.12.0", "py -3": "3.13.0" };
    assert.equal((await findPython({ ...nothing, folders: ["C:\\w"] }, machine(venv, "win32"))).version, "3.12.0");
    assert.equal((await findPython(nothing, machine(venv, "win32"))).executable, "/real/py-3");
    assert.equal((await findPython(nothing, machine({ python: "3.10.0" }, "win32"))).version, "3.10.0");
  });

  it("passes over an old python3 on PATH when there is a newer python", async () => {
    assert.equal((await findPython(nothing, machine({ python3: "3.8.1", python: "3.12.0" }))).version, "3.12.0");
  });

  it("never takes another Python than the one that was named", async () => {
    const broken = await refusal({ ...nothing, setting: "/gone/python" }, machine(all));
    assert.equal(broken.reason, "no-interpreter");
    assert.match(broken.message, /\/gone\/python, from the setting/);
    const selected = { executable: "/old", from: "the selected interpreter" };
    const old = await refusal({ ...nothing, selected }, machine({ ...all, "/old": "3.9.18" }));
    assert.equal(old.reason, "old-interpreter");
    assert.match(old.message, /is 3\.9\.18/);
  });

  it("says what it tried when there is none, and what there is when it is too old", async () => {
    const none = await refusal(nothing, machine({}));
    assert.equal(none.reason, "no-interpreter");
    assert.match(none.message, /python3, python did not answer/);
    const old = await refusal(nothing, machine({ python3: "3.6.15" }));
    assert.equal(old.reason, "old-interpreter");
    assert.match(old.message, /3\.6\.15/);
  });
});
