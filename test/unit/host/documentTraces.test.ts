import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as vscode from "vscode";
import { DocumentTraces } from "../../../extension/inline/documentTraces";
import type { TraceSource } from "../../../extension/source";
import { readTrace } from "../../../extension/trace";
import { rows, TraceWriter, WAKER } from "../../fixtures/writer";

/** What is shown of a trace of `path` in a document: the lines with numbers, or nothing at all. */
async function shown(
  path: string,
  { fsPath, scheme = "file", found }: { fsPath: string; scheme?: string; found?: string },
) {
  const bytes = new TraceWriter()
    .header()
    .define(
      { k: "loop", id: 1, thread: "MainThread", class: "Loop", t: 0 },
      { k: "file", id: 1, path, user: true, sha256: "0".repeat(64) },
      { k: "code", id: 1, file: 1, name: "main", line: 1, is: "coroutine" },
      { k: "node", id: 1, parent: 0, code: 1, line: 2, end_line: 2, col: 4, end_col: 9 },
    )
    .tasks({ task: 1, code: 1 })
    .steps(1, 1, 0, [rows.step(1, 5, 0, WAKER.timer, 1)])
    .bytes();
  const source = { trace: readTrace(bytes), state: { kind: "ended" } } as unknown as TraceSource;
  const texts = {
    capture: () => undefined,
    place: () => Promise.resolve({ lines: new Map([0, 1, 2].map((line) => [line, line])), edited: false }),
  };
  const uri = (address: string) => ({ scheme, fsPath, toString: () => address }) as unknown as vscode.Uri;
  const document = { uri: uri(`${scheme}:${fsPath}`), version: 1 } as vscode.TextDocument;
  const find = () => Promise.resolve(found === undefined ? undefined : uri(found));
  const traced = await new DocumentTraces(source, texts, { realPath: realpath, find }, undefined).of(document);
  return traced?.facts.sites.map(({ line }) => line + 1);
}

describe("A trace in a document", () => {
  let folder: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "awaitscope-places-")));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is that of its file", async () => {
    assert.deepEqual(await shown("/code/a.py", { fsPath: "/code/a.py" }), [2]);
    assert.equal(await shown("/code/a.py", { fsPath: "/code/b.py" }), undefined);
    assert.equal(await shown("/code/a.py", { fsPath: "/other/a.py" }), undefined);
  });

  it("is found on Windows however the path is spelled: drive, slashes, case", async () => {
    const traced = "C:\\Work\\Project\\Main.py";
    for (const fsPath of ["c:\\Work\\Project\\Main.py", "C:\\work\\project\\main.py", "c:/work/Project/main.py"])
      assert.deepEqual(await shown(traced, { fsPath }), [2], fsPath);
    assert.equal(await shown(traced, { fsPath: "d:\\Work\\Project\\Main.py" }), undefined);
  });

  it("is found on a share, and not in the same path of this machine", async () => {
    const traced = "\\\\server\\share\\main.py";
    assert.deepEqual(await shown(traced, { fsPath: "\\\\SERVER\\share\\main.py" }), [2]);
    assert.equal(await shown(traced, { fsPath: "\\\\other\\share\\main.py" }), undefined);
    assert.equal(await shown(traced, { fsPath: "/share/main.py" }), undefined);
  });

  it("is not in a file whose name differs by case, where that makes another file", async () => {
    assert.equal(await shown("/code/a.py", { fsPath: "/code/A.py" }), undefined);
  });

  it("is found through links to the file and to a folder above it, either way", async () => {
    mkdirSync(join(folder, "real"));
    writeFileSync(join(folder, "real", "a.py"), "");
    symlinkSync(join(folder, "real"), join(folder, "folder"));
    symlinkSync(join(folder, "real", "a.py"), join(folder, "file.py"));
    const [real, byFolder, byFile] = ["real/a.py", "folder/a.py", "file.py"].map((path) => join(folder, path));
    for (const [traced, fsPath] of [
      [real, byFolder],
      [byFolder, real],
      [real, byFile],
      [byFile, byFolder],
    ] as const)
      assert.deepEqual(await shown(traced!, { fsPath: fsPath! }), [2], `${traced ?? ""} in ${fsPath ?? ""}`);
  });

  for (const scheme of ["git", "untitled", "vscode-notebook-cell", "vscode-vfs", "output"])
    it(`is in no document of ${scheme}:, whatever its path`, async () => {
      assert.equal(await shown("/code/a.py", { fsPath: "/code/a.py", scheme }), undefined);
    });

  it("is in the document that has its file in this window, and in no other of that name", async () => {
    const inFolder = { fsPath: "/project/a.py", scheme: "vscode-vfs" };
    assert.deepEqual(await shown("/code/a.py", { ...inFolder, found: "vscode-vfs:/project/a.py" }), [2]);
    assert.deepEqual(await shown("C:\\work\\a.py", { ...inFolder, found: "vscode-vfs:/project/a.py" }), [2]);
    assert.equal(await shown("/code/a.py", { ...inFolder, found: "vscode-vfs:/project/other/a.py" }), undefined);
  });
});
