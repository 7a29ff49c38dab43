/** Which saved trace to open: one of the last runs, or a file from anywhere. */
import * as vscode from "vscode";
import type { Host } from "../host";

interface Choice extends vscode.QuickPickItem {
  readonly uri?: vscode.Uri;
  /** Of a run: what ran. */
  readonly program?: string;
}

/** `compareWith`: not that trace itself, but one to compare it with, so other runs of its program come first. */
export async function pickTrace(
  { recentRuns }: Pick<Host, "recentRuns">,
  compareWith?: { readonly name: string; readonly uri: string },
): Promise<vscode.Uri | undefined> {
  const recent = (await recentRuns()).map(choiceOf);
  const others = recent.filter(({ uri }) => uri?.toString() !== compareWith?.uri);
  const isSame = ({ program }: Choice): boolean => program === compareWith?.name.replace(/\.py$/, "");
  const runs = [...others.filter(isSame), ...others.filter((run) => !isSame(run))];
  const title = compareWith === undefined ? "Open a trace" : `Compare ${compareWith.name} with`;
  if (runs.length === 0) return browse(title);
  const elsewhere: Choice = { label: "$(folder-opened) Browse…", detail: "A trace file from anywhere" };
  const choice = await vscode.window.showQuickPick([...runs, elsewhere], {
    title,
    placeHolder:
      compareWith === undefined ? "The last runs, newest first" : "Its runs before, newest first; then other programs'",
  });
  if (choice === undefined) return undefined;
  return choice.uri ?? browse(title);
}

function choiceOf({ uri, time }: Awaited<ReturnType<Host["recentRuns"]>>[number]): Choice {
  // The name ends in the time of its start, which people read better in their own format.
  const program = uri.path.replace(/^.*\//, "").replace(/ \d{4}-.*$/, "");
  return { label: `$(pulse) ${program}`, description: time.toLocaleString(), uri, program };
}

async function browse(title: string): Promise<vscode.Uri | undefined> {
  const filters = { "Awaitscope traces": ["awaitscope", "awaitscope.gz", "gz"] };
  const [uri] = (await vscode.window.showOpenDialog({ title, openLabel: "Open", filters })) ?? [];
  return uri;
}
