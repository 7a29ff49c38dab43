/** Exceptions that nobody asked for. */
import type { TaskInfo } from "../types";
import type { Trace } from "../trace";

/** At the end; or so far, while the program runs or when it was killed. */
export function isLost(trace: Trace, { id, unretrieved, unasked }: TaskInfo): boolean {
  if (unretrieved !== undefined) return true;
  if (unasked === undefined || trace.complete) return false;
  // Who waits for it together with others asks when these have ended, too.
  return !trace.groups.some(({ ended, members }) => ended === undefined && members.includes(id));
}
