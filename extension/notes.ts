/** Notes that people pin to moments of a trace. They lie beside it, in a file of their own: a trace is never changed. */
import type { Nanoseconds, TaskId } from "./trace/types";

export interface Note {
  readonly at: Nanoseconds;
  /** The task it is about, if any. */
  readonly task?: TaskId;
  readonly text: string;
}

export const NOTES_SUFFIX = ".notes.json";

const VERSION = 1;
export const MOST_NOTES = 1000;
const LONGEST_NOTE = 1000;

export function packNotes(notes: readonly Note[]): string {
  return `${JSON.stringify({ version: VERSION, notes }, undefined, 2)}\n`;
}

/**
 * What a notes file says; undefined when it is not one (of this version), or has anything that would be left out: who
 * then wrote it anew would lose that.
 */
export function unpackNotes(text: string): readonly Note[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { version, notes } = value as Record<string, unknown>;
  const parsed = version === VERSION ? parseNotes(notes) : undefined;
  return Array.isArray(notes) && parsed?.length === notes.length ? parsed : undefined;
}

/** What is stored by now, with what was added to and removed from the notes of `before`: others may have written since. */
export function mergeNotes(stored: readonly Note[], before: readonly Note[], after: readonly Note[]): readonly Note[] {
  const [known, wanted, there] = [before, after, stored].map((notes) => new Set(notes.map(keyOf)));
  const kept = stored.filter((note) => wanted!.has(keyOf(note)) || !known!.has(keyOf(note)));
  const added = after.filter((note) => !known!.has(keyOf(note)) && !there!.has(keyOf(note)));
  return [...kept, ...added].sort((a, b) => a.at - b.at);
}

function keyOf({ at, task, text }: Note): string {
  return JSON.stringify([at, task, text]);
}

/** Of anything, the notes in it, in order of time; undefined when it is not a list, or a longer one than is kept. */
export function parseNotes(value: unknown): readonly Note[] | undefined {
  if (!Array.isArray(value) || value.length > MOST_NOTES) return undefined;
  return value
    .map(parseNote)
    .filter((note) => note !== undefined)
    .sort((a, b) => a.at - b.at);
}

function parseNote(value: unknown): Note | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { at, task, text } = value as Record<string, unknown>;
  if (typeof at !== "number" || !Number.isFinite(at) || typeof text !== "string" || text.trim() === "")
    return undefined;
  if (text.trim().length > LONGEST_NOTE) return undefined;
  const about = typeof task === "number" && Number.isSafeInteger(task) && task > 0 ? { task } : {};
  return { at, ...about, text: text.trim() };
}
