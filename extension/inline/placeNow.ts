/** Where a place of a trace is in its file as that is now: whoever goes there must not land on another line. */
import type * as vscode from "vscode";
import { pathKey, type Site, type Trace } from "../trace";
import type { TracedTexts } from "./tracedTexts";

export interface PlaceNow {
  /** 0-based, both. Of an edited place: the line it was on, as near as that is known. */
  readonly line: number;
  readonly endLine: number;
  /** Its text is not the traced one any more, so columns say nothing. */
  readonly edited: boolean;
}

export async function placeNow(
  texts: TracedTexts,
  trace: Trace,
  document: vscode.TextDocument,
  site: Site,
): Promise<PlaceNow> {
  const first = site.line - 1;
  const last = Math.max(first, (site.endLine ?? site.line) - 1);
  const asTraced = { line: first, endLine: last, edited: false };
  const key = pathKey(site.file);
  const file = [...trace.files()].find(({ path }) => pathKey(path) === key);
  // No hash is kept of a library's source: nobody edits it.
  if (file?.sha256 === undefined) return asTraced;
  const { lines, edited } = await texts.place(document, file);
  if (!edited) return asTraced;
  const line = lines.get(first);
  if (line !== undefined) {
    let end = first;
    while (end < last && lines.get(end + 1) === line + end + 1 - first) end++;
    if (end === last) return { line, endLine: line + last - first, edited: false };
    return { line, endLine: line, edited: true };
  }
  // As far below the nearest line that is still there as it was.
  let above = first - 1;
  while (above >= 0 && !lines.has(above)) above--;
  const near = Math.min((lines.get(above) ?? above) + first - above, document.lineCount - 1);
  return { line: near, endLine: near, edited: true };
}
