/** The lines over the code: Trace, what each traced function did, and how to be rid of it all. */
import * as vscode from "vscode";
import type { Disposable } from "../dispose";
import { Command, InternalCommand } from "../keys";
import { readSetting } from "../settings";
import { splitLines } from "../trace";
import type { DocumentTrace } from "./documentTraces";
import { entryPoints } from "./entryPoints";
import { findingLenses } from "./foundHere";

export class Lenses implements vscode.CodeLensProvider, Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #registration: vscode.Disposable;
  readonly #canRun: boolean;
  readonly #traceOf: (document: vscode.TextDocument) => Promise<DocumentTrace | undefined>;

  readonly onDidChangeCodeLenses = this.#changed.event;

  /** `canRun`: lines that start an event loop have a lens to press. */
  constructor(traceOf: (document: vscode.TextDocument) => Promise<DocumentTrace | undefined>, canRun: boolean) {
    this.#traceOf = traceOf;
    this.#canRun = canRun;
    this.#registration = vscode.languages.registerCodeLensProvider("python", this);
  }

  refresh(): void {
    this.#changed.fire();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!readSetting("awaitscope.codeLens.enabled", document.uri)) return [];
    const traced = await this.#traceOf(document);
    const starts = this.#canRun ? startLenses(document) : [];
    return [...starts, ...(traced === undefined ? [] : tracedLenses(traced))];
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

function startLenses(document: vscode.TextDocument): readonly vscode.CodeLens[] {
  if (!vscode.workspace.isTrusted || document.uri.scheme !== "file") return [];
  return entryPoints(splitLines(document.getText())).map((line) =>
    lens(line, {
      title: "$(pulse) Trace",
      tooltip: "Run this file and show what its tasks do",
      command: Command.traceFile,
      arguments: [document.uri],
    }),
  );
}

function tracedLenses({ lenses, findings, edited, trace }: DocumentTrace): readonly vscode.CodeLens[] {
  const found = findingLenses(findings, trace);
  // The trace was here, and has nothing to say: there is nothing to be rid of.
  if (lenses().length + found.length === 0 && !edited) return [];
  const result = [lens(0, { title: "$(clear-all) Clear inline trace", command: Command.clearInline })];
  if (edited) {
    const tooltip = "Only lines that are still as they ran show numbers. Run again for the others.";
    result.push(lens(0, { title: "edited since this run", tooltip, command: Command.runAgain }));
  }
  for (const { line, title, view } of found)
    result.push(
      lens(line, {
        title,
        tooltip: "Show it in the timeline",
        command: InternalCommand.showVisit,
        arguments: [view],
      }),
    );
  for (const { line, title, task } of lenses()) {
    // Without a task there is nothing to go to: it is a line to read.
    const go = { tooltip: "Show the first task in the timeline", command: InternalCommand.showTask, arguments: [task] };
    result.push(lens(line, { title, ...(task === undefined ? { command: "" } : go) }));
  }
  return result;
}

function lens(line: number, command: vscode.Command): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command);
}
