/** Draws annotations after their lines, where an editor shows them. */
import * as vscode from "vscode";
import type { Disposable } from "../dispose";
import { Color } from "../keys";
import { TONES, type Annotation, type Tone } from "./annotations";

/** What stands after a line: facts for tests and for other extensions. */
export interface DrawnText {
  /** 1-based. */
  readonly line: number;
  /** 0-based UTF-16, where the text begins. */
  readonly column: number;
  readonly text: string;
}

/**
 * Lines drawn above and below what is seen, so that scrolling meets texts that are there. Not more: every different text
 * costs the window a rule in a style sheet.
 */
const MARGIN = 100;

interface Drawn {
  readonly version: number;
  readonly texts: readonly DrawnText[];
  readonly annotations: readonly Annotation[];
}

export class Decorations implements Disposable {
  readonly #types: Readonly<Record<Tone, vscode.TextEditorDecorationType>> = {
    waiting: decorationType(Color.waiting),
    ready: decorationType(Color.ready),
    running: decorationType(Color.running),
  };
  readonly #drawn = new Map<vscode.TextEditor, Drawn>();

  draw(editor: vscode.TextEditor, all: readonly Annotation[]): void {
    const { document } = editor;
    const annotations = all.filter(({ line }) => line < document.lineCount);
    const before = this.#drawn.get(editor);
    if (before?.version === document.version && same(before.annotations, annotations)) return;
    const texts: DrawnText[] = [];
    const options: Record<Tone, vscode.DecorationOptions[]> = { waiting: [], ready: [], running: [] };
    for (const { line, text, tone } of annotations) {
      const { end } = document.lineAt(line).range;
      texts.push({ line: line + 1, column: end.character, text });
      options[tone].push({
        range: new vscode.Range(end, end),
        // Spaces that do not collapse keep the numbers apart.
        renderOptions: { after: { contentText: text.replaceAll(" ", "\u00a0") } },
      });
    }
    // Every type every time: a type left out would keep what it drew last.
    for (const tone of TONES) editor.setDecorations(this.#types[tone], options[tone]);
    this.#drawn.set(editor, { version: document.version, texts, annotations });
  }

  /** Closed editors take their texts with them. */
  forgetAllBut(editors: readonly vscode.TextEditor[]): void {
    for (const editor of this.#drawn.keys()) if (!editors.includes(editor)) this.#drawn.delete(editor);
  }

  /** In any editor of the document as it is now, in the order of the lines. */
  drawn(uri: vscode.Uri): readonly DrawnText[] {
    const lines = new Map<number, DrawnText>();
    for (const [{ document }, { texts, version }] of this.#drawn)
      if (document.uri.toString() === uri.toString() && document.version === version)
        for (const text of texts) lines.set(text.line, text);
    return [...lines.values()].sort((a, b) => a.line - b.line);
  }

  dispose(): void {
    for (const tone of TONES) this.#types[tone].dispose();
    this.#drawn.clear();
  }
}

/** In view, or soon. */
export function isNear({ visibleRanges }: vscode.TextEditor, line: number): boolean {
  // An editor that was just opened has not told yet what it shows.
  if (visibleRanges.length === 0) return line < MARGIN;
  return visibleRanges.some(({ start, end }) => line >= start.line - MARGIN && line <= end.line + MARGIN);
}

function same(before: readonly Annotation[], after: readonly Annotation[]): boolean {
  return (
    before.length === after.length &&
    before.every(({ line, text, tone }, i) => {
      const other = after[i];
      return other?.line === line && other.text === text && other.tone === tone;
    })
  );
}

function decorationType(color: string): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor(color), margin: "0 0 0 3ch", fontStyle: "normal" },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
