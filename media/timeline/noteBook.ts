/** The notes pinned to this trace. The host keeps them; here they are written, shown and taken away. */
import { MOST_NOTES, type Note } from "../../extension/notes";
import type { NotesMessage } from "../../extension/protocol";
import type { Model } from "./model";

export class NoteBook {
  readonly #model: Model;
  /** In order of time; another list with every change. */
  all: readonly Note[] = [];
  /** The note that is being written. */
  draft: Omit<Note, "text"> | undefined;

  constructor(model: Model) {
    this.#model = model;
  }

  /** Opens the field: at the time cursor, else where the chosen slice begins, else in the middle of the window. */
  write(): void {
    const { cursor, selection, window } = this.#model;
    const task = this.#model.taskOf(selection);
    const at = cursor ?? (selection?.kind === "slice" ? selection.slice.from : (window.from + window.to) / 2);
    this.draft = { at: Math.round(at), ...(task !== undefined && { task }) };
  }

  add(text: string): void {
    if (this.draft === undefined || text.trim() === "") return;
    if (this.all.length >= MOST_NOTES) {
      this.#model.announcement = `There are ${MOST_NOTES} notes: no more are kept`;
      return;
    }
    this.#keep(
      [...this.all, { ...this.draft, text: text.trim() }].sort((a, b) => a.at - b.at),
      "Note kept",
    );
  }

  remove(note: Note): void {
    this.#keep(
      this.all.filter((other) => other !== note),
      "Note removed",
    );
  }

  show(note: Note): void {
    const model = this.#model;
    if (note.task !== undefined && model.trace.task(note.task) !== undefined)
      model.select({ kind: "task", task: note.task });
    model.goTo(note.at);
  }

  take(message: NotesMessage): void {
    if (message.generation !== this.#model.feed.generation) return;
    this.all = message.notes;
    this.#model.invalidate();
  }

  /** Another trace. */
  forget(): void {
    this.all = [];
    this.draft = undefined;
  }

  #keep(notes: readonly Note[], say: string): void {
    const model = this.#model;
    const { generation } = model.feed;
    if (generation === undefined) return;
    this.all = notes;
    model.announcement = say;
    model.host.post({ type: "notes", generation, notes });
    model.invalidate();
  }
}
