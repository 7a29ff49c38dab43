/** "Export Trace…": the trace, or its picture, as a file for those without Awaitscope, or a link for those with it. */
import * as vscode from "vscode";
import type { Host } from "../host";
import { LINK_PATH, linkQuery } from "../links";
import type { FindingsMessage } from "../protocol";
import { NoteFile } from "../saved/noteFile";
import type { TraceSource } from "../source";
import { chromeJson } from "../trace";
import { contentOf } from "../unzip";
import { PAGE_PARTS, webPage, type PageParts } from "../webPage";
import type { TimelineView } from "./view";

type Format = "html" | "png" | "svg" | "json" | "link";

interface Choice extends vscode.QuickPickItem {
  readonly format: Format;
}

const CHOICES: readonly Choice[] = [
  { format: "html", label: "Web page", detail: "One HTML file with the whole trace and this timeline, works offline" },
  { format: "png", label: "Picture (PNG)", detail: "What the timeline shows now" },
  { format: "svg", label: "Picture (SVG)", detail: "What the timeline shows now, as shapes" },
  { format: "json", label: "Chrome JSON", detail: "For Perfetto: a track a task, an arrow a wake" },
  {
    format: "link",
    label: "Link to this view",
    detail: "Copied to the clipboard; opens VS Code at this place of this trace",
  },
];

const FILTERS: Readonly<Record<Exclude<Format, "link">, Record<string, string[]>>> = {
  html: { "Web page": ["html"] },
  png: { Picture: ["png"] },
  svg: { Picture: ["svg"] },
  json: { "Chrome JSON": ["json"] },
};

export async function exportTrace(
  view: TimelineView,
  source: TraceSource,
  findings: FindingsMessage["findings"],
  context: vscode.ExtensionContext,
  { writeText }: Pick<Host, "writeText">,
): Promise<void> {
  const choice = await vscode.window.showQuickPick(CHOICES, {
    title: `Export ${source.name}`,
    placeHolder: "As what?",
  });
  if (choice === undefined) return;
  const { format } = choice;
  if (format === "link") return copyLink(view, source, context.extension.id);
  const trace = vscode.Uri.parse(source.uri);
  const beside = trace.with({ path: trace.path.replace(/(\.awaitscope)?(\.gz)?$/, `.${format}`) });
  const out = await vscode.window.showSaveDialog({ defaultUri: beside, filters: FILTERS[format] });
  if (out === undefined) return;
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Exporting ${source.name}…` },
    () =>
      format === "json"
        ? writeText(out, chromeJson(source.trace))
        : write(out, format, view, source, findings, context.extensionUri),
  );
  const open = "Open";
  void vscode.window
    .showInformationMessage(`Exported to ${vscode.workspace.asRelativePath(out)}.`, open)
    .then((answer) => {
      if (answer === open) void vscode.env.openExternal(out);
    });
}

async function write(
  out: vscode.Uri,
  format: Exclude<Format, "link" | "json">,
  view: TimelineView,
  source: TraceSource,
  findings: FindingsMessage["findings"],
  extension: vscode.Uri,
): Promise<void> {
  switch (format) {
    case "html": {
      const [trace, notes] = [await contentOf(source, true), await new NoteFile(source.uri).read()];
      const page = await webPage({ name: source.name, trace, findings, notes }, await pageParts(extension));
      await vscode.workspace.fs.writeFile(out, new TextEncoder().encode(page));
      return;
    }
    case "png":
    case "svg": {
      const picture = await view.picture(format);
      if (picture === undefined) throw new Error("The timeline did not answer. Show it, and export once more.");
      await vscode.workspace.fs.writeFile(out, picture);
      return;
    }
  }
}

async function copyLink(view: TimelineView, source: TraceSource, extension: string): Promise<void> {
  const inView = await view.inView();
  if (inView === undefined) throw new Error("The timeline did not answer. Show it, and copy the link once more.");
  const link = vscode.Uri.from({
    scheme: vscode.env.uriScheme,
    authority: extension,
    path: LINK_PATH,
    query: linkQuery(source.uri, inView),
  });
  await vscode.env.clipboard.writeText(link.toString());
  void vscode.window.setStatusBarMessage("Awaitscope: link copied", 3000);
}

async function pageParts(extension: vscode.Uri): Promise<PageParts> {
  const read = async (name: string): Promise<string> =>
    new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, "dist", name)));
  return {
    standIn: await read(PAGE_PARTS.standIn),
    timeline: await read(PAGE_PARTS.timeline),
    style: await read(PAGE_PARTS.style),
    theme: await read(PAGE_PARTS.theme),
  };
}
