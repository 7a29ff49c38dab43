/**
 * The texts the trace was made of. The trace holds a hash of each file; a text with that hash, seen in an editor, on disk
 * or kept from an earlier session, is held, so that after an edit the unchanged lines can still be found.
 */
import { createHash } from "node:crypto";
import * as vscode from "vscode";
import { mapLines, splitLines, type LineMap, type SourceFile } from "../trace";
import type { TextStore } from "./textStore";

/** Larger files are generated ones, which nobody reads with numbers in them. */
const LARGEST_FILE = 4 * 1024 * 1024;
const NOWHERE: Placement = { lines: new Map(), edited: true };

export interface Placement {
  readonly lines: LineMap;
  /** The text is not the traced one any more. */
  readonly edited: boolean;
}

type Lines = readonly string[];

export class TracedTexts {
  readonly #store: TextStore;
  readonly #texts = new Map<string, Lines>();
  /** Looked for, on disk and among those that were kept. */
  readonly #looking = new Map<string, Promise<Lines | undefined>>();

  constructor(store: TextStore) {
    this.#store = store;
  }

  /** Keeps the text of a file while it is still the traced one. */
  capture(file: SourceFile): void {
    void this.text(file);
  }

  /** The lines that were traced, where they are still known. */
  async text({ sha256: wanted, path }: SourceFile): Promise<readonly string[] | undefined> {
    if (wanted === undefined) return undefined;
    return this.#texts.get(wanted) ?? (await this.#lookFor(wanted, vscode.Uri.file(path)));
  }

  async place(document: vscode.TextDocument, { sha256: wanted }: SourceFile): Promise<Placement> {
    const text = document.getText();
    if (wanted === undefined || text.length > LARGEST_FILE) return NOWHERE;
    const lines = splitLines(text);
    const traced = this.#texts.get(wanted) ?? (await this.#find(wanted, text, lines, document.uri));
    if (traced === undefined) return NOWHERE;
    // Also where the bytes differ: a byte order mark, other line ends, another encoding of the same text.
    if (traced.length === lines.length && traced.every((line, i) => line === lines[i])) {
      return { lines: identity(lines.length), edited: false };
    }
    return { lines: mapLines(traced, lines), edited: true };
  }

  #find(wanted: string, text: string, lines: Lines, uri: vscode.Uri): Promise<Lines | undefined> {
    const bytes = new TextEncoder().encode(text);
    if (sha256(bytes) !== wanted) return this.#lookFor(wanted, uri);
    this.#texts.set(wanted, lines);
    void this.#store.keep(wanted, bytes);
    return Promise.resolve(lines);
  }

  #lookFor(wanted: string, uri: vscode.Uri): Promise<Lines | undefined> {
    const known = this.#looking.get(wanted);
    if (known !== undefined) return known;
    const looking = this.#read(wanted, uri);
    this.#looking.set(wanted, looking);
    return looking;
  }

  async #read(wanted: string, uri: vscode.Uri): Promise<Lines | undefined> {
    const onDisk = await readSmall(uri);
    const isTraced = onDisk !== undefined && sha256(onDisk) === wanted;
    if (isTraced) void this.#store.keep(wanted, onDisk);
    const bytes = isTraced ? onDisk : await this.#store.read(wanted);
    if (bytes === undefined || (!isTraced && sha256(bytes) !== wanted)) return undefined;
    const lines = splitLines(new TextDecoder().decode(bytes));
    this.#texts.set(wanted, lines);
    return lines;
  }
}

/** A file that is gone has no lines to put numbers on. */
async function readSmall(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    return size > LARGEST_FILE ? undefined : await vscode.workspace.fs.readFile(uri);
  } catch {
    return undefined;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function identity(length: number): LineMap {
  return new Map(Array.from({ length }, (_, line) => [line, line]));
}
