/** Which saved trace to open: one of the last runs, or a file from anywhere. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";

interface Choice extends vscode.QuickPickItem {
  readonly uri?: vscode.Uri;
}

export async function pickTrace(folder: string): Promise<vscode.Uri | undefined> {
  const runs = await recentRuns(folder);
  if (runs.length === 0) return browse();
  const elsewhere: Choice = { label: "$(folder-opened) Browse…", detail: "A trace file from anywhere" };
  const choice = await vscode.window.showQuickPick([...runs, elsewhere], {
    title: "Open a trace",
    placeHolder: "The last runs, newest first",
  });
  if (choice === undefined) return undefined;
  return choice.uri ?? browse();
}

async function recentRuns(folder: string): Promise<readonly Choice[]> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch {
    // Nothing was traced here yet.
    return [];
  }
  const files = names.filter((name) => name.endsWith(".awaitscope")).map((name) => join(folder, name));
  const runs = await Promise.all(files.map(async (path) => ({ path, time: (await stat(path)).mtime })));
  return runs
    .sort((a, b) => b.time.getTime() - a.time.getTime())
    .map(({ path, time }) => ({
      // The name ends in the time of its start, which people read better in their own format.
      label: `$(pulse) ${vscode.Uri.file(path)
        .path.replace(/^.*\//, "")
        .replace(/ \d{4}-.*$/, "")}`,
      description: time.toLocaleString(),
      uri: vscode.Uri.file(path),
    }));
}

async function browse(): Promise<vscode.Uri | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({ filters: { "Awaitscope traces": ["awaitscope", "awaitscope.gz", "gz"] } })) ??
    [];
  return uri;
}
