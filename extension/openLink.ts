/** Follows a link to a place in a trace; see links.ts. */
import * as vscode from "vscode";
import { ViewType } from "./keys";
import { LINK_PATH, parseLink } from "./links";
import { CannotRun } from "./cannotRun";
import { parseView, type TraceView } from "./traceView";

/** `show` is called when the trace is open. Throws CannotRun when the link leads nowhere. */
export async function openLink(uri: vscode.Uri, show: (trace: vscode.Uri, view: TraceView) => void): Promise<void> {
  const link = uri.path === LINK_PATH ? parseLink(uri.query) : undefined;
  if (link === undefined) throw new CannotRun("no-file", "This link does not lead to a trace.");
  const trace = vscode.Uri.parse(link.trace);
  try {
    await vscode.workspace.fs.stat(trace);
  } catch {
    const place = trace.scheme === "file" ? trace.fsPath : trace.toString(true);
    throw new CannotRun("no-file", `The trace of this link is not here: ${place}. Ask its sender for the file.`);
  }
  await vscode.commands.executeCommand("vscode.openWith", trace, ViewType.trace);
  const view = parseView(link.view);
  if (view !== undefined) show(trace, view);
}
