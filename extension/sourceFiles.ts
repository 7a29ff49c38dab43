/** Where a traced file is in this window: traces come from other machines too, and some windows have no disk. */
import * as vscode from "vscode";
import type { SourceFile } from "./trace";

/** Folders above a file that are tried. */
const MOST_FOLDERS = 12;

/**
 * The file itself; else, of the program's own, the one at the end of the same path below a folder of this workspace. What
 * its text is now is for the caller to see.
 */
export async function findSource({ path, user }: Pick<SourceFile, "path" | "user">): Promise<vscode.Uri | undefined> {
  const own = vscode.Uri.file(path);
  if (await isFile(own)) return own;
  const names = user ? namesOf(path) : [];
  for (let from = 0; from < names.length; from++) {
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      const there = vscode.Uri.joinPath(uri, ...names.slice(from));
      if (await isFile(there)) return there;
    }
  }
  return undefined;
}

/** Of the innermost folders and the file. */
function namesOf(path: string): readonly string[] {
  const names = path.split(/[\\/]/).filter((name) => name !== "" && !/^[a-z]:$/i.test(name));
  return names.some((name) => name === "." || name === "..") ? [] : names.slice(-MOST_FOLDERS);
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}
