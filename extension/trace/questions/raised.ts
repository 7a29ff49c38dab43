/** Where the exception of a task comes from. */
import type { ChainFrame, Trace } from "../trace";
import type { Site, TaskInfo } from "../types";

/** The frames its exception passed, innermost first; none where they are not known. */
export function tracebackOf(trace: Trace, task: TaskInfo): readonly ChainFrame[] {
  return (task.exception?.traceback ?? []).flatMap((node) => trace.chain(node));
}

/** The innermost line of the program that raised, or called what raised. */
export function raisedAt(trace: Trace, task: TaskInfo): Site | undefined {
  return tracebackOf(trace, task).find(({ code, site }) => code.file?.user === true && site !== undefined)?.site;
}
