/** Which source file of one trace is which of another: the same path, the same place below the folder, the same name. */
import type { Header, SourceFile } from "../types";

export interface FilesOfRun {
  readonly header: Header | undefined;
  readonly files: readonly SourceFile[];
}

export type FilePair = readonly [before: SourceFile, after: SourceFile];

/** A file has at most one partner. */
export function matchFiles(before: FilesOfRun, after: FilesOfRun): readonly FilePair[] {
  const pairs: FilePair[] = [];
  let left = before.files;
  let right = after.files;
  const round = (nameBefore: Name, nameAfter: Name): void => {
    const there = uniqueNames(right, nameAfter);
    for (const [name, file] of uniqueNames(left, nameBefore)) {
      const other = file && there.get(name);
      if (file !== undefined && other !== undefined) pairs.push([file, other]);
    }
    left = left.filter((file) => !pairs.some(([known]) => known === file));
    right = right.filter((file) => !pairs.some(([, known]) => known === file));
  };
  round(whole, whole);
  // The same project in another folder, as when two versions are checked out beside each other.
  round(within(before.header), within(after.header));
  round(baseName, baseName);
  round(isProgram(before.header), isProgram(after.header));
  return pairs;
}

/** undefined: has none of this kind. */
type Name = (file: SourceFile) => string | undefined;

/** Windows' drive letters and names come in any case and slash. */
export function pathKey(path: string): string {
  return /^([a-z]:|\\\\)/i.test(path) ? path.replace(/\\/g, "/").toLowerCase() : path;
}

const whole: Name = (file) => pathKey(file.path);
const baseName: Name = (file) => pathKey(file.path).split("/").at(-1);

function within(header: Header | undefined): Name {
  const folder = pathKey(header?.cwd ?? "").replace(/\/$/, "") + "/";
  return (file) => {
    const path = pathKey(file.path);
    return path.startsWith(folder) ? path.slice(folder.length) : undefined;
  };
}

/** What was run: `old.py` and `new.py` are compared as two versions of one program. */
function isProgram(header: Header | undefined): Name {
  const program = pathKey(header?.argv[0] ?? "").replace(/^\.\//, "");
  return (file) => {
    const path = pathKey(file.path);
    return program !== "" && (path === program || path.endsWith(`/${program}`)) ? "the program" : undefined;
  };
}

/** Name to its file; undefined for a name that several have. */
function uniqueNames(files: readonly SourceFile[], name: Name): Map<string, SourceFile | undefined> {
  const result = new Map<string, SourceFile | undefined>();
  for (const file of files) {
    const own = name(file);
    if (own !== undefined) result.set(own, result.has(own) ? undefined : file);
  }
  return result;
}
