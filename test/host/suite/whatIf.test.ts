import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Command } from "../../../extension/keys";
import { acceptFirst, awaitscope, cleanWindow, hoverText, inThemes, screenshot, trace, until } from "./window";

/** Of `await fetch(n)` in rounds.py, from 0. */
const ROUNDS = { line: 11, column: 10 };

describe("what if", () => {
  let api: AwaitscopeApi;
  const projected = () => api.timelines().find(({ name }) => name?.startsWith("What if: "));

  beforeEach(async () => {
    api = await awaitscope();
    await cleanWindow(api);
  });
  after(() => cleanWindow(api));

  it("runs the run again with the change that is chosen, in a second timeline", async () => {
    const uri = await trace(api, "rounds.py");
    const recorded = api.trace?.uri;
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    await until(api, "the numbers", () => api.inlineTexts(uri).length > 0);
    editor.selection = new vscode.Selection(ROUNDS.line, ROUNDS.column, ROUNDS.line, ROUNDS.column);
    const asking = vscode.commands.executeCommand(Command.whatIf);
    await acceptFirst(() => projected() !== undefined);
    await asking;
    assert.match(
      projected()?.name ?? "",
      /^What if: \d+ ms instead of .*, if the 3 awaits at rounds\.py:12 began together$/,
    );
    await until(api, "the page to have it all", () => projected()?.received === projected()?.of);
    assert.equal(api.trace?.uri, recorded);
    assert.equal(api.timelines().length, 2);
    await inThemes((theme) => screenshot(`what if ${theme}`));
  });

  it("is asked from the hover of an await", async () => {
    const uri = await trace(api, "rounds.py");
    await until(api, "the numbers", () => api.inlineTexts(uri).length > 0);
    const story = await hoverText(uri, ROUNDS.line, ROUNDS.column);
    const [, argument = ""] = /\[\$\(beaker\) What if…\]\(command:awaitscope\.whatIf\?([^)]+)\)/.exec(story) ?? [];
    const [sites] = JSON.parse(decodeURIComponent(argument)) as [readonly { readonly line: number }[]];
    assert.deepEqual(
      sites.map(({ line }) => line),
      [ROUNDS.line + 1],
    );
  });

  it("is asked from a finding", async () => {
    const uri = await trace(api, "blocks.py");
    const found = () => vscode.languages.getDiagnostics(uri).find(({ code }) => code === "blocked-loop");
    await until(api, "the finding", () => found() !== undefined);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uri,
      found()?.range,
    );
    const command = actions.find(({ title }) => title === "What if…")?.command;
    assert.equal(command?.command, Command.whatIf);
    const asking = vscode.commands.executeCommand(command.command, ...(command.arguments as unknown[]));
    await acceptFirst(() => projected() !== undefined);
    await asking;
    assert.match(projected()?.name ?? "", /if what holds the loop at blocks\.py:7 ran in a thread$/);
  });

  it("says so where nothing was awaited", async () => {
    const uri = await trace(api, "rounds.py");
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await vscode.commands.executeCommand(Command.whatIf);
    assert.equal(api.lastProblem, "Nothing was awaited in this line. Put the caret on a traced await.");
  });
});
