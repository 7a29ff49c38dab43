/** Which Python runs the program. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readlink } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { CliError } from "./errors";

/** What looking for a Python depends on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly cwd: string;
  readonly virtualEnv: string | undefined;
  readonly exists: (path: string) => boolean;
  /** undefined: does not answer as a Python 3 does. */
  readonly ask: (command: readonly string[]) => Promise<PythonFacts | undefined>;
  /** What a process runs; undefined where that is not known. */
  readonly executableOf: (pid: number) => Promise<string | undefined>;
}

export interface PythonFacts {
  readonly executable: string;
  readonly version: readonly [major: number, minor: number];
}

const OLDEST_MINOR = 10;

/** The executable to use: what `--python` names, else the first Python found that is new enough. */
export async function findPython(asked: string | undefined, machine: Machine): Promise<string> {
  if (asked !== undefined) {
    const facts = await machine.ask([asked]);
    if (facts === undefined) throw new CliError(`${asked} does not run as a Python 3. Check what --python names.`);
    if (!isNewEnough(facts)) throw tooOld(facts);
    return facts.executable;
  }
  let old: PythonFacts | undefined;
  for (const { command, inEnvironment } of candidates(machine)) {
    const facts = await machine.ask(command);
    if (facts === undefined) continue;
    if (isNewEnough(facts)) return facts.executable;
    // An environment is not silently passed over: the program's packages are in there.
    if (inEnvironment) throw tooOld(facts);
    old ??= facts;
  }
  if (old !== undefined) throw tooOld(old);
  throw new CliError("No Python was found. Install Python 3.10 or newer, or name yours with --python.");
}

/** The Python that a process runs, if it is one. */
export async function pythonOf(pid: number, machine: Machine): Promise<string | undefined> {
  const executable = await machine.executableOf(pid);
  return executable === undefined ? undefined : (await machine.ask([executable]))?.executable;
}

interface Candidate {
  readonly command: readonly string[];
  readonly inEnvironment: boolean;
}

function candidates({ platform, cwd, virtualEnv, exists }: Machine): readonly Candidate[] {
  const inside = platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  const environments = [...(virtualEnv === undefined || virtualEnv === "" ? [] : [virtualEnv]), join(cwd, ".venv")];
  const named = environments.map((folder) => join(folder, ...inside)).filter(exists);
  // Windows has no `python3` but in the store; its launcher knows what is installed.
  const onPath = platform === "win32" ? [["py", "-3"], ["python"]] : [["python3"], ["python"]];
  return [
    ...named.map((path) => ({ command: [path], inEnvironment: true })),
    ...onPath.map((command) => ({ command, inEnvironment: false })),
  ];
}

function isNewEnough({ version: [major, minor] }: PythonFacts): boolean {
  return major > 3 || (major === 3 && minor >= OLDEST_MINOR);
}

function tooOld({ executable, version }: PythonFacts): CliError {
  return new CliError(
    `${executable} is Python ${version.join(".")}; tracing needs 3.${OLDEST_MINOR} or newer. Name another with --python.`,
  );
}

const QUESTION = "import sys; print(sys.executable, *sys.version_info[:2], sep='\\n')";
/** A Python on a cold disk starts in seconds; one that takes longer hangs. */
const ANSWER_TIMEOUT_MS = 15_000;

export const thisMachine: Machine = {
  platform: process.platform,
  cwd: process.cwd(),
  virtualEnv: process.env["VIRTUAL_ENV"],
  exists: existsSync,
  ask: ([command = "", ...args]) =>
    new Promise((resolve) => {
      // Isolated and without site: quick, and nothing of the user's runs only to learn a version.
      const words = [...args, "-I", "-S", "-c", QUESTION];
      execFile(command, words, { timeout: ANSWER_TIMEOUT_MS, windowsHide: true }, (error, stdout) => {
        const [executable = "", major, minor] = stdout.split(/\r?\n/);
        const version = [Number(major), Number(minor)] as const;
        if (error !== null || !version.every(Number.isInteger)) resolve(undefined);
        else resolve({ executable: executable === "" ? command : executable, version });
      });
    }),
  executableOf: async (pid) => {
    if (process.platform === "linux") return readlink(`/proc/${pid}/exe`).catch(() => undefined);
    if (process.platform !== "darwin") return undefined;
    return new Promise((resolve) => {
      execFile("ps", ["-o", "comm=", "-p", String(pid)], (error, stdout) => {
        const path = stdout.trim();
        resolve(error === null && isAbsolute(path) ? path : undefined);
      });
    });
  },
};
