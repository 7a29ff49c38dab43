/** Changes that put findings right, where the text of their function still is the one that ran. */
import * as vscode from "vscode";
import type { Finding, Fix } from "../insights";
import { findSource } from "../sourceFiles";
import { applied, changesFor, type Change, type Source } from "../syntax";
import type { LineMap, SourceFile } from "../trace";
import type { Findings } from "./findings";
import type { ParsedTexts } from "./parsedTexts";
import type { Placing } from "./problemsPanel";

export class QuickFixes implements vscode.CodeActionProvider {
  readonly #findings: Findings;
  readonly #texts: Placing;
  readonly #parsed: ParsedTexts;

  constructor(findings: Findings, texts: Placing, parsed: ParsedTexts) {
    this.#findings = findings;
    this.#texts = texts;
    this.#parsed = parsed;
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const { source, found } = this.#findings;
    const file = await fileOf(document, source?.trace.files() ?? []);
    const python = source?.trace.header?.python;
    const here = found.filter(({ fix, site }) => fix !== undefined && site?.file === file?.path);
    if (file === undefined || python === undefined || here.length === 0) return [];
    const version = document.version;
    const { lines } = await this.#texts.place(document, file);
    const near = here.filter(({ fix }) => isNear(fix, lines, range));
    const text = near.length === 0 ? undefined : (await this.#texts.text(file))?.join("\n");
    const ran = text === undefined ? undefined : await this.#parsed.parse(text);
    if (ran === undefined) return [];
    const actions: vscode.CodeAction[] = [];
    for (const finding of near) {
      if (finding.fix === undefined) continue;
      const own = diagnostics.filter((one) => isAbout(one, finding, lines));
      for (const change of changesFor(ran, finding.fix, python)) {
        const edits = editsIn(ran, change, lines);
        if (edits === undefined || !(await this.#isPython(ran, change))) continue;
        const action = new vscode.CodeAction(titleOf(finding.fix, change), vscode.CodeActionKind.QuickFix);
        action.edit = new vscode.WorkspaceEdit();
        action.edit.set(document.uri, edits);
        action.diagnostics = own;
        action.isPreferred = change.how !== "TaskGroup";
        actions.push(action);
      }
    }
    // Edited meanwhile: the editor asks again.
    return document.version === version ? actions : [];
  }

  async #isPython(ran: Source, { edits }: Change): Promise<boolean> {
    return (await this.#parsed.parse(applied(ran.text, edits)))?.hasError === false;
  }
}

async function fileOf(document: vscode.TextDocument, files: Iterable<SourceFile>): Promise<SourceFile | undefined> {
  const uri = document.uri.toString();
  const user = [...files].filter((file) => file.user);
  const own = user.find(({ path }) => vscode.Uri.file(path).toString() === uri);
  if (own !== undefined) return own;
  const name = document.uri.path.slice(document.uri.path.lastIndexOf("/") + 1);
  for (const file of user) if (file.path.endsWith(name) && (await findSource(file))?.toString() === uri) return file;
  return undefined;
}

/** Some line of what is to be changed is where the editor asks. */
function isNear(fix: Fix | undefined, lines: LineMap, range: vscode.Range): boolean {
  return (fix?.sites ?? []).some(({ line, endLine }) => {
    const first = lines.get(line - 1);
    const last = lines.get((endLine ?? line) - 1) ?? first;
    return first !== undefined && last !== undefined && first <= range.end.line && range.start.line <= last;
  });
}

function isAbout({ source, code, range }: vscode.Diagnostic, { rule, site }: Finding, lines: LineMap): boolean {
  const said = typeof code === "object" ? code.value : code;
  return (
    source === "Awaitscope" && said === rule && site !== undefined && lines.get(site.line - 1) === range.start.line
  );
}

/** Moved to where the function is now; undefined: its text is another one. */
function editsIn(ran: Source, { edits, within }: Change, lines: LineMap): readonly vscode.TextEdit[] | undefined {
  const first = ran.lineOf(within.start) - 1;
  const last = ran.lineOf(within.end) - 1;
  const now = lines.get(first);
  if (now === undefined) return undefined;
  for (let line = first; line <= last; line++) if (lines.get(line) !== line - first + now) return undefined;
  const position = (offset: number): vscode.Position =>
    new vscode.Position(ran.lineOf(offset) - 1 - first + now, offset - ran.lineStart(offset));
  return edits.map(
    ({ start, end, text }) => new vscode.TextEdit(new vscode.Range(position(start), position(end)), text),
  );
}

function titleOf({ kind }: Fix, { how }: Change): string {
  const way = how === "TaskGroup" ? "in a TaskGroup" : "with asyncio.gather";
  switch (kind) {
    case "await":
      return "Await this coroutine";
    case "together":
      return `Run these awaits together ${way}`;
    case "rounds":
      return `Run all rounds of this loop together ${way}`;
  }
}
