/** What changed between two traces, as a list to search in: the greatest change first, each leading to its line. */
import * as vscode from "vscode";
import { formatChange, formatDuration, type Comparison, type Site, type SiteChange } from "../trace";

/** A list that long is searched, not read; VS Code keeps it quick. */
const MOST_CHANGES = 500;
const LONGEST_NAME = 80;

interface Change extends vscode.QuickPickItem {
  readonly site: Site | undefined;
}

export function changeItems({ sites }: Comparison): readonly Change[] {
  return sites.slice(0, MOST_CHANGES).map(item);
}

/** undefined: none was chosen, or it is not in the trace in view. */
export async function pickChange(comparison: Comparison, beforeName: string): Promise<Site | undefined> {
  const { before, after } = comparison;
  const wall = `${formatDuration(before.wall)} → ${formatDuration(after.wall)}, ${formatChange(before.wall, after.wall)}`;
  const choice = await vscode.window.showQuickPick(changeItems(comparison), {
    title: `Since ${beforeName}: ${wall}`,
    placeHolder: "The awaits whose total changed most; choose one to go there",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return choice?.site;
}

function item({ before, after }: SiteChange): Change {
  const here = after ?? before;
  const was = before === undefined ? "–" : formatDuration(before.total, 2);
  const is = after === undefined ? "–" : formatDuration(after.total, 2);
  const counts = [before?.count ?? 0, after?.count ?? 0].map((count) => `×${count.toLocaleString("en-US")}`);
  const file = here?.site.file.split(/[\\/]/).at(-1) ?? "";
  return {
    label: `Σ ${was} → ${is}, ${formatChange(before?.total ?? 0, after?.total ?? 0)}`,
    description: plain(`${here?.function.name ?? ""} · ${file}:${here?.site.line ?? 0}`),
    detail: `${here?.kinds.join(", ") ?? ""} · ${[...new Set(counts)].join(" → ")}`,
    site: after?.site,
  };
}

/** Names come from a trace: no icons in them, and no longer than a line. */
function plain(text: string): string {
  return text.replaceAll("$(", "$ (").slice(0, LONGEST_NAME);
}
