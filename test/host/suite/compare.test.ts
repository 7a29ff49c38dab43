import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Command } from "../../../extension/keys";
import {
  acceptFirst,
  awaitscope,
  cleanWindow,
  golden,
  hoverText,
  inThemes,
  inWorkspace,
  screenshot,
  trace,
  until,
  untilEnded,
} from "./window";

const NAME = "compared.py";
const SLOW = `import asyncio


async def nap():
    await asyncio.sleep(0.2)


async def main():
    await nap()
    await asyncio.gather(nap(), nap())


asyncio.run(main())
`;
/** Two lines moved in, and one is not what it was. */
const QUICK = SLOW.replace("async def nap", "# Shorter.\n\nasync def nap").replace("0.2", "0.02");

describe("comparing with another trace", () => {
  let api: AwaitscopeApi;
  let uri: vscode.Uri;
  let before: vscode.Uri;

  beforeEach(async () => {
    api = await awaitscope();
    await cleanWindow(api);
    await write(SLOW);
    uri = await trace(api, NAME);
    before = vscode.Uri.parse(api.trace?.uri ?? "");
    await until(api, "the numbers", () => numbers().length === 2);
    await write(QUICK);
    await vscode.commands.executeCommand(Command.runAgain);
    await until(api, "the second run", () => api.trace?.uri !== before.toString());
    await untilEnded(api);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand(Command.stopComparing);
    await cleanWindow(api);
    await vscode.workspace.fs.delete(inWorkspace(NAME));
  });

  /** Of the sites; what else stands in the lines is not about them. */
  const numbers = () => golden(api, uri).flatMap((text) => (text.includes("×") ? text.split("  ·  ").slice(0, 1) : []));
  const write = (text: string) => vscode.workspace.fs.writeFile(inWorkspace(NAME), Buffer.from(text));

  async function compared(): Promise<void> {
    await vscode.commands.executeCommand(Command.compare, before);
    await until(api, "the changes", () => api.inlineTexts(uri).some(({ text }) => text.includes("→")));
  }

  it("shows at each site what it took before, though its line moved and was edited", async () => {
    await compared();
    assert.deepEqual(numbers(), ["7:29 ×3  Σ <t> → <t>, −<p>  max <t>", "12:38 ×1  Σ <t> → <t>, −<p>  max <t>"]);
    const { awaits = [], wall } = api.comparison() ?? {};
    assert.deepEqual(
      awaits.map((site) => [site.before?.site.line, site.after?.site.line, site.after?.kinds.join()]),
      [
        [5, 7, "sleep"],
        [10, 12, "gather"],
      ],
    );
    assert.ok(wall !== undefined && wall.change_ms < 0);
    assert.ok(awaits.every(({ change_percent }) => change_percent !== null && change_percent < -50));
    const story = await hoverText(uri, 6, 10);
    assert.match(story, /\|\s*\S+.*→.*−\d+.%\s*\|.*visits/, "the change heads the table");
    assert.match(story, /\|\s*now \|[\s\S]*\|\s*before \|/);
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    editor.selection = new vscode.Selection(6, 12, 6, 12);
    await inThemes(async (theme) => {
      await vscode.commands.executeCommand("editor.action.showHover");
      await screenshot(`compared ${theme}`);
    });
  });

  it("stops by command", async () => {
    await compared();
    await vscode.commands.executeCommand(Command.stopComparing);
    await until(api, "the numbers alone", () => api.inlineTexts(uri).every(({ text }) => !text.includes("→")));
    assert.equal(numbers().length, 2);
    assert.equal(api.comparison(), undefined);
  });

  it("goes on with the next run", async () => {
    await compared();
    const second = api.trace?.uri;
    await vscode.commands.executeCommand(Command.runAgain);
    await until(api, "the third run", () => api.trace?.uri !== second);
    await untilEnded(api);
    await until(api, "its changes", () => api.comparison()?.awaits.every(({ after }) => after !== null) === true);
    assert.equal(api.comparison()?.awaits[0]?.before?.site.line, 5, "with the first still");
  });

  it("offers the run before first, and its list leads to the line", async () => {
    // The program's run before is the first choice of the list.
    const picking = vscode.commands.executeCommand(Command.compare);
    await acceptFirst(() => api.comparison() !== undefined);
    await picking;
    assert.equal(api.comparison()?.awaits[0]?.before?.site.line, 5);

    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const showing = vscode.commands.executeCommand(Command.showChanges);
    await acceptFirst(() => vscode.window.activeTextEditor?.document.uri.fsPath === uri.fsPath);
    await showing;
    assert.equal(vscode.window.activeTextEditor?.selection.start.line, 6);
  });

  it("shows plain numbers when the other trace has nothing in common", async () => {
    await trace(api, "greet.py");
    const other = api.trace?.uri ?? "";
    await trace(api, NAME);
    await vscode.commands.executeCommand(Command.compare, vscode.Uri.parse(other));
    await until(api, "a comparison", () => api.comparison() !== undefined);
    await until(api, "the numbers", () => numbers().length === 2);
    assert.ok(api.inlineTexts(uri).every(({ text }) => !text.includes("→")));
  });
});

describe("the API", () => {
  it("tells the sites at a line, as the document is now", async () => {
    const api = await awaitscope();
    await cleanWindow(api);
    const uri = await trace(api, "greet.py");
    const [site, ...others] = await api.sitesAt(uri, 6);
    assert.deepEqual(others, []);
    assert.ok(site !== undefined && site.total_ms >= 300 && site.waiting_ms >= 300 && site.ready_ms < 300);
    const { line, endLine, column, endColumn, function: name, kinds, count, tasks } = site;
    assert.deepEqual(
      [line, endLine, column, endColumn, name, kinds, count, tasks],
      [...[6, 6, 4, 30], ...["greet", ["sleep"], 3, 3]],
    );
    assert.deepEqual(await api.sitesAt(uri, 7), []);
    const editor = await vscode.window.showTextDocument(uri);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "# moved\n"));
    assert.equal((await api.sitesAt(uri, 7))[0]?.count, 3);
    await cleanWindow(api);
  });
});
