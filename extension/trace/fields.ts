/** Fields of JSON from a trace. They are untrusted: one of the wrong type is read as if it were absent. */
export type Fields = Readonly<Record<string, unknown>>;

/** The greatest time a double holds exactly, about 104 days. */
export const MAX_TIME = Number.MAX_SAFE_INTEGER;
const MAX_ID = 0xffffffff;
/** One less than what a column of the node table reads as "absent". */
const MAX_POSITION = 0xfffffffe;
const SECOND = 1e9;
/** The runtime writes no longer texts about the program. */
const MAX_TEXT = 1000;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function integer(value: unknown, max: number): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max ? value : undefined;
}

export const id = (value: unknown): number => integer(value, MAX_ID) ?? 0;
/** 0 means none. */
export const idOrNone = (value: unknown): number | undefined => integer(value, MAX_ID) || undefined;
export const time = (value: unknown): number => integer(value, MAX_TIME) ?? 0;
export const timeOrNone = (value: unknown): number | undefined => integer(value, MAX_TIME);
export const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
export const shortText = (value: unknown): string | undefined => text(value)?.slice(0, MAX_TEXT);
export const position = (value: unknown): number | undefined => integer(value, MAX_POSITION);

/** Seconds, as Python counts them, in nanoseconds. */
export function seconds(value: unknown): number | undefined {
  if (typeof value !== "number" || !(value >= 0)) return undefined;
  const ns = Math.round(value * SECOND);
  return ns <= MAX_TIME ? ns : undefined;
}

/** At most `most` of a list; nothing where there is none. */
export function list(value: unknown, most: number): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}
