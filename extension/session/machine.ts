/** The machine we run on, for `findPython`. */
import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import type { Machine, PythonFacts } from "./python";

/** A Python on a cold network drive starts in seconds; one that needs longer will not be any fun to trace with. */
const ANSWER_TIMEOUT_MS = 15_000;
const QUESTION = "import sys; print(sys.executable, *sys.version_info[:3], sep='\\n')";

export const thisMachine: Machine = {
  platform: process.platform,
  exists: async (path) => {
    try {
      await access(path);
      return true;
    } catch {
      return false;
    }
  },
  ask: ([command = "", ...args]) =>
    new Promise((resolve) => {
      // Isolated and without site: a broken sitecustomize must not keep us from learning the version. Python 2 has no
      // -I and so does not answer.
      execFile(
        command,
        [...args, "-I", "-S", "-c", QUESTION],
        { timeout: ANSWER_TIMEOUT_MS, windowsHide: true, encoding: "utf8" },
        (error, stdout) => {
          resolve(error === null ? readFacts(stdout) : undefined);
        },
      );
    }),
};

function readFacts(answer: string): PythonFacts | undefined {
  const [executable, ...numbers] = answer.trimEnd().split(/\r?\n/);
  const [major = NaN, minor = NaN, micro = NaN] = numbers.map(Number);
  if (executable === undefined || executable === "" || !Number.isInteger(major) || !Number.isInteger(minor)) {
    return undefined;
  }
  return { executable, version: [major, minor, micro] };
}
