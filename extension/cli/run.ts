/** `awaitscope run`: the program, as if Python had been called; then what it did. */
import { basename, extname, resolve } from "node:path";
import type { RunCommand } from "./args";
import { findPython, thisMachine } from "./python";
import { refuseToOverwrite, reportOf, RUNTIME, runTraced } from "./traced";

/** The exit code of the program. */
export async function run(command: RunCommand): Promise<number> {
  const out = command.out ?? defaultOut(command.target);
  refuseToOverwrite(out);
  const python = await findPython(command.python, thisMachine);
  const target = "file" in command.target ? [command.target.file] : ["-m", command.target.module];
  const limit = command.limit === undefined ? [] : ["--limit", command.limit];
  const options = [...limit, ...(command.children ? ["--children"] : [])];
  const args = [...command.pythonOptions, RUNTIME, "run", "--out", out, ...options, ...target, ...command.args];
  return runTraced(python, args, out, reportOf(command));
}

export function defaultOut(target: RunCommand["target"]): string {
  if ("module" in target) return `${target.module}.awaitscope`;
  const name = basename(resolve(target.file));
  return `${basename(name, extname(name)) || "trace"}.awaitscope`;
}
