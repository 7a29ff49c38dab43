/** Keeps a trace where the user says, compressed if its name says so, with its notes. */
import * as vscode from "vscode";
import type { TraceSource } from "../source";
import { contentOf } from "../unzip";
import { NoteFile } from "./noteFile";

export async function saveTrace(source: TraceSource): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${source.name.replace(/(\.awaitscope)?(\.gz)?$|\.py$/, "")}.awaitscope.gz`;
  const uri = await vscode.window.showSaveDialog({
    title: "Save the trace",
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    // Where the dialog is VS Code's own it looks at the last ending only, and would add the first one to a name that has it.
    filters: { "Compressed trace": ["awaitscope.gz", "gz"], Trace: ["awaitscope"] },
  });
  if (uri === undefined) return;
  await vscode.workspace.fs.writeFile(uri, await contentOf(source, uri.path.endsWith(".gz")));
  // The folder of runs is cleared of old ones, and of their notes.
  const notes = await new NoteFile(source.uri).read();
  if (notes.length > 0) await new NoteFile(uri.toString()).write(notes);
}
