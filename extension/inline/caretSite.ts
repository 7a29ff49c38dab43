/** Which await a person means who has the caret somewhere. */
import * as vscode from "vscode";
import type { PlacedSite } from "./annotations";

/** The innermost await at the caret; elsewhere on a line, its first. */
export function siteAt(
  sites: readonly PlacedSite[],
  position: vscode.Position,
  document: vscode.TextDocument,
): PlacedSite | undefined {
  let best: { readonly site: PlacedSite; readonly range: vscode.Range } | undefined;
  let first: PlacedSite | undefined;
  for (const site of sites) {
    if (position.line < site.line || position.line > site.endLine) continue;
    if (site.line === position.line) first ??= site;
    const { column = 0, endColumn = Number.MAX_SAFE_INTEGER } = site.site;
    const range = document.validateRange(new vscode.Range(site.line, column, site.endLine, endColumn));
    if (range.contains(position) && (best === undefined || best.range.contains(range))) best = { site, range };
  }
  return best?.site ?? first;
}
