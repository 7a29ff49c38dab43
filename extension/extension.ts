/** The extension on a machine, where programs run. */
import * as vscode from "vscode";
import type { AwaitscopeApi } from "./api";
import { registerTraceTool } from "./assistant/traceTool";
import { DisposableStore } from "./dispose";
import { Command } from "./keys";
import { createLog } from "./log";
import { hostOnMachine } from "./session/onMachine";
import { Runner } from "./session/runner";
import { showWhatRuns } from "./session/statusItem";
import { wire } from "./wiring";

/** Which `npm start` has traced its file. */
const TRACED_AT_START = "tracedAtStart";

export function activate(context: vscode.ExtensionContext): AwaitscopeApi {
  const store = new DisposableStore();
  context.subscriptions.push(store);
  const log = store.add(createLog(context, `${process.platform} ${process.arch}`));
  const runner = store.add(new Runner(context, log));
  store.add(showWhatRuns(runner));
  const { api, tools } = wire({ context, store, log, host: hostOnMachine(runner, context.workspaceState) });
  store.add(registerTraceTool({ runner, find: tools.find }));
  traceAtStart(context);
  return api;
}

/**
 * `npm start` opens a window that traces at once; an installed extension never runs anything unasked. Every window and
 * every reload inherits the variables, so what was started already is remembered.
 */
function traceAtStart(context: vscode.ExtensionContext): void {
  const { AWAITSCOPE_TRACE: file = "", AWAITSCOPE_START_ID: start = "" } = process.env;
  if (context.extensionMode !== vscode.ExtensionMode.Development || file === "") return;
  if (context.globalState.get<string>(TRACED_AT_START) === start) return;
  void context.globalState.update(TRACED_AT_START, start);
  void vscode.commands.executeCommand(Command.traceFile, vscode.Uri.file(file));
}
