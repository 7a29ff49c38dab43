/** In the status bar while a program runs, and only then: what runs, and the way to stop it. */
import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../dispose";
import { Command } from "../keys";
import type { Runner } from "./runner";

export function showWhatRuns(runner: Runner): Disposable {
  const store = new DisposableStore();
  const item = store.add(vscode.window.createStatusBarItem("awaitscope.running", vscode.StatusBarAlignment.Left));
  item.name = "Awaitscope";
  item.tooltip = "Tracing. Click to stop the program.";
  item.command = Command.stop;
  store.add(
    runner.onDidStart(({ name }) => {
      item.text = `$(pulse) ${name}`;
      item.accessibilityInformation = { label: `Tracing ${name}. Press to stop the program.`, role: "button" };
      item.show();
    }),
  );
  store.add(
    runner.onDidEnd(() => {
      if (!runner.running) item.hide();
    }),
  );
  return store;
}
