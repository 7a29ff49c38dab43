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
const MOST_NOTES = 1000;
const LONGEST_NOTE = 1000;

export function packNotes(notes: readonly Note[]): string {
  return `${JSON.stringify({ version: VERSION, notes }, undefined, 2)}\n`;
}

/** What a notes file says; undefined when it is not one (of this version). */
export function unpackNotes(text: string): readonly Note[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { version, notes } = value as Record<string, unknown>;
  return version === VERSION ? parseNotes(notes) : undefined;
}

/** Of anything, the notes in it, in order of time; undefined when it is not a list. */
export function parseNotes(value: unknown): readonly Note[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value
    .slice(0, MOST_NOTES)
    .map(parseNote)
    .filter((note) => note !== undefined)
    .sort((a, b) => a.at - b.at);
}

function parseNote(value: unknown): Note | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { at, task, text } = value as Record<string, unknown>;
  if (typeof at !== "number" || !Number.isFinite(at) || typeof text !== "string" || text.trim() === "")
    return undefined;
  const about = typeof task === "number" && Number.isSafeInteger(task) && task > 0 ? { task } : {};
  return { at, ...about, text: text.trim().slice(0, LONGEST_NOTE) };
}
