/** A file with very many awaits, and files that nobody looks at, cost nothing that is not seen. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { awaitscope, cleanWindow, inWorkspace, trace, until } from "./window";

const SITES = 10_000;
/** Lines before the first await. */
const HEAD = 4;
/** What is drawn above and below what is seen, as in `decorations.ts`. */
const MARGIN = 100;
const PROGRAM = `import asyncio


async def main():
${"    await asyncio.sleep(0)\n".repeat(SITES)}

asyncio.run(main())
`;

describe("a file with ten thousand awaits", () => {
  let api: AwaitscopeApi;
  let uri: vscode.Uri;

  beforeEach(async () => {
    api = await awaitscope();
    await cleanWindow(api);
    uri = inWorkspace("many.py");
    writeFileSync(uri.fsPath, PROGRAM);
    await trace(api, "many.py");
  });
  afterEach(async () => {
    await cleanWindow(api);
    rmSync(uri.fsPath, { force: true });
  });

  const lines = (): readonly number[] => api.inlineTexts(uri).map(({ line }) => line);
  const isDrawn = (line: number): boolean => lines().includes(line);

  /** Of the lines in view and near it every one has a number, and no other line has. */
  function isDrawnNear({ visibleRanges: [visible] }: vscode.TextEditor): boolean {
    if (visible === undefined) return false;
    const from = Math.max(HEAD, visible.start.line - MARGIN);
    const to = Math.min(HEAD + SITES - 1, visible.end.line + MARGIN);
    const near = Array.from({ length: to - from + 1 }, (_, i) => from + i + 1);
    return lines().join() === near.join();
  }

  it("has numbers where one looks, wherever that is, and on no line that is far from there", async () => {
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    await until(api, "the first numbers", () => isDrawn(HEAD + 1) && isDrawnNear(editor));
    for (const line of [SITES - 50, SITES / 2]) {
      const range = new vscode.Range(line, 0, line, 0);
      editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
      await until(api, `the numbers around line ${line}`, () => isDrawn(line) && isDrawnNear(editor));
    }
    const [site] = await api.sitesAt(uri, SITES);
    assert.equal(site?.count, 1);
  });

  it("keeps its numbers in step with what is typed above them", async () => {
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    await until(api, "the first numbers", () => isDrawn(HEAD + 1));
    for (let i = 1; i <= 10; i++) {
      await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), "# one more\n"));
      await until(api, "the numbers to move", () => isDrawn(HEAD + i + 1) && !isDrawn(HEAD + i));
    }
    assert.equal((await api.sitesAt(uri, HEAD + SITES + 10))[0]?.count, 1);
  });

  it("has no numbers in an editor that is not visible", async () => {
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    await until(api, "the first numbers", () => isDrawn(HEAD + 1));
    await vscode.window.showTextDocument(inWorkspace("greet.py"), { viewColumn: vscode.ViewColumn.One });
    await until(api, "the numbers to go", () => lines().length === 0);
  });
});
