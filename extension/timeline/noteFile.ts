/** The file with the notes of one trace. */
import * as vscode from "vscode";
import { NOTES_SUFFIX, packNotes, unpackNotes, type Note } from "../notes";

export class NoteFile {
  readonly #uri: vscode.Uri;
  #writing: Promise<void> = Promise.resolve();

  constructor(trace: string) {
    const uri = vscode.Uri.parse(trace);
    this.#uri = uri.with({ path: uri.path + NOTES_SUFFIX });
  }

  /** None when there is no such file, or it is not ours. */
  async read(): Promise<readonly Note[]> {
    let content: Uint8Array;
    try {
      content = await vscode.workspace.fs.readFile(this.#uri);
    } catch {
      return [];
    }
    return unpackNotes(new TextDecoder().decode(content)) ?? [];
  }

  /** One write after the other: the last one is what stays. */
  write(notes: readonly Note[]): Promise<void> {
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        if (notes.length > 0)
          await vscode.workspace.fs.writeFile(this.#uri, new TextEncoder().encode(packNotes(notes)));
        else await vscode.workspace.fs.delete(this.#uri);
      });
    return this.#writing;
  }
}
