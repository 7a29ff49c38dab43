/** The file with the notes of one trace. What is in it is never lost, be it damaged, or changed by another window. */
import * as vscode from "vscode";
import { CannotRun } from "../cannotRun";
import { messageOf } from "../faults";
import { mergeNotes, MOST_NOTES, NOTES_SUFFIX, packNotes, unpackNotes, type Note } from "../notes";

/** There is no such file, or nothing that could have files. */
const MISSING: readonly string[] = ["FileNotFound", "Unavailable"];

export class NoteFile {
  readonly #uri: vscode.Uri;
  readonly #name: string;
  /** What the page and the file last agreed on. */
  #agreed: readonly Note[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(trace: string) {
    const uri = vscode.Uri.parse(trace);
    this.#uri = uri.with({ path: uri.path + NOTES_SUFFIX });
    this.#name = this.#uri.path.split("/").at(-1) ?? "";
  }

  /** None when there is no such file. Throws CannotRun when it cannot be read. */
  read(): Promise<readonly Note[]> {
    return this.#inTurn(async () => (this.#agreed = (await this.#stored()) ?? []));
  }

  /**
   * Stores what the page changed in its notes; what another window changed since stays. Resolves to all that are stored
   * then. Throws CannotRun when they cannot be, and leaves the file as it is.
   */
  write(notes: readonly Note[]): Promise<readonly Note[]> {
    return this.#inTurn(async () => {
      const stored = await this.#stored();
      const merged = mergeNotes(stored ?? [], this.#agreed, notes);
      if (merged.length > MOST_NOTES)
        throw new CannotRun("storage", `${this.#name} is full. Remove some of the ${stored?.length ?? 0} notes in it.`);
      try {
        if (merged.length > 0)
          await vscode.workspace.fs.writeFile(this.#uri, new TextEncoder().encode(packNotes(merged)));
        else if (stored !== undefined) await vscode.workspace.fs.delete(this.#uri);
      } catch (error) {
        throw new CannotRun(
          "storage",
          `The notes are not saved: ${this.#name} could not be written (${messageOf(error)}). They are shown until the timeline is closed: save the trace elsewhere, and write them there.`,
        );
      }
      return (this.#agreed = merged);
    });
  }

  async #stored(): Promise<readonly Note[] | undefined> {
    let content: Uint8Array;
    try {
      content = await vscode.workspace.fs.readFile(this.#uri);
    } catch (error) {
      if (error instanceof vscode.FileSystemError && MISSING.includes(error.code)) return undefined;
      throw new CannotRun("storage", `The notes in ${this.#name} could not be read: ${messageOf(error)}`);
    }
    const notes = unpackNotes(new TextDecoder().decode(content));
    if (notes === undefined)
      throw new CannotRun(
        "storage",
        `${this.#name} is not a file of notes that this version can read. It is left as it is, and no notes are saved meanwhile: repair it, or move it away.`,
      );
    return notes;
  }

  /** One after the other, whatever became of the one before. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.catch(() => undefined).then(work);
    this.#turn = turn;
    return turn;
  }
}
