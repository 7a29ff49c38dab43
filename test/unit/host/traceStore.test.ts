import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotRun } from "../../../extension/cannotRun";
import {
  deleteOldRuns,
  newTracePath,
  RUNS_KEPT,
  runFilePath,
  traceFileName,
} from "../../../extension/session/traceStore";

describe("keeping runs", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "awaitscope-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("names a run by its program and time, legally everywhere", () => {
    const now = new Date("2026-11-22T14:03:07.123Z");
    assert.equal(traceFileName("hello.py", now), "hello 2026-11-22 14.03.07.123.awaitscope");
    assert.equal(traceFileName("-m a/b:c*?", now), "-m a b c 2026-11-22 14.03.07.123.awaitscope");
    assert.ok(traceFileName("x".repeat(500), now).length < 120);
  });

  it("makes the folder", async () => {
    const path = await newTracePath(join(folder, "a", "b"), "x.py", new Date());
    assert.ok(existsSync(join(path, "..")));
  });

  it("says so when there is no room for it", async () => {
    writeFileSync(join(folder, "file"), "");
    await assert.rejects(
      newTracePath(join(folder, "file", "runs"), "x.py", new Date()),
      (error) => error instanceof CannotRun && error.reason === "storage",
    );
  });

  it("deletes the oldest, but never the one in use nor anything that is no trace", async () => {
    const paths = Array.from({ length: RUNS_KEPT + 3 }, (_, i) => join(folder, `${i}.awaitscope`));
    paths.forEach((path, i) => {
      writeFileSync(path, "");
      utimesSync(path, 1000 + i, 1000 + i);
    });
    const [oldest = "", second = "", third = "", fourth = ""] = paths;
    writeFileSync(runFilePath(second), "");
    writeFileSync(`${third}.notes.json`, "[]");
    writeFileSync(join(folder, "notes.txt"), "");
    await deleteOldRuns(folder, new Set([oldest]));
    assert.deepEqual(
      [oldest, second, runFilePath(second), third, `${third}.notes.json`, fourth, join(folder, "notes.txt")].map(
        (path) => existsSync(path),
      ),
      [true, false, false, false, false, true, true],
    );
  });
});
