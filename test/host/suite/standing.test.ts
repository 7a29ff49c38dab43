import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Command, Setting } from "../../../extension/keys";
import {
  awaitscope,
  cleanWindow,
  inThemes,
  inWorkspace,
  lensIs,
  screenshot,
  set,
  standing,
  startTracing,
  trace,
  until,
} from "./window";

const HELPER = `import asyncio


async def helps():
    await asyncio.sleep(0.3)
`;
const PAIR = `import asyncio
from pair_helper import helps


async def waits():
    await asyncio.sleep(0.3)


async def main():
    await asyncio.gather(waits(), helps())


asyncio.run(main())
`;

describe("where tasks stand", () => {
  let api: AwaitscopeApi;

  beforeEach(async () => {
    api = await awaitscope();
    await cleanWindow(api);
  });
  after(() => cleanWindow(api));

  async function caretOn(uri: vscode.Uri, line: number, column: number): Promise<vscode.TextEditor> {
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    const at = new vscode.Position(line - 1, column);
    editor.selection = new vscode.Selection(at, at);
    return editor;
  }

  const greeted = async (): Promise<vscode.Uri> => {
    const uri = await trace(api, "greet.py");
    await until(api, "the numbers", () => api.inlineTexts(uri).some(({ text }) => text.includes("×3")));
    await until(api, "the trace in the timeline", () => api.timelines().every(({ received, of }) => received === of));
    return uri;
  };

  it("is marked while a hung program runs, and goes on counting", async () => {
    const uri = await startTracing(api, "hung.py");
    const hung = (): string => api.standing(uri).find(({ line }) => line === 6)?.text ?? "";
    await until(api, "three tasks at the queue", () => /^3 tasks wait here, longest/.test(hung()));
    assert.deepEqual(standing(api, uri), ["6: 3 tasks wait here, longest <t>", "11: Task-1 waits here, <t>"]);
    // A lens is read when VS Code has asked for it: it has no number that grows meanwhile.
    await lensIs(uri, /^5: 3 tasks · pending$/);
    await lensIs(uri, /^9: 1 task · pending$/);
    const seconds = (): number => Number(/longest ([\d.]+) s/.exec(hung())?.[1] ?? 0);
    await until(api, "two seconds to pass while nothing happens", () => seconds() >= 2);
    await inThemes((theme) => screenshot(`hung ${theme}`));
    await vscode.commands.executeCommand(Command.stop);
    await until(api, "the marks to go with the program", () => !api.running && api.standing(uri).length === 0);
  });

  it("says which line blocks the loop while it does, and for how long", async () => {
    const uri = await startTracing(api, "blocking.py");
    const blocks = () => api.standing(uri).find(({ state }) => state === "blocked");
    await until(api, "the line that blocks", () => blocks() !== undefined);
    assert.equal(blocks()?.line, 7);
    const seconds = (): number => Number(/^blocks the loop, ([\d.]+) s$/.exec(blocks()?.text ?? "")?.[1] ?? 0);
    await until(api, "two seconds of it", () => seconds() >= 2);
    // Where it waited before it began to block is not where it stands.
    assert.deepEqual(standing(api, uri), [
      "7: blocks the loop, <t>",
      "16: Task-1 waits here, <t>",
      "24: other waits here, <t>",
    ]);
    await inThemes((theme) => screenshot(`blocked ${theme}`));
    await vscode.commands.executeCommand(Command.stop);
    await until(api, "the marks to go with the program", () => !api.running && api.standing(uri).length === 0);
  });

  it("can do without words, and without signs", async () => {
    const uri = await startTracing(api, "hung.py");
    await until(api, "the marks", () => api.standing(uri).length === 2);
    await set(Setting.inlineEnabled, false);
    await set(Setting.gutterEnabled, false);
    await until(api, "the marks to go", () => api.standing(uri).length === 0);
    await set(Setting.gutterEnabled, true);
    await until(api, "the signs", () => api.standing(uri).length === 2);
  });

  it("is stepped through the visits of the await at the caret, there and back", async () => {
    const uri = await greeted();
    await caretOn(uri, 6, 12);
    await vscode.commands.executeCommand(Command.nextVisit);
    await until(api, "the first visit", () => api.standing(uri).some(({ line }) => line === 6));
    const first = api.timeCursor;
    const [definition, ...awaits] = standing(api, uri);
    assert.match(definition ?? "", /^5: Task-3 (is ready|runs)$/);
    assert.deepEqual(awaits, ["6: Task-2 waits", "11: Task-1 waits"]);

    await vscode.commands.executeCommand(Command.nextVisit);
    await until(api, "the second", () => standing(api, uri)[0] === "6: Task-2 and Task-3 wait");
    assert.ok((api.timeCursor ?? 0) > (first ?? 0));
    await vscode.commands.executeCommand(Command.nextVisit);
    await until(api, "the third", () => JSON.stringify(standing(api, uri)) === '["6: Task-1 waits"]');
    const last = api.timeCursor;
    await vscode.commands.executeCommand(Command.nextVisit);
    assert.equal(api.timeCursor, last, "there is none after it");
    await vscode.commands.executeCommand(Command.previousVisit);
    await vscode.commands.executeCommand(Command.previousVisit);
    await until(api, "the first again", () => standing(api, uri).length === 3);
    assert.equal(api.timeCursor, first);
  });

  it("is marked in all editors that are visible, in each file what stands there", async () => {
    const [main, helper] = [inWorkspace("pair.py"), inWorkspace("pair_helper.py")];
    try {
      writeFileSync(helper.fsPath, HELPER);
      writeFileSync(main.fsPath, PAIR);
      await trace(api, "pair.py");
      await vscode.window.showTextDocument(helper, { viewColumn: vscode.ViewColumn.Two });
      await until(api, "the numbers in both", () =>
        [main, helper].every((uri) => api.inlineTexts(uri).some(({ text }) => text.includes("×1"))),
      );
      await caretOn(main, 6, 12);
      await vscode.commands.executeCommand(Command.nextVisit);
      await until(api, "the one that waits", () => standing(api, main)[0] === "6: Task-2 waits");
      // It was created with the other, and has its turn after it.
      await until(api, "the one that does not yet", () =>
        /^4: Task-3 (is ready|runs)$/.test(standing(api, helper).join()),
      );
      await vscode.window.showTextDocument(helper, { viewColumn: vscode.ViewColumn.Two });
      const at = new vscode.Position(4, 12);
      vscode.window.activeTextEditor!.selection = new vscode.Selection(at, at);
      await vscode.commands.executeCommand(Command.nextVisit);
      await until(api, "both", () => standing(api, helper).join() === "5: Task-3 waits");
      assert.deepEqual(standing(api, main), ["6: Task-2 waits", "10: Task-1 waits"]);
    } finally {
      await cleanWindow(api);
      for (const { fsPath } of [main, helper]) rmSync(fsPath, { force: true });
    }
  });

  it("moves with its lines, and is not marked on an edited one", async () => {
    const uri = await greeted();
    const editor = await caretOn(uri, 6, 12);
    await vscode.commands.executeCommand(Command.nextVisit);
    await until(api, "the marks", () => api.standing(uri).length === 3);
    await editor.edit((edit) => edit.insert(new vscode.Position(3, 0), "# a new line\n"));
    await until(api, "the marks to move", () => api.standing(uri).some(({ line }) => line === 7));
    await editor.edit((edit) => edit.insert(new vscode.Position(6, 25), "2 * "));
    await until(api, "the mark to go", () => api.standing(uri).every(({ line }) => line !== 7));
  });

  it("lights the visits of the await at the caret, and takes the focus from nobody", async () => {
    const uri = await greeted();
    const editor = await caretOn(uri, 6, 12);
    await until(api, "the await to be lit", () => api.litLine === 6);
    await caretOn(uri, 1, 0);
    await until(api, "nothing to be lit", () => api.litLine === undefined);
    assert.equal(vscode.window.activeTextEditor, editor);
  });

  it("opens no file by itself, unless it is to be followed", async () => {
    const uri = await greeted();
    await caretOn(uri, 6, 12);
    await vscode.commands.executeCommand(Command.nextVisit);
    await vscode.window.showTextDocument(vscode.Uri.joinPath(uri, "../forever.py"), {
      viewColumn: vscode.ViewColumn.One,
    });
    const isShown = (): boolean =>
      vscode.window.visibleTextEditors.some(({ document }) => document.uri.toString() === uri.toString());
    await until(api, "the other file to be drawn", () => api.standing(uri).length === 0);
    assert.equal(isShown(), false);
    await vscode.commands.executeCommand(Command.toggleFollow);
    await until(api, "the file of the task that ran last", () => isShown() && api.standing(uri).length === 3);
    await vscode.commands.executeCommand(Command.toggleFollow);
    assert.equal(vscode.workspace.getConfiguration().get(Setting.followInEditor), false);
  });

  it("is said of a line in words, with everything else that is shown there", async () => {
    const uri = await greeted();
    await caretOn(uri, 6, 12);
    await vscode.commands.executeCommand(Command.nextVisit);
    await until(api, "the marks", () => api.standing(uri).length === 3);
    const words = await vscode.commands.executeCommand<string>(Command.describeLine);
    assert.match(
      words,
      /^Line 6\. Await of sleep in greet: reached 3 times by 3 tasks; \d+ ms in all, longest \d+ ms;/,
    );
    assert.match(words, /At the time cursor, [\d.]+ m?s: Task-2 waits\.$/);
    await caretOn(uri, 7, 0);
    assert.equal(await vscode.commands.executeCommand(Command.describeLine), "Line 7. Nothing was traced here.");
  });

  it("lists all awaits in a tree, sorted as one likes, each leading to its line", async () => {
    const uri = await greeted();
    const places = (): readonly string[] => api.awaits().map((row) => /greet\.py:\d+/.exec(row)?.[0] ?? row);
    assert.deepEqual(places(), ["greet.py:6", "greet.py:11"]);
    await vscode.commands.executeCommand(Command.sortAwaits, "count");
    assert.match(api.awaits()[0] ?? "", /^×3 {2}sleep in greet/);
    await vscode.commands.executeCommand(Command.sortAwaits, "total");
    assert.match(api.awaits()[0] ?? "", /^\d+ ms {2}sleep in greet {2}greet\.py:6 {2}×3$/);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("awaitscope.openSite", { file: uri.fsPath, line: 6, column: 4 });
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), uri.toString());
    assert.equal(editor.selection.active.line, 5);
  });
});
