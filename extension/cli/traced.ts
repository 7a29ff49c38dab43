/** Has Python write a trace, and says what is in it. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { findAll, type FindingOptions } from "../insights";
import { isTraceStart } from "../trace";
import type { RunCommand } from "./args";
import { CliError, systemReason } from "./errors";
import { readTraceFile } from "./readFile";
import { report } from "./report";
import { pythonParser, sourcesOf } from "./sources";
import { styleFor } from "./style";

/** Beside `dist/`, where this file is bundled to. */
export const RUNTIME = join(__dirname, "..", "runtime", "awaitscope");

/** Signals sent to us alone; the child is told. Ctrl+C is not one: the terminal sends it to both. */
const FORWARDED = ["SIGTERM", "SIGHUP"] as const;

/** What its report finds; undefined: there is none. */
export function reportOf({ quiet, findings }: Pick<RunCommand, "quiet" | "findings">): FindingOptions | undefined {
  return quiet ? undefined : findings;
}

/** The exit code of Python, called with `args`. */
export async function runTraced(
  python: string,
  args: readonly string[],
  out: string,
  options: FindingOptions | undefined,
): Promise<number> {
  const before = fingerprint(out);
  const ended = await runToEnd(python, args);
  // Also if nobody listens to what we say now.
  process.exitCode = ended.code;
  if (options !== undefined) {
    const after = fingerprint(out);
    // Somebody removed it, or it could not be made and the reason was said before the program started.
    if (after === undefined || after === before) process.stderr.write("\nawaitscope: no trace was saved.\n");
    else await tell(out, ended, options);
  }
  return ended.code;
}

interface Ended {
  readonly code: number;
  readonly signal: NodeJS.Signals | undefined;
}

function runToEnd(python: string, args: readonly string[]): Promise<Ended> {
  const ignore = (): void => undefined;
  return new Promise((resolve, reject) => {
    process.on("SIGINT", ignore);
    const child = spawn(python, args, { stdio: "inherit" });
    const forward = FORWARDED.map((signal) => [signal, (): void => void child.kill(signal)] as const);
    for (const [signal, handler] of forward) process.on(signal, handler);
    const settle = (): void => {
      process.off("SIGINT", ignore);
      for (const [signal, handler] of forward) process.off(signal, handler);
    };
    child.on("error", (error) => {
      settle();
      reject(new CliError(`Cannot run ${python}: ${systemReason(error)}.`));
    });
    child.on("exit", (code, signal) => {
      settle();
      // 128 + n is what shells say of a program that a signal killed.
      if (signal !== null) resolve({ code: 128 + constants.signals[signal], signal });
      else resolve({ code: code ?? 1, signal: undefined });
    });
  });
}

/** The file at `out` will be replaced: only if it is ours, or nothing yet. */
export function refuseToOverwrite(out: string): void {
  const start = new Uint8Array(8);
  let length: number;
  try {
    if (!statSync(out).isFile()) return;
    const file = openSync(out, "r");
    length = readSync(file, start);
    closeSync(file);
  } catch {
    return; // not there; or not ours to read, and then the runtime says why it cannot write it
  }
  if (!isTraceStart(start.subarray(0, length)))
    throw new CliError(`${out} exists and is not a trace. Name another file with --out.`, 2);
}

/** Tells a trace just written from one that was there before. */
function fingerprint(path: string): string | undefined {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch {
    return undefined;
  }
}

async function tell(out: string, ended: Ended, options: FindingOptions): Promise<void> {
  const style = styleFor(process.stderr, process.env);
  const { trace, error } = await readTraceFile(out);
  const found = await findAll(trace, options, sourcesOf(trace), pythonParser);
  const lines = ["", report(trace, style, ended, found)];
  if (error !== undefined) lines.push(style.warning(error.message));
  lines.push("", style.faint(`Saved in ${out}. Open it in VS Code, or: awaitscope show ${out}`), "");
  process.stderr.write(lines.join("\n"));
}
