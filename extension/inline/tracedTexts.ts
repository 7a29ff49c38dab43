/**
 * The texts the trace was made of. The trace holds a hash of each file; a text with that hash, seen in an editor or on
 * disk, is kept, so that after an edit the unchanged lines can still be found.
 */
import * as vscode from "vscode";
import { mapLines, splitLines, type LineMap, type SourceFile } from "../trace";

/** Larger files are generated ones, which nobody reads with numbers in them. */
const LARGEST_FILE = 4 * 1024 * 1024;
const LINES_WITHOUT_PLACE: LineMap = new Map();

export interface Placement {
  readonly lines: LineMap;
  /** The text is not the traced one any more. */
  readonly edited: boolean;
}

export class TracedTexts {
  readonly #texts = new Map<string, Promise<readonly string[] | undefined>>();

  /** Keeps the text of a file while it is still the traced one. */
  capture(file: SourceFile): void {
    void this.text(file);
  }

  /** The lines that were traced, where they are still known. */
  text(file: SourceFile): Promise<readonly string[] | undefined> {
    return this.#fromDisk(file, vscode.Uri.file(file.path));
  }

  async place(document: vscode.TextDocument, file: SourceFile): Promise<Placement> {
    const text = document.getText();
    const lines = splitLines(text);
    if (file.sha256 === undefined || text.length > LARGEST_FILE) return { lines: LINES_WITHOUT_PLACE, edited: true };
    if ((await sha256(new TextEncoder().encode(text))) === file.sha256) {
      this.#texts.set(file.sha256, Promise.resolve(lines));
      return { lines: identity(lines.length), edited: false };
    }
    const traced = await this.#fromDisk(file, document.uri);
    if (traced === undefined) return { lines: LINES_WITHOUT_PLACE, edited: true };
    // A byte order mark or another encoding: other bytes, the same text.
    if (traced.length === lines.length && traced.every((line, i) => line === lines[i])) {
      return { lines: identity(lines.length), edited: false };
    }
    return { lines: mapLines(traced, lines), edited: true };
  }

  #fromDisk(file: SourceFile, uri: vscode.Uri): Promise<readonly string[] | undefined> {
    const { sha256: wanted } = file;
    if (wanted === undefined) return Promise.resolve(undefined);
    const known = this.#texts.get(wanted);
    if (known !== undefined) return known;
    const reading = readTraced(uri, wanted);
    this.#texts.set(wanted, reading);
    return reading;
  }
}

async function readTraced(uri: vscode.Uri, wanted: string): Promise<readonly string[] | undefined> {
  let bytes: Uint8Array;
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > LARGEST_FILE) return undefined;
    bytes = await vscode.workspace.fs.readFile(uri);
  } catch {
    // A file that is gone has no lines to put numbers on.
    return undefined;
  }
  if ((await sha256(bytes)) !== wanted) return undefined;
  return splitLines(new TextDecoder().decode(bytes));
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function identity(length: number): LineMap {
  return new Map(Array.from({ length }, (_, line) => [line, line]));
}
