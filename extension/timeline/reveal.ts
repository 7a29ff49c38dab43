/** From a place in a trace to the place in an editor. */
import * as vscode from "vscode";
import type { RevealMessage } from "../protocol";
import type { Site } from "../trace";

/** Shows the site beside the timeline; says so when its file is not on this machine. */
export async function revealSite(
  { site, focus }: RevealMessage,
  tracedFolder: string | undefined,
  timelineColumn: vscode.ViewColumn | undefined,
): Promise<void> {
  const document = await openSource(site.file, tracedFolder);
  if (document === undefined) {
    vscode.window.setStatusBarMessage(`Awaitscope: ${site.file} is not on this machine`, 5_000);
    return;
  }
  await vscode.window.showTextDocument(document, {
    selection: rangeOf(site, document),
    preserveFocus: focus !== true,
    viewColumn: columnFor(document, timelineColumn),
  });
}

/** Brings the file into view beside the timeline; the focus, and the caret of an open editor, stay where they are. */
export async function showSource(
  file: string,
  tracedFolder: string | undefined,
  timelineColumn: vscode.ViewColumn | undefined,
): Promise<vscode.TextEditor | undefined> {
  const document = await openSource(file, tracedFolder);
  if (document === undefined) return undefined;
  const visible = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const viewColumn = columnFor(document, timelineColumn);
  return visible ?? vscode.window.showTextDocument(document, { preserveFocus: true, preview: true, viewColumn });
}

async function openSource(path: string, tracedFolder: string | undefined): Promise<vscode.TextDocument | undefined> {
  for (const uri of candidates(path, tracedFolder)) {
    try {
      await vscode.workspace.fs.stat(uri);
    } catch {
      continue;
    }
    return vscode.workspace.openTextDocument(uri);
  }
  return undefined;
}

/** The file itself; then, for a trace from another machine, the same file below a folder of this workspace. */
function candidates(path: string, tracedFolder: string | undefined): readonly vscode.Uri[] {
  const result = [vscode.Uri.file(path)];
  const folder = tracedFolder?.replace(/[\\/]+$/, "");
  if (folder === undefined || !path.startsWith(folder)) return result;
  const relative = path.slice(folder.length).split(/[\\/]/).filter(Boolean);
  if (relative.includes("..")) return result;
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) result.push(vscode.Uri.joinPath(uri, ...relative));
  return result;
}

function rangeOf(site: Site, document: vscode.TextDocument): vscode.Range {
  const line = site.line - 1;
  const start = new vscode.Position(line, site.column ?? 0);
  const end =
    site.endLine === undefined || site.endColumn === undefined
      ? new vscode.Position(line, Number.MAX_SAFE_INTEGER)
      : new vscode.Position(site.endLine - 1, site.endColumn);
  return document.validateRange(new vscode.Range(start, end));
}

/** Where the file is already shown, else any column but the timeline's own. */
function columnFor(document: vscode.TextDocument, timeline: vscode.ViewColumn | undefined): vscode.ViewColumn {
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  if (shown?.viewColumn !== undefined) return shown.viewColumn;
  const other = vscode.window.visibleTextEditors.find(
    (editor) => editor.viewColumn !== undefined && editor.viewColumn !== timeline,
  );
  if (other?.viewColumn !== undefined) return other.viewColumn;
  return timeline === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One;
}
