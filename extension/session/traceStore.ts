/** Where runs are kept: a folder of our own, the last few of them. */
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../faults";
import { NOTES_SUFFIX } from "../notes";
import { CannotRun } from "../cannotRun";

/** Enough to look back at, few enough that nobody ever has to clean up after us. */
export const RUNS_KEPT = 10;
const EXTENSION = ".awaitscope";

/** Reserves a place for the trace of a run that starts now. */
export async function newTracePath(folder: string, program: string, now: Date): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw noRoom(error);
  }
  return join(folder, traceFileName(program, now));
}

/** "hello 2026-11-22 14.03.07.123.awaitscope": sorts by time, and is a legal name everywhere. */
export function traceFileName(program: string, now: Date): string {
  const name = program
    .replace(/\.py$/, "")
    .replace(/[^\p{L}\p{N}._-]+/gu, " ")
    .trim()
    .slice(0, 60);
  const time = now.toISOString().replace("T", " ").replace(/:/g, ".").replace("Z", "");
  return `${name} ${time}${EXTENSION}`;
}

export function noRoom(error: unknown): CannotRun {
  const what = `The trace has no place to go: ${messageOf(error)}.`;
  return new CannotRun("storage", `${what} Make room, or the folder writable, then trace again.`);
}

/** What stands beside a trace while its program runs. */
export function runFilePath(trace: string): string {
  return `${trace}.run`;
}

/** The traces in a folder, newest first; none where nothing was traced yet. */
export async function tracesIn(folder: string): Promise<readonly { readonly path: string; readonly time: Date }[]> {
  const names = await readdir(folder).catch(() => []);
  const paths = names.filter((name) => name.endsWith(EXTENSION)).map((name) => join(folder, name));
  // Another window may be deleting the oldest right now.
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtime }) => mtime,
        () => undefined,
      ),
    ),
  );
  return paths
    .flatMap((path, at) => (times[at] === undefined ? [] : [{ path, time: times[at] }]))
    .sort((a, b) => b.time.getTime() - a.time.getTime());
}

/** Deletes all but the newest runs and what stands beside them; `kept` is never deleted. */
export async function deleteOldRuns(folder: string, kept: ReadonlySet<string>): Promise<void> {
  for (const { path } of (await tracesIn(folder)).slice(RUNS_KEPT)) {
    if (kept.has(path)) continue;
    // The last is left by a program that was killed while its trace was made shorter.
    for (const one of [path, runFilePath(path), path + NOTES_SUFFIX, `${path}.part`]) await rm(one, { force: true });
  }
}
