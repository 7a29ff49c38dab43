/** `awaitscope attach`: a program that runs already, for a while; then what it did meanwhile. */
import type { AttachCommand } from "./args";
import { findPython, pythonOf, thisMachine } from "./python";
import { refuseToOverwrite, reportOf, RUNTIME, runTraced } from "./traced";

/** 0 when there is a trace. */
export async function attach({ pid, seconds, ...command }: AttachCommand): Promise<number> {
  const out = command.out ?? `pid-${pid}.awaitscope`;
  refuseToOverwrite(out);
  // Only the same version of Python can get in; the program's own is.
  const python = await findPython(command.python ?? (await pythonOf(pid, thisMachine)), thisMachine);
  const options = seconds === undefined ? [] : ["--for", String(seconds)];
  return runTraced(python, [RUNTIME, "attach", "--out", out, ...options, String(pid)], out, reportOf(command));
}
