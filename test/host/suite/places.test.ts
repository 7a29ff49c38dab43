/** Numbers stand in the traced file and nowhere else, and every way into the source leads to the line as it is now. */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Command, InternalCommand } from "../../../extension/keys";
import { awaitscope, cleanWindow, GATHER, golden, inWorkspace, trace, until, untilEnded } from "./window";

describe("the places of a trace", () => {
  let api: AwaitscopeApi;
  let uri: vscode.Uri;
  let text: string;

  beforeEach(async () => {
    api = await awaitscope();
    await cleanWindow(api);
    uri = await trace(api, "greet.py");
    await until(api, "the numbers", () => golden(api, uri).includes(GATHER));
    text = (await vscode.workspace.openTextDocument(uri)).getText();
  });
  after(() => cleanWindow(api));

  const drawing = (): Promise<void> =>
    new Promise((resolve) => {
      const subscription = api.onDidChange(() => {
        subscription.dispose();
        resolve();
      });
    });

  /** Where the caret is after a click on a site of line 6; from 1. */
  async function gone(): Promise<number> {
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(0, 0, 0, 0) });
    await vscode.commands.executeCommand(InternalCommand.openSite, { file: uri.fsPath, line: 6, column: 4 });
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), uri.toString());
    return editor.selection.active.line + 1;
  }

  it("are gone to where their lines are now, also when those are not shown inline any more", async () => {
    assert.equal(await gone(), 6);
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "# one\n# two\n"));
    assert.equal(await gone(), 8);
    await vscode.commands.executeCommand(Command.clearInline);
    assert.equal(await gone(), 8);
    // The line itself is another: to what stands there now, between what is left of its surroundings.
    await editor.edit((edit) => edit.insert(new vscode.Position(7, 24), "2 * "));
    assert.equal(await gone(), 8);
    await editor.edit((edit) => edit.delete(new vscode.Range(0, 0, 1, 0)));
    assert.equal(await gone(), 7);
  });

  it("have numbers on the traced side of a diff, and on the other none", async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider("before", {
      provideTextDocumentContent: () => text.replace("0.1", "0.2"),
    });
    const copy = inWorkspace("copy-for-diff.py");
    try {
      const before = uri.with({ scheme: "before" });
      await vscode.commands.executeCommand("vscode.diff", before, uri);
      await until(api, "the numbers in the diff", () => golden(api, uri).includes(GATHER));
      assert.ok(vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === "before"));
      assert.deepEqual(golden(api, before), []);

      copyFileSync(uri.fsPath, copy.fsPath);
      await vscode.commands.executeCommand("vscode.diff", copy, uri);
      await until(api, "the numbers beside the copy", () => golden(api, uri).includes(GATHER));
      assert.deepEqual(golden(api, copy), []);
    } finally {
      provider.dispose();
      rmSync(copy.fsPath, { force: true });
    }
  });

  it("are not in a notebook, though a cell has the same text", async () => {
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, "python");
    const notebook = await vscode.workspace.openNotebookDocument("jupyter-notebook", new vscode.NotebookData([cell]));
    const drawn = drawing();
    await vscode.window.showNotebookDocument(notebook, { viewColumn: vscode.ViewColumn.Two });
    await drawn;
    const document = notebook.cellAt(0).document;
    assert.equal(document.languageId, "python");
    assert.deepEqual(golden(api, document.uri), []);
    assert.deepEqual(await api.sitesAt(document.uri, 6), []);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  it("are not in a file of another machine, though its path and text are the same", async () => {
    const elsewhere = uri.with({ scheme: "elsewhere", authority: "host" });
    const provider = vscode.workspace.registerTextDocumentContentProvider("elsewhere", {
      provideTextDocumentContent: () => text,
    });
    try {
      const document = await vscode.workspace.openTextDocument(elsewhere);
      await vscode.languages.setTextDocumentLanguage(document, "python");
      const drawn = drawing();
      await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Two });
      await drawn;
      assert.deepEqual(golden(api, elsewhere), []);
      assert.deepEqual(await api.sitesAt(elsewhere, 6), []);
    } finally {
      provider.dispose();
    }
  });

  it("have numbers in a program outside of the workspace, too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "awaitscope-outside-"));
    try {
      const outside = vscode.Uri.file(join(folder, "greet.py"));
      writeFileSync(outside.fsPath, text);
      await vscode.window.showTextDocument(outside, { viewColumn: vscode.ViewColumn.One });
      const before = api.trace?.uri;
      await vscode.commands.executeCommand(Command.traceFile);
      await until(api, "the run", () => api.trace?.uri !== before);
      await untilEnded(api);
      await until(api, "the numbers", () => golden(api, outside).includes(GATHER));
      // The file of the same name and text that did not run this time has none.
      await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Two });
      await until(api, "the other file to be drawn", () => golden(api, uri).length === 0);
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
