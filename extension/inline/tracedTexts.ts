/**
 * The texts the trace was made of. The trace holds a hash of each file; a text with that hash, seen in an editor, on disk
 * or kept from an earlier session, is held, so that after an edit the unchanged lines can still be found.
 */
import * as vscode from "vscode";
import type { KeptTexts } from "../host";
import { findSource } from "../sourceFiles";
import { mapLines, splitLines, type LineMap, type SourceFile } from "../trace";

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
  readonly #kept: KeptTexts;
  readonly #texts = new Map<string, Lines>();
  /** Looked for, on disk and among those that were kept. */
  readonly #looking = new Map<string, Promise<Lines | undefined>>();

  constructor(kept: KeptTexts) {
    this.#kept = kept;
  }

  /** Keeps the text of a file while it is still the traced one. */
  capture(file: SourceFile): void {
    void this.text(file);
  }

  /** The lines that were traced, where they are still known. */
  async text(file: SourceFile): Promise<readonly string[] | undefined> {
    const { sha256: wanted } = file;
    if (wanted === undefined) return undefined;
    return this.#texts.get(wanted) ?? (await this.#lookFor(wanted, () => findSource(file)));
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

  async #find(wanted: string, text: string, lines: Lines, uri: vscode.Uri): Promise<Lines | undefined> {
    const bytes = new TextEncoder().encode(text);
    if ((await sha256(bytes)) !== wanted) return this.#lookFor(wanted, () => Promise.resolve(uri));
    this.#texts.set(wanted, lines);
    void this.#kept.keep(wanted, bytes);
    return lines;
  }

  #lookFor(wanted: string, find: () => Promise<vscode.Uri | undefined>): Promise<Lines | undefined> {
    const known = this.#looking.get(wanted);
    if (known !== undefined) return known;
    const looking = this.#read(wanted, find);
    this.#looking.set(wanted, looking);
    return looking;
  }

  async #read(wanted: string, find: () => Promise<vscode.Uri | undefined>): Promise<Lines | undefined> {
    const uri = await find();
    const onDisk = uri && (await readSmall(uri));
    const isTraced = onDisk !== undefined && (await sha256(onDisk)) === wanted;
    if (isTraced) void this.#kept.keep(wanted, onDisk);
    const bytes = isTraced ? onDisk : await this.#kept.read(wanted);
    if (bytes === undefined || (!isTraced && (await sha256(bytes)) !== wanted)) return undefined;
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

async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.slice()));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function identity(length: number): LineMap {
  return new Map(Array.from({ length }, (_, line) => [line, line]));
}
