/** Draws where tasks stand: a tint on the line, a sign beside it, and words after it. */
import * as vscode from "vscode";
import type { Disposable } from "../dispose";
import { Color } from "../keys";
import { signs, type SignState } from "./signs";
import type { StandMark } from "./standWords";
import { escapeMarkdown } from "./words";

export interface Shown {
  readonly words: boolean;
  readonly signs: boolean;
}

export class StandDecorations implements Disposable {
  readonly #line = lineType(Color.standing, Color.standingBackground);
  readonly #blockedLine = lineType(Color.blocking, Color.blockingBackground);
  readonly #words = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor(Color.standing), margin: "0 0 0 3ch", fontStyle: "normal" },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #signs: Readonly<Record<SignState, vscode.TextEditorDecorationType>> = {
    waiting: sign("waiting"),
    ready: sign("ready"),
    running: sign("running"),
    blocked: sign("blocked"),
  };
  readonly #drawn = new Map<string, readonly StandMark[]>();
  readonly #marked = new WeakSet<vscode.TextEditor>();

  draw(editor: vscode.TextEditor, marks: readonly StandMark[], shown: Shown): void {
    const { document } = editor;
    const there = marks.filter(({ line }) => line < document.lineCount);
    this.#drawn.set(document.uri.toString(), there);
    // Most of the time no task stands in most editors, and where nothing is drawn nothing has to go.
    if (there.length === 0 && !this.#marked.delete(editor)) return;
    if (there.length > 0) this.#marked.add(editor);
    const words: vscode.DecorationOptions[] = [];
    const lines: vscode.Range[] = [];
    const blocked: vscode.Range[] = [];
    const gutter: Record<SignState, vscode.Range[]> = { waiting: [], ready: [], running: [], blocked: [] };
    for (const { line, text, state, tasks } of there) {
      const { range } = document.lineAt(line);
      (state === "blocked" ? blocked : lines).push(range);
      gutter[state].push(range);
      words.push({
        range: new vscode.Range(range.end, range.end),
        hoverMessage: new vscode.MarkdownString(tasks.map((task) => `- ${escapeMarkdown(task)}`).join("\n")),
        renderOptions: {
          after: {
            contentText: `◆ ${text}`.replaceAll(" ", "\u00a0"),
            ...(state === "blocked" ? { color: new vscode.ThemeColor(Color.blocking) } : {}),
          },
        },
      });
    }
    editor.setDecorations(this.#line, shown.words ? lines : []);
    editor.setDecorations(this.#blockedLine, shown.words ? blocked : []);
    editor.setDecorations(this.#words, shown.words ? words : []);
    for (const state of SIGN_STATES) editor.setDecorations(this.#signs[state], shown.signs ? gutter[state] : []);
  }

  forgetAllBut(editors: readonly vscode.TextEditor[]): void {
    const open = new Set(editors.map(({ document }) => document.uri.toString()));
    for (const uri of this.#drawn.keys()) if (!open.has(uri)) this.#drawn.delete(uri);
  }

  drawn(uri: vscode.Uri): readonly StandMark[] {
    return this.#drawn.get(uri.toString()) ?? [];
  }

  dispose(): void {
    for (const type of [this.#line, this.#blockedLine, this.#words, ...Object.values(this.#signs)]) type.dispose();
    this.#drawn.clear();
  }
}

const SIGN_STATES = ["waiting", "ready", "running", "blocked"] as const;

function lineType(color: string, background: string): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor(background),
    overviewRulerColor: new vscode.ThemeColor(color),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}

function sign(state: SignState): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    gutterIconPath: vscode.Uri.parse(`data:image/svg+xml,${encodeURIComponent(signs[state])}`),
    gutterIconSize: "contain",
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
