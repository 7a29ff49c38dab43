/** The extension in a browser, where VS Code has no machine to run anything on. */
import type * as vscode from "vscode";
import type { AwaitscopeApi } from "../api";
import { DisposableStore } from "../dispose";
import { createLog } from "../log";
import { wire } from "../wiring";
import { hostOnWeb } from "./onWeb";

export function activate(context: vscode.ExtensionContext): AwaitscopeApi {
  const store = new DisposableStore();
  context.subscriptions.push(store);
  const log = store.add(createLog(context, "in a browser"));
  return wire({ context, store, log, host: hostOnWeb }).api;
}
