import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Command, ViewType } from "../../../extension/keys";
import { GATHER, awaitscope, cleanWindow, golden, trace, until } from "./window";

describe("opening a saved trace", () => {
  let api: AwaitscopeApi;
  let folder: string;
  let source: vscode.Uri;
  let saved: Buffer;

  before(async () => {
    api = await awaitscope();
    await cleanWindow(api);
    source = await trace(api, "greet.py");
    saved = readFileSync(vscode.Uri.parse(api.trace?.uri ?? "").fsPath);
  });
  beforeEach(async () => {
    await cleanWindow(api);
    folder = mkdtempSync(join(tmpdir(), "awaitscope-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  after(() => cleanWindow(api));

  /** Opens a file with this content as a click in the explorer would. */
  async function open(name: string, content: Uint8Array): Promise<void> {
    const uri = vscode.Uri.file(join(folder, name));
    writeFileSync(uri.fsPath, content);
    await vscode.commands.executeCommand("vscode.open", uri);
    await until(api, `${name} to be read`, () => api.trace?.name === name && api.trace.state.kind !== "running");
  }

  it("shows it in the timeline and in the source", async () => {
    await open("saved.awaitscope", saved);
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputCustom && input.viewType === ViewType.trace);
    await until(api, "the whole trace in the timeline", () =>
      api.timelines().some(({ name, received, of }) => name === "saved.awaitscope" && of > 0 && received === of),
    );
    assert.equal(api.summary()?.groups.length, 1);
    await vscode.window.showTextDocument(source, { viewColumn: vscode.ViewColumn.Beside });
    await until(api, "the numbers", () => golden(api, source).includes(GATHER));
  });

  it("opens through its command too", async () => {
    const uri = vscode.Uri.file(join(folder, "chosen.awaitscope"));
    writeFileSync(uri.fsPath, saved);
    await vscode.commands.executeCommand(Command.openTrace, uri);
    await until(api, "the trace", () => api.trace?.name === "chosen.awaitscope");
  });

  it("shows what was recorded of a program that was killed", async () => {
    await open("killed.awaitscope", saved.subarray(0, saved.length - 10));
    assert.equal(api.trace?.state.kind, "ended");
    assert.equal(api.summary()?.complete, false);
    assert.equal(api.summary()?.groups.length, 1);
  });

  it("says that a file is no trace", async () => {
    await open("wrong.awaitscope", Buffer.from("this is not a trace at all"));
    const state = api.trace?.state;
    assert.ok(state?.kind === "failed");
    assert.match(state.message, /not a/i);
  });

  it("says that a file is empty", async () => {
    await open("empty.awaitscope", new Uint8Array());
    const state = api.trace?.state;
    assert.ok(state?.kind === "failed");
    assert.match(state.message, /empty/);
  });

  it("says that a trace was made by a newer Awaitscope", async () => {
    const newer = Buffer.from(saved);
    newer.writeUInt32LE(99, 8);
    await open("newer.awaitscope", newer);
    const state = api.trace?.state;
    assert.ok(state?.kind === "failed");
    assert.match(state.message, /newer/);
  });
});
