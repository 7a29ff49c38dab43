/** What follows `awaitscope what-if`. */
import { parseLimit, parsePercent } from "../whatif";
import { FLAG, readOptions, TEXT, TEXTS, UsageError } from "./options";

export interface WhatIfCommand {
  readonly file: string;
  readonly changes: readonly AskedChange[];
  readonly json: boolean;
  /** `--out`; undefined: the projected run is not saved. */
  readonly out: string | undefined;
}

/** A place as it was typed: `FILE:LINE[-LINE][:COLUMN]`. */
export interface AskedPlace {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly column: number | undefined;
}

export type AskedChange =
  | { readonly kind: "faster"; readonly place: AskedPlace; readonly percent: number }
  | { readonly kind: "concurrent"; readonly places: readonly AskedPlace[] }
  | { readonly kind: "unblock"; readonly place: AskedPlace }
  | { readonly kind: "limit"; readonly place: AskedPlace; readonly limit: number };

const OPTIONS = { json: FLAG, out: TEXT, faster: TEXTS, unblock: TEXTS, limit: TEXTS, concurrent: TEXTS };

/** undefined: help is asked for. */
export function parseWhatIf(words: readonly string[]): WhatIfCommand | undefined {
  const { values, positionals } = readOptions("what-if", words, OPTIONS);
  if (values.help === true) return undefined;
  const { faster = [], unblock = [], limit = [], concurrent = [], out } = values;
  const changes: AskedChange[] = [
    ...faster.map(fasterOf),
    ...unblock.map((text) => ({ kind: "unblock" as const, place: placeOf("--unblock", text) })),
    ...limit.map(limitOf),
  ];
  // All of them together are one change.
  if (concurrent.length > 0)
    changes.push({ kind: "concurrent", places: concurrent.map((text) => placeOf("--concurrent", text)) });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError("what-if needs one trace: FILE.awaitscope");
  if (changes.length === 0)
    throw new UsageError("what-if needs a change: --faster, --concurrent, --unblock or --limit");
  return { file, changes, json: values.json === true, out };
}

/** `app.py:12=50%`; at most all of it. */
function fasterOf(text: string): AskedChange {
  const [place, value] = placeWith("--faster", text, "50%");
  const percent = parsePercent(value);
  if (percent === undefined) throw new UsageError("--faster needs a percentage above 0 and at most 100: app.py:12=50%");
  return { kind: "faster", place, percent };
}

function limitOf(text: string): AskedChange {
  const [place, limit] = placeWith("--limit", text, "10");
  const count = parseLimit(limit);
  if (count === undefined) throw new UsageError("--limit needs a number of tasks: app.py:12=10");
  return { kind: "limit", place, limit: count };
}

function placeWith(option: string, text: string, example: string): readonly [place: AskedPlace, value: string] {
  const at = text.lastIndexOf("=");
  if (at < 0) throw new UsageError(`${option} needs a place and a value: app.py:12=${example}`);
  return [placeOf(option, text.slice(0, at)), text.slice(at + 1)];
}

function placeOf(option: string, text: string): AskedPlace {
  const [, file, line, endLine, column] = /^(.+?):(\d{1,9})(?:-(\d{1,9}))?(?::(\d{1,9}))?$/.exec(text) ?? [];
  if (file === undefined || Number(line) === 0)
    throw new UsageError(`${option} needs a place in the source: app.py:12, or app.py:12-14`);
  const first = Number(line);
  const last = endLine === undefined ? first : Number(endLine);
  if (last < first) throw new UsageError(`${option}: the lines ${first}-${last} end before they begin`);
  return { file, line: first, endLine: last, column: column === undefined ? undefined : Number(column) };
}
