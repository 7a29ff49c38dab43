/**
 * "Describe Line": what is shown inline on the caret's line, in words. They come as a hover at the caret that has the
 * focus, so that a screen reader reads them and the accessible view can open them, and in the status bar.
 */
import * as vscode from "vscode";
import type { Disposable } from "../dispose";
import { say } from "../say";
import type { InlineTrace } from "./inlineTrace";
import { lineWords } from "./lineWords";
import type { StandingTasks } from "./standing";
import { escapeMarkdown } from "./words";

export class LineDescriber implements Disposable {
  readonly #inline: InlineTrace;
  readonly #standing: StandingTasks;
  readonly #registration: vscode.Disposable;
  /** What the next hover there says. */
  #described: { readonly uri: string; readonly line: number; readonly words: string } | undefined;

  constructor(inline: InlineTrace, standing: StandingTasks) {
    this.#inline = inline;
    this.#standing = standing;
    this.#registration = vscode.languages.registerHoverProvider("python", {
      provideHover: (document, { line }) => this.#hover(document, line),
    });
  }

  /** Says it and returns it. */
  async describe(): Promise<string> {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== "python")
      return say("There is no Python editor with a caret. Put the caret on a line of the traced program.");
    const { document, selection } = editor;
    const { line } = selection.active;
    const traced = await this.#inline.of(document);
    const { time } = this.#standing;
    const words = lineWords(line, traced, { marks: this.#standing.drawn(document.uri), time });
    say(words);
    if (vscode.window.activeTextEditor === editor && editor.selection.active.line === line) {
      this.#described = { uri: document.uri.toString(), line, words };
      await vscode.commands.executeCommand("editor.action.showHover", { focus: "autoFocusImmediately" });
    }
    return words;
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** Once: who points there afterwards did not ask. */
  #hover(document: vscode.TextDocument, line: number): vscode.Hover | undefined {
    const described = this.#described;
    if (described?.line !== line || described.uri !== document.uri.toString()) return undefined;
    this.#described = undefined;
    return new vscode.Hover(new vscode.MarkdownString(escapeMarkdown(described.words)), document.lineAt(line).range);
  }
}
