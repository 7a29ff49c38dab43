/** What the commands say where they can do nothing: what is the matter, and what to do next. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Command } from "../../../extension/keys";
import { awaitscope, cleanWindow, trace, until } from "./window";

describe("a command", () => {
  let api: AwaitscopeApi;
  let folder: string;

  beforeEach(async () => {
    api = await awaitscope();
    await cleanWindow(api);
    folder = mkdtempSync(join(tmpdir(), "awaitscope-commands-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  after(() => cleanWindow(api));

  const run = (command: string, ...args: readonly unknown[]): Thenable<unknown> =>
    vscode.commands.executeCommand(command, ...args);

  async function notesOpen(): Promise<void> {
    const notes = join(folder, "notes.md");
    writeFileSync(notes, "# Notes\n");
    await vscode.window.showTextDocument(vscode.Uri.file(notes), { viewColumn: vscode.ViewColumn.One });
  }

  it("traces no file that is not Python, and says so", async () => {
    await notesOpen();
    for (const command of [Command.traceFile, Command.traceWithArguments]) {
      await run(command);
      assert.equal(api.lastProblem, "notes.md is not a Python file. Open the one that starts your program.", command);
    }
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await run(Command.traceFile);
    assert.equal(api.lastProblem, "No Python file is open. Open the one that starts your program.");
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "python" }));
    await run(Command.traceFile);
    assert.equal(api.lastProblem, "This file is not on disk, so Python cannot run it. Save it to a folder first.");
    assert.equal(api.running, false);
  });

  it("about the line of the caret says where the caret has to be", async () => {
    await trace(api, "greet.py");
    await notesOpen();
    assert.equal(
      await run(Command.describeLine),
      "There is no Python editor with a caret. Put the caret on a line of the traced program.",
    );
    for (const command of [Command.nextVisit, Command.previousVisit])
      assert.equal(
        await run(command),
        "There is no traced await at the caret. Put it on a line that ends in numbers, as in ×3.",
      );
    await run(Command.whatIf);
    assert.equal(api.lastProblem, "Nothing was awaited in this line. Put the caret on a traced await.");
  });

  it("says that the source shows no trace, where it was cleared", async () => {
    await trace(api, "greet.py");
    await run(Command.clearInline);
    for (const command of [Command.nextVisit, Command.previousVisit])
      assert.equal(await run(command), "No trace is shown in the source. Trace a file, or open a saved trace.");
  });

  it("says what following means when it is toggled", async () => {
    assert.match(String(await run(Command.toggleFollow)), /^The editor follows the time cursor: it opens the file/);
    assert.match(String(await run(Command.toggleFollow)), /^The editor follows the time cursor no more: it opens no/);
  });

  it("compares with nothing that is no trace, and says why", async () => {
    await trace(api, "greet.py");
    const broken = join(folder, "broken.awaitscope");
    writeFileSync(broken, "not a trace at all");
    const before = api.lastProblem;
    await run(Command.compare, vscode.Uri.file(broken));
    await until(api, "what is the matter", () => api.lastProblem !== before);
    assert.match(api.lastProblem ?? "", /trace.*[.] [A-Z].*[.]$/);
    assert.equal(api.comparison(), undefined);
    await run(Command.showChanges);
    assert.equal(api.lastProblem, "Nothing is compared. Choose Compare with Trace… first.");
  });
});
