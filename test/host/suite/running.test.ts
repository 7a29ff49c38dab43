import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Command, Setting } from "../../../extension/keys";
import {
  GATHER,
  awaitscope,
  cleanWindow,
  golden,
  inWorkspace,
  set,
  startTracing,
  trace,
  until,
  untilEnded,
} from "./window";

/** asyncio itself runs a task or two when a loop is closed. */
const isUserCode = ({ coro }: { readonly coro: string }) => !coro.startsWith("BaseEventLoop.");

describe("running a program", () => {
  let api: AwaitscopeApi;

  beforeEach(async () => {
    api = await awaitscope();
    await cleanWindow(api);
  });
  after(() => cleanWindow(api));

  it("traces a file end to end: tasks, source and timeline", async () => {
    const uri = await trace(api, "greet.py");
    const summary = api.summary();
    assert.equal(summary?.complete, true);
    assert.equal(summary.program.exit_code, 0);
    assert.deepEqual(summary.program.argv, [uri.fsPath]);
    assert.equal(summary.program.cwd, inWorkspace("").fsPath.replace(/[\\/]$/, ""));
    assert.deepEqual(
      summary.tasks.filter(isUserCode).map(({ coro, outcome }) => `${coro} ${outcome}`),
      ["main returned", "greet returned", "greet returned"],
    );
    assert.deepEqual(
      summary.groups.map(({ kind, members }) => `${kind} of ${members.length}`),
      ["gather of 2"],
    );
    const numbers = ["6:30 ×3  Σ <t>  max <t>", GATHER];
    await until(api, "the numbers in the source", () => numbers.every((text) => golden(api, uri).includes(text)));
    await until(api, "the whole trace in the timeline", () => {
      const [timeline] = api.timelines();
      return timeline !== undefined && timeline.of > 0 && timeline.received === timeline.of;
    });
    assert.equal(api.timelines()[0]?.name, "greet.py");
  });

  it("shows the run while it goes on", async () => {
    const uri = await startTracing(api, "forever.py");
    const visits = () => Number(/×([\d,]+)/.exec(api.inlineTexts(uri)[0]?.text ?? "")?.[1] ?? 0);
    await until(api, "a few beats", () => visits() >= 5);
    const before = visits();
    await until(api, "more beats", () => visits() > before);
    assert.equal(api.running, true);
    await vscode.commands.executeCommand(Command.stop);
    await untilEnded(api);
  });

  it("stops a program as Ctrl+C does", async () => {
    const uri = await startTracing(api, "forever.py");
    await until(api, "a beat", () => api.inlineTexts(uri).length > 0 && (api.summary()?.awaits.length ?? 0) > 0);
    await vscode.commands.executeCommand(Command.stop);
    await untilEnded(api);
    const summary = api.summary();
    assert.equal(summary?.complete, true, "the program ended in an orderly way");
    assert.equal(summary.program.exit_code, 0, "it caught its KeyboardInterrupt");
    assert.equal(summary.tasks[0]?.outcome, "cancelled");
  });

  it("kills a program that does not heed the interrupt, and keeps what was recorded", async () => {
    const uri = await startTracing(api, "stubborn.py");
    await until(api, "a beat", () => api.inlineTexts(uri).length > 0);
    await vscode.commands.executeCommand(Command.stop);
    await vscode.commands.executeCommand(Command.stop);
    await untilEnded(api);
    assert.equal(api.trace?.state.kind, "ended");
    const summary = api.summary();
    assert.equal(summary?.complete, false);
    assert.equal(summary.program.exit_code, null);
    assert.ok((summary.awaits[0]?.count ?? 0) > 0);
  });

  it("runs the same program again", async () => {
    await trace(api, "greet.py");
    const first = api.trace?.uri;
    await vscode.commands.executeCommand(Command.runAgain);
    await until(api, "another run", () => api.trace?.uri !== first);
    await untilEnded(api);
    assert.equal(api.summary()?.tasks.filter(isUserCode).length, 3);
    assert.equal(api.timelines().length, 1, "in the same timeline");
  });

  it("gives the program its terminal: stdin is a tty and what is typed arrives", async () => {
    await startTracing(api, "echo.py");
    await until(api, "the program to read", () => (api.summary()?.tasks.length ?? 0) > 0);
    const terminal = vscode.window.terminals.find(({ name }) => name === "Awaitscope: echo.py");
    assert.ok(terminal, "a terminal of its own");
    terminal.sendText("hello");
    await untilEnded(api);
    assert.equal(api.summary()?.program.exit_code, 0);
    assert.ok(vscode.window.terminals.includes(terminal), "readable after the end");
  });

  it("says how a program ended that raised", async () => {
    await trace(api, "raises.py");
    const summary = api.summary();
    assert.equal(summary?.program.exit_code, 1);
    const raised = summary.tasks[0]?.exception;
    assert.deepEqual([raised?.type, raised?.message], ["ValueError", "on purpose"]);
    assert.deepEqual(
      raised?.traceback.map((frame) => [frame.function, frame.site?.line]),
      [["main", 7]],
    );
  });

  it("keeps a run without a loop apart from an empty one", async () => {
    await trace(api, "noloop.py");
    assert.equal(api.trace?.state.kind, "ended");
    assert.equal(api.summary()?.complete, true);
    assert.deepEqual(api.summary()?.loops, []);
  });

  it("survives a file that Python cannot read", async () => {
    await trace(api, "broken.py");
    assert.equal(api.summary()?.program.exit_code, 1);
  });

  it("says so when the interpreter is not there, and runs nothing", async () => {
    await set(Setting.pythonPath, "/nowhere/python");
    await vscode.window.showTextDocument(inWorkspace("greet.py"));
    await vscode.commands.executeCommand(Command.traceFile);
    assert.match(api.lastProblem ?? "", /\/nowhere\/python, from the setting awaitscope\.pythonPath, does not run/);
    assert.equal(api.running, false);
  });

  // Of a script, which Windows does not run.
  const itWhereScriptsRun = process.platform === "win32" ? undefined : it;
  itWhereScriptsRun?.("says so when the interpreter is too old", async () => {
    const folder = mkdtempSync(join(tmpdir(), "awaitscope-"));
    const old = join(folder, "python");
    writeFileSync(old, `#!/bin/sh\nprintf '${old}\\n3\\n9\\n18\\n'\n`);
    chmodSync(old, 0o755);
    try {
      await set(Setting.pythonPath, old);
      await vscode.window.showTextDocument(inWorkspace("greet.py"));
      await vscode.commands.executeCommand(Command.traceFile);
      assert.match(api.lastProblem ?? "", /needs Python 3\.10 or newer; .* is 3\.9\.18/);
      assert.equal(api.running, false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
