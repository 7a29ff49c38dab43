/** From a place in a trace to the place in an editor. */
import * as vscode from "vscode";
import type { RevealMessage } from "../protocol";
import { say } from "../say";
import { findSource } from "../sourceFiles";
import type { Site, Trace } from "../trace";

/** Where a traced place is in the document now, both lines from 0; `edited`: its text is another by now. */
export type PlaceOf = (
  trace: Trace,
  document: vscode.TextDocument,
  site: Site,
) => Promise<{ readonly line: number; readonly endLine: number; readonly edited: boolean }>;

export interface Beside {
  readonly trace: Trace | undefined;
  readonly placeOf: PlaceOf;
  /** Of the timeline. */
  readonly column: vscode.ViewColumn | undefined;
}

/** Shows the site beside the timeline; says so when its file is not on this machine, or its line was edited. */
export async function revealSite(
  { site, focus }: Pick<RevealMessage, "site" | "focus">,
  { trace, placeOf, column }: Beside,
): Promise<void> {
  const document = await openSource(site.file, trace);
  if (document === undefined) {
    say(`${site.file} is not on this machine.`);
    return;
  }
  const place = trace === undefined ? undefined : await placeOf(trace, document, site);
  if (place?.edited === true) say("This line was edited since the run.");
  const { start, end } = rangeOf(site, place, document);
  await vscode.window.showTextDocument(document, {
    // Who goes there wants to type there; who looks wants to see what is meant.
    selection: new vscode.Range(start, focus === true ? start : end),
    preserveFocus: focus !== true,
    viewColumn: columnFor(document, column),
  });
}

/** Brings the file into view beside the timeline; the focus, and the caret of an open editor, stay where they are. */
export async function showSource(
  file: string,
  trace: Trace | undefined,
  timelineColumn: vscode.ViewColumn | undefined,
): Promise<vscode.TextEditor | undefined> {
  const document = await openSource(file, trace);
  if (document === undefined) return undefined;
  const visible = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const viewColumn = columnFor(document, timelineColumn);
  return visible ?? vscode.window.showTextDocument(document, { preserveFocus: true, preview: true, viewColumn });
}

async function openSource(path: string, trace: Trace | undefined): Promise<vscode.TextDocument | undefined> {
  const user = [...(trace?.files() ?? [])].some((file) => file.user && file.path === path);
  const uri = await findSource({ path, user });
  return uri && vscode.workspace.openTextDocument(uri);
}

function rangeOf(
  { line, column, endLine, endColumn }: Site,
  place: Awaited<ReturnType<PlaceOf>> | undefined,
  document: vscode.TextDocument,
): vscode.Range {
  const first = place?.line ?? line - 1;
  if (place?.edited === true || endLine === undefined || endColumn === undefined)
    return document.validateRange(new vscode.Range(first, place?.edited === true ? 0 : (column ?? 0), first, MAX));
  const last = place?.endLine ?? endLine - 1;
  return document.validateRange(new vscode.Range(first, column ?? 0, last, endColumn));
}

/** Editors cut ranges to the text. */
const MAX = Number.MAX_SAFE_INTEGER;

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
