/** Draws annotations after their lines. */
import * as vscode from "vscode";
import type { Disposable } from "../dispose";
import { Color } from "../keys";
import type { Annotation, Tone } from "./annotations";

/** What was last drawn in a document: facts for tests and for other extensions. */
export interface DrawnText {
  /** 1-based. */
  readonly line: number;
  /** 0-based UTF-16, where the text begins. */
  readonly column: number;
  readonly text: string;
}

export class Decorations implements Disposable {
  readonly #types: Readonly<Record<Tone, vscode.TextEditorDecorationType>> = {
    waiting: decorationType(Color.waiting),
    ready: decorationType(Color.ready),
  };
  readonly #drawn = new Map<string, readonly DrawnText[]>();

  draw(editor: vscode.TextEditor, annotations: readonly Annotation[]): void {
    const { document } = editor;
    const drawn: DrawnText[] = [];
    const options: Record<Tone, vscode.DecorationOptions[]> = { waiting: [], ready: [] };
    for (const { line, text, tone } of annotations) {
      if (line >= document.lineCount) continue;
      const { end } = document.lineAt(line).range;
      drawn.push({ line: line + 1, column: end.character, text });
      options[tone].push({
        range: new vscode.Range(end, end),
        // Spaces that do not collapse keep the three numbers apart.
        renderOptions: { after: { contentText: text.replaceAll(" ", "\u00a0") } },
      });
    }
    // Every type every time: a type left out would keep what it drew last.
    editor.setDecorations(this.#types.waiting, options.waiting);
    editor.setDecorations(this.#types.ready, options.ready);
    this.#drawn.set(document.uri.toString(), drawn);
  }

  /** Closed editors take their texts with them. */
  forgetAllBut(editors: readonly vscode.TextEditor[]): void {
    const open = new Set(editors.map(({ document }) => document.uri.toString()));
    for (const uri of this.#drawn.keys()) if (!open.has(uri)) this.#drawn.delete(uri);
  }

  drawn(uri: vscode.Uri): readonly DrawnText[] {
    return this.#drawn.get(uri.toString()) ?? [];
  }

  dispose(): void {
    this.#types.waiting.dispose();
    this.#types.ready.dispose();
    this.#drawn.clear();
  }
}

function decorationType(color: string): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor(color), margin: "0 0 0 3ch", fontStyle: "normal" },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
