import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { TextStore } from "../../../extension/session/textStore";
import { TracedTexts } from "../../../extension/inline/tracedTexts";
import { Command, InternalCommand, Setting } from "../../../extension/keys";
import { awaitscope, cleanWindow, GATHER, golden, inWorkspace, lensTitles, set, trace, until } from "./window";

const LENSES = [
  "1: $(clear-all) Clear inline trace",
  "5: 2 tasks · Σ <t> · typical <t> · waiting <p> · also 1 call in 1 task",
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
    assert.match(content.value, /visits \|.*total \|.*typical \|.*longest \|/);
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

describe("the numbers in other windows onto a file", () => {
  let api: AwaitscopeApi;
  let uri: vscode.Uri;

  beforeEach(async () => {
    api = await awaitscope();
    await cleanWindow(api);
    uri = await trace(api, "greet.py");
    await until(api, "the numbers", () => golden(api, uri).includes(GATHER));
  });
  after(() => cleanWindow(api));

  it("never stand on a line that is not as it ran, whatever is typed", async () => {
    const document = await vscode.workspace.openTextDocument(uri);
    const traced = document.getText().split("\n");
    const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
    const random = generator(7);
    for (let i = 0; i < 25; i++) {
      const line = Math.floor(random() * document.lineCount);
      const drawn = nextDrawing(api);
      await editor.edit((edit) => {
        const dice = random();
        if (dice < 0.4) edit.insert(new vscode.Position(line, 0), "# new\n");
        else if (dice < 0.7) edit.delete(document.lineAt(line).rangeIncludingLineBreak);
        else edit.insert(document.lineAt(line).range.end, " #");
      });
      await drawn;
      for (const { line: at, column } of api.inlineTexts(uri)) {
        const text = document.lineAt(at - 1).text;
        assert.ok(traced.includes(text), `line ${at} has a number and is "${text}"`);
        assert.equal(column, text.length);
      }
    }
  });

  it("are in both editors of a file", async () => {
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Two });
    await until(api, "the numbers", () => golden(api, uri).includes(GATHER));
    assert.equal(golden(api, uri).length, 3);
  });

  it("are found through a link to the file, and not in a copy under another name", async () => {
    const link = inWorkspace("link-to-greet.py");
    const copy = inWorkspace("copy-of-greet.py");
    try {
      symlinkSync(uri.fsPath, link.fsPath);
      copyFileSync(uri.fsPath, copy.fsPath);
      await vscode.window.showTextDocument(copy, { viewColumn: vscode.ViewColumn.One });
      await vscode.window.showTextDocument(link, { viewColumn: vscode.ViewColumn.Two });
      await until(api, "the numbers behind the link", () => golden(api, link).includes(GATHER));
      assert.deepEqual(golden(api, copy), []);
    } finally {
      rmSync(link.fsPath, { force: true });
      rmSync(copy.fsPath, { force: true });
    }
  });

  it("are not in a file that is not on disk, though its text is the same", async () => {
    const untitled = await vscode.workspace.openTextDocument({
      language: "python",
      content: (await vscode.workspace.openTextDocument(uri)).getText(),
    });
    const drawn = nextDrawing(api);
    await vscode.window.showTextDocument(untitled, { viewColumn: vscode.ViewColumn.Two });
    await drawn;
    assert.deepEqual(api.inlineTexts(untitled.uri), []);
    assert.equal(golden(api, uri).length, 3);
  });

  it("find their lines in a file that was edited before a reload: its text was kept", async () => {
    const folder = mkdtempSync(join(tmpdir(), "awaitscope-kept-"));
    const path = join(folder, "kept.py");
    const text = "import asyncio\n\n\nasync def main():\n    await asyncio.sleep(0)\n";
    const file = { path, user: true, sha256: createHash("sha256").update(text).digest("hex") };
    try {
      writeFileSync(path, text);
      const store = new TextStore(join(folder, "texts"));
      assert.notEqual(await new TracedTexts(store).text(file), undefined);
      await store.keep(file.sha256, new TextEncoder().encode(text));
      writeFileSync(path, `# edited\n${text}`);
      const document = await vscode.workspace.openTextDocument(path);
      const { lines, edited } = await new TracedTexts(new TextStore(join(folder, "texts"))).place(document, file);
      assert.equal(edited, true);
      assert.equal(lines.get(4), 5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function nextDrawing(api: AwaitscopeApi): Promise<void> {
  return new Promise((resolve) => {
    const subscription = api.onDidChange(() => {
      subscription.dispose();
      resolve();
    });
  });
}

/** The same edits in each run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x80000000;
  };
}
