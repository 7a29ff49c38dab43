import assert from "node:assert/strict";
import * as vscode from "vscode";
import { Command, InternalCommand } from "../../../extension/keys";
import { awaitscope } from "./window";

describe("the extension in a window", () => {
  it("registers every command it contributes, and those its links use", async () => {
    await awaitscope();
    const registered = new Set(await vscode.commands.getCommands(true));
    for (const id of [...Object.values(Command), ...Object.values(InternalCommand)]) {
      assert.ok(registered.has(id), `${id} is not registered`);
    }
  });

  it("ignores links whose arguments make no sense", async () => {
    const api = await awaitscope();
    const before = api.timelines().length;
    await vscode.commands.executeCommand(InternalCommand.showSite, { file: 7 });
    await vscode.commands.executeCommand(InternalCommand.showTask, "Task-1");
    assert.equal(api.timelines().length, before);
  });
});
