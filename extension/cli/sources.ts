/** The program's source, as far as it is still what ran: the trace has a hash of each file. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SourceText } from "../insights";
import { PythonParser } from "../syntax";
import type { Trace } from "../trace";

/** Larger files are generated ones. */
const LARGEST_FILE = 4 * 1024 * 1024;

export function sourcesOf(trace: Trace): SourceText {
  const hashes = new Map<string, string>();
  for (const { path, user, sha256 } of trace.files()) if (user && sha256 !== undefined) hashes.set(path, sha256);
  const texts = new Map<string, string | undefined>();
  return (path) => {
    const wanted = hashes.get(path);
    if (wanted === undefined) return undefined;
    if (!texts.has(path)) texts.set(path, readTraced(path, wanted));
    return texts.get(path);
  };
}

/** Nothing of a file that is not the traced one is ever shown, whatever path a trace may name. */
export function readTraced(path: string, wanted: string): string | undefined {
  let bytes: Buffer;
  try {
    const file = statSync(path);
    if (!file.isFile() || file.size > LARGEST_FILE) return undefined;
    bytes = readFileSync(path);
  } catch {
    return undefined; // gone, or not ours to read: then the findings do without
  }
  return createHash("sha256").update(bytes).digest("hex") === wanted ? bytes.toString("utf8") : undefined;
}

let parser: Promise<PythonParser> | undefined;

/** Its parts are beside this very script. */
export function pythonParser(): Promise<PythonParser> {
  return (parser ??= PythonParser.load((name) => readFile(join(__dirname, name))));
}
