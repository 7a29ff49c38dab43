/** What the suites do to the window they run in. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, watch, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Command, Setting } from "../../../extension/keys";

/** Longer than anything here takes; a wait that ends by this has failed. */
const PATIENCE_MS = 40_000;

/** What stands after the gather of greet.py. */
export const GATHER = "11:64 ×1  Σ <t>  max <t>  ·  2 tasks, <n> at once, Task-3 last by <t>";

export async function awaitscope(): Promise<AwaitscopeApi> {
  const extension = vscode.extensions.getExtension<AwaitscopeApi>("awaitscope.awaitscope");
  if (extension === undefined) throw new Error("The extension is not in this window");
  return extension.activate();
}

export function inWorkspace(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error("The window has no folder");
  return vscode.Uri.joinPath(folder.uri, name);
}

/** Waits for what the extension will say, not for time to pass. */
export async function until(api: AwaitscopeApi, what: string, holds: () => boolean): Promise<void> {
  if (holds()) return;
  let subscription: { dispose(): void } | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => {
        const seen = JSON.stringify({ trace: api.trace, running: api.running, problem: api.lastProblem });
        reject(new Error(`Waited in vain for: ${what}. Last seen: ${seen}`));
      }, PATIENCE_MS);
      subscription = api.onDidChange(() => {
        if (holds()) resolve();
      });
    });
  } finally {
    subscription?.dispose();
    clearTimeout(timer);
  }
}

/** Opens the file as a person would, and presses Trace. */
export async function startTracing(api: AwaitscopeApi, name: string): Promise<vscode.Uri> {
  const uri = inWorkspace(name);
  await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
  const before = api.trace?.uri;
  await vscode.commands.executeCommand(Command.traceFile);
  await until(api, `${name} to start`, () => api.trace?.name === name && api.trace.uri !== before);
  return uri;
}

export async function trace(api: AwaitscopeApi, name: string): Promise<vscode.Uri> {
  const uri = await startTracing(api, name);
  await untilEnded(api);
  return uri;
}

export async function untilEnded(api: AwaitscopeApi): Promise<void> {
  await until(
    api,
    "the run to end",
    () => !api.running && api.trace !== undefined && api.trace.state.kind !== "running",
  );
}

/** "6:30 ×3  Σ <t>  max <t>": line, column and text without bar and durations, since no two runs have the same. */
export function golden(api: AwaitscopeApi, uri: vscode.Uri): readonly string[] {
  return api.inlineTexts(uri).map(({ line, column, text }) => `${line}:${column} ${withoutNumbers(text)}`);
}

/** "6: Alice waits": line and text, with durations taken out. */
export function standing(api: AwaitscopeApi, uri: vscode.Uri): readonly string[] {
  return [...api.standing(uri)]
    .sort((a, b) => a.line - b.line)
    .map(({ line, text }) => `${line}: ${withoutNumbers(text)}`);
}

function withoutNumbers(text: string): string {
  return text
    .replace(/[▁▄█]{8} /g, "")
    .replace(/[\d.]+ at once/g, "<n> at once")
    .replace(/[\d.]+ (ns|µs|ms|s|min)\b/g, "<t>")
    .replace(/\d+ %/g, "<p>");
}

/** Waits for a lens: what it tells is placed a moment after it is known. */
export async function lensIs(uri: vscode.Uri, title: RegExp): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const titles = await lensTitles(uri);
    if (titles.some((it) => title.test(it))) return;
    if (Date.now() > deadline)
      throw new Error(`Waited in vain for the lens ${title.source} among: ${titles.join("; ")}`);
  }
}

export async function lensTitles(uri: vscode.Uri): Promise<readonly string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 100);
  return lenses
    .map(({ range, command }) => `${range.start.line + 1}: ${withoutNumbers(command?.title ?? "")}`)
    .sort((a, b) => Number.parseInt(a) - Number.parseInt(b));
}

/** Nothing runs, nothing is open, nothing is set. */
export async function cleanWindow(api: AwaitscopeApi): Promise<void> {
  while (api.running) {
    await vscode.commands.executeCommand(Command.stop);
    await vscode.commands.executeCommand(Command.stop);
    await untilEnded(api);
  }
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty) continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  await set(Setting.pythonPath, testPython());
  await set(Setting.inlineEnabled, undefined);
  await set(Setting.codeLensEnabled, undefined);
  await set(Setting.gutterEnabled, undefined);
  await set(Setting.followInEditor, undefined);
}

/** Chooses what is first in the open list: it may take a moment to be there. */
export async function acceptFirst(isDone: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !isDone(); i++) {
    await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** For people to look at; the launcher takes it. The desktop has none. */
export async function screenshot(name: string): Promise<void> {
  const folder = process.env["AWAITSCOPE_SCREENSHOTS"];
  if (folder === undefined) return;
  const wanted = join(folder, `${name}.png.wanted`);
  await new Promise<void>((resolve, reject) => {
    const done = (): void => {
      if (existsSync(wanted)) return;
      watcher.close();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      watcher.close();
      reject(new Error(`Nobody took the picture ${name}`));
    }, PATIENCE_MS);
    writeFileSync(wanted, "");
    const watcher = watch(folder, done);
    done();
  });
}

/** The same in dark and in light, for pictures. */
export async function inThemes(look: (theme: string) => Promise<void>): Promise<void> {
  for (const theme of ["Default Dark Modern", "Default Light Modern"]) {
    await set("workbench.colorTheme", theme);
    await look(theme);
  }
  await set("workbench.colorTheme", undefined);
}

/** All that hovers say there, both from 0. */
export async function hoverText(uri: vscode.Uri, line: number, column: number): Promise<string> {
  const at = new vscode.Position(line, column);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", uri, at);
  const contents = hovers.flatMap((hover) => hover.contents);
  return contents.map((content) => (content instanceof vscode.MarkdownString ? content.value : "")).join("\n");
}

export async function set(setting: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(setting, value, vscode.ConfigurationTarget.Global);
}

/** A Python of this machine that tells columns (3.11 or newer); AWAITSCOPE_TEST_PYTHON names another. */
let found: string | undefined;
export function testPython(): string {
  found ??= findPython();
  return found;
}

function findPython(): string {
  const named = process.env["AWAITSCOPE_TEST_PYTHON"];
  if (named !== undefined) return named;
  const versions = join(homedir(), ".pyenv", "versions");
  const pyenv = existsSync(versions) ? readdirSync(versions).map((name) => join(versions, name, "bin", "python3")) : [];
  const onPath = ["python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python3", "python"];
  const python = [...onPath, ...pyenv].find(isNewEnough);
  if (python === undefined) throw new Error("These tests need a Python 3.11 or newer");
  return python;
}

function isNewEnough(python: string): boolean {
  try {
    execFileSync(python, ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
