import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Command, InternalCommand, Setting } from "../../../extension/keys";
import { awaitscope, cleanWindow, golden, lensTitles, set, trace, until } from "./window";

const GATHER = "11:64 ×1  Σ <t>  max <t>  ·  2 tasks, <n> at once, Task-3 last by <t>";
const LENSES = [
  "1: $(clear-all) Clear inline trace",
  "5: 2 tasks · Σ <t> · typical <t> · waiting <p> · also awaited in 1 task",
  "10: 1 task · Σ <t> · waiting <p>",
  "15: $(pulse) Trace",
];

describe("the inline trace view", () => {
  let api: AwaitscopeApi;
  let uri: vscode.Uri;

  beforeEach(async () => {
    api = await awaitscope();
    await cleanWindow(api);
    uri = await trace(api, "greet.py");
    await until(api, "the numbers", () => golden(api, uri).includes(GATHER));
  });
  after(() => cleanWindow(api));

  it("puts lenses over what starts a loop and over each traced async def", async () => {
    assert.deepEqual(await lensTitles(uri), LENSES);
  });

  it("tells the story of an await where one points at it", async () => {
    const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      uri,
      new vscode.Position(5, 10),
    );
    const [content] = hover?.contents ?? [];
    assert.ok(content instanceof vscode.MarkdownString);
    assert.match(content.value, /Await in greet\*\*: sleep/);
    assert.match(content.value, /\| visits \| total \| typical \| longest \|/);
    const links = [...content.value.matchAll(/\(command:([\w.]+)/g)].map(([, command]) => command);
    assert.ok(links.includes(InternalCommand.showSite) && links.includes(InternalCommand.showVisit));
  });

  it("moves numbers with their lines and drops those of edited lines", async () => {
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    await editor.edit((edit) => edit.insert(new vscode.Position(3, 0), "# a new line\n"));
    const moved = ["7:30 ×3  Σ <t>  max <t>", GATHER.replace("11", "12"), "13:32 Σ <t> in greet"];
    await until(api, "the numbers to move", () => JSON.stringify(golden(api, uri)) === JSON.stringify(moved));
    assert.ok((await lensTitles(uri)).includes("1: edited since this run"));

    await editor.edit((edit) => edit.insert(new vscode.Position(6, 25), "2 * "));
    await until(api, "the edited line's number to go", () => golden(api, uri).length === 2);
    assert.deepEqual(golden(api, uri), moved.slice(1));

    await vscode.commands.executeCommand("undo");
    await vscode.commands.executeCommand("undo");
    await until(api, "the numbers to be back", () => golden(api, uri).includes(GATHER));
    assert.equal(golden(api, uri).length, 3);
  });

  it("is cleared by its command and comes back with the next run", async () => {
    await vscode.commands.executeCommand(Command.clearInline);
    await until(api, "the numbers to go", () => api.inlineTexts(uri).length === 0);
    assert.deepEqual(await lensTitles(uri), ["15: $(pulse) Trace"]);
    await vscode.commands.executeCommand(Command.runAgain);
    await until(api, "the numbers to be back", () => golden(api, uri).includes(GATHER));
  });

  it("can be turned off, lenses apart from texts", async () => {
    await set(Setting.inlineEnabled, false);
    await until(api, "the texts to go", () => api.inlineTexts(uri).length === 0);
    assert.deepEqual(await lensTitles(uri), LENSES);
    await set(Setting.codeLensEnabled, false);
    assert.deepEqual(await lensTitles(uri), []);
    await set(Setting.inlineEnabled, true);
    await until(api, "the texts to be back", () => golden(api, uri).includes(GATHER));
  });
});
