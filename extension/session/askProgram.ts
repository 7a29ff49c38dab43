/** From a command to the program it means: which file, which arguments, which module. */
import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { CannotRun } from "../cannotRun";
import { moduleName, splitArguments, type Program } from "./program";

/** `target` is what a menu or lens was on; the palette gives none and means the active editor. */
export function fileProgram(target: unknown, args: readonly string[] = []): Program {
  const document = target instanceof vscode.Uri ? undefined : vscode.window.activeTextEditor?.document;
  const uri = target instanceof vscode.Uri ? target : document?.uri;
  if (uri === undefined)
    throw new CannotRun("no-file", "No Python file is open. Open the one that starts your program.");
  if (uri.scheme !== "file") {
    throw new CannotRun("no-file", "This file is not on disk, so Python cannot run it. Save it to a folder first.");
  }
  if (document !== undefined && document.languageId !== "python") {
    const name = basename(uri.fsPath);
    throw new CannotRun("no-file", `${name} is not a Python file. Open the one that starts your program.`);
  }
  return { kind: "file", path: uri.fsPath, args, cwd: workingFolder(uri) };
}

/** Remembers what was typed for each file; undefined when the box was dismissed. */
export async function fileProgramWithArguments(target: unknown, memory: vscode.Memento): Promise<Program | undefined> {
  const program = fileProgram(target);
  if (program.kind !== "file") return undefined;
  const key = `arguments of ${program.path}`;
  const typed = await askArguments({
    title: `Trace ${vscode.workspace.asRelativePath(program.path)}`,
    prompt: "Arguments for the program, as in a shell",
    placeHolder: '--verbose "an argument with spaces"',
    value: memory.get(key, ""),
  });
  if (typed === undefined) return undefined;
  await memory.update(key, typed.text);
  return { ...program, args: typed.args };
}

export async function moduleProgram(memory: vscode.Memento): Promise<Program | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const folder = (active && vscode.workspace.getWorkspaceFolder(active)) ?? vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    throw new CannotRun("no-file", "No folder is open. Open the folder from which python -m finds your module.");
  }
  const key = "module";
  const guess = active?.path.endsWith(".py") === true ? moduleName(folder.uri.fsPath, active.fsPath) : "";
  const typed = await askArguments({
    title: "Trace a module",
    prompt: "The module and its arguments, as after python -m",
    placeHolder: "package.module --verbose",
    value: memory.get(key, guess),
  });
  const [module, ...args] = typed?.args ?? [];
  if (typed === undefined || module === undefined) return undefined;
  await memory.update(key, typed.text);
  return { kind: "module", module, args, cwd: folder.uri.fsPath };
}

/** Where a terminal opened on the file would be: relative paths in the program then mean what they usually mean. */
function workingFolder(uri: vscode.Uri): string {
  return vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(uri.fsPath);
}

async function askArguments(
  options: vscode.InputBoxOptions,
): Promise<{ readonly text: string; readonly args: readonly string[] } | undefined> {
  const text = await vscode.window.showInputBox({
    ...options,
    ignoreFocusOut: true,
    validateInput: (value) =>
      splitArguments(value, process.platform) === undefined ? "A quote is not closed." : undefined,
  });
  const args = text === undefined ? undefined : splitArguments(text, process.platform);
  return text === undefined || args === undefined ? undefined : { text, args };
}
