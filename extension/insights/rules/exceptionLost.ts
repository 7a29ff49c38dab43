import { lostTasks, tracebackOf, type TaskInfo, type Trace } from "../../trace";
import type { Evidence, Found, Rule } from "../types";
import { duration, listed, place, plural } from "../words";

/** Of the program's own frames; the outer ones of a long recursion say nothing new. */
const MOST_FRAMES = 8;

export const exceptionLost: Rule = {
  id: "exception-lost",
  explanation: {
    what: "A task ended with an exception, and nobody ever asked for it.",
    why: "What failed stays undone while the rest of the program goes on as if nothing had happened.",
    fix: "Await the task, create it in a TaskGroup, or add a done callback that looks at its exception.",
  },
  find(trace) {
    const byLine = new Map<string, TaskInfo[]>();
    for (const task of lostTasks(trace)) {
      const { createSite } = task;
      const key = `${task.coro} ${task.exception?.type ?? ""} ${createSite?.file ?? ""}:${createSite?.line ?? 0} ${task.unretrieved === undefined}`;
      const same = byLine.get(key);
      if (same === undefined) byLine.set(key, [task]);
      else same.push(task);
    }
    return [...byLine.values()].map((tasks): Found => {
      const task = tasks[0]!;
      const { exception, createSite } = task;
      const at = task.ended ?? task.unretrieved ?? 0;
      const said = exception?.message === undefined || exception.message === "" ? "" : `: ${exception.message}`;
      const what = `${exception?.type ?? "an exception"}${said}`;
      const list = trace.stepsOf(task.id);
      const before = list.length < 2 ? undefined : trace.awaitSite(trace.steps.node(list.at(list.length - 2)));
      const others = trace.end - at;
      const isOpen = task.unretrieved === undefined;
      const goesOn = isOpen && !trace.truncated;
      const silent = others > 0 ? `; the program ${goesOn ? "has gone" : "went"} on for ${duration(others)}` : "";
      const who =
        tasks.length === 1 ? `Task ${task.name} (${task.coro})` : `${plural(tasks.length, "task")} of ${task.coro}`;
      return {
        rule: "exception-lost",
        severity: isOpen ? "warning" : "error",
        certainty: isOpen
          ? "Certain so far: something still refers to the task, and could ask for its exception later"
          : "Certain: the task is gone, or the program over, and its exception was never retrieved",
        message: `${who} raised ${what}, and nobody ${isOpen ? "has asked" : "asked"} for it${silent}`,
        site: createSite ?? before?.site,
        tasks: listed(tasks.map(({ id }) => id)),
        at,
        cost: 0,
        ...(goesOn ? { ongoing: `${who} raised ${what}, and nobody has asked for it` } : {}),
        evidence: [
          ...raised(trace, task, at),
          ...(before === undefined || task.exception?.traceback.length !== 0
            ? []
            : [{ label: `last awaited at ${place(before.site)}`, site: before.site, task: task.id }]),
          ...(createSite === undefined
            ? []
            : [{ label: `created at ${place(createSite)}`, site: createSite, at: task.created }]),
        ],
      };
    });
  },
};

/** The traceback, innermost first as findings are: what the program's frames called, the libraries' own only by name. */
function raised(trace: Trace, task: TaskInfo, at: number): Evidence[] {
  const type = task.exception?.type ?? "an exception";
  const frames = tracebackOf(trace, task);
  const own = frames.flatMap(({ code, site }) =>
    code.file?.user === true && site !== undefined ? [{ code, site }] : [],
  );
  const [inner] = frames;
  const [first, ...callers] = own;
  if (inner === undefined || first === undefined) return [{ label: `raised ${type}`, at, task: task.id }];
  const below = inner.code === first.code ? "" : ` in ${inner.code.name}, called`;
  const more = callers.length - MOST_FRAMES;
  return [
    {
      label: `raised ${type}${below} at ${place(first.site)} in ${first.code.name}`,
      site: first.site,
      at,
      task: task.id,
    },
    ...callers
      .slice(0, MOST_FRAMES)
      .map(({ code, site }) => ({ label: `called at ${place(site)} in ${code.name}`, site, task: task.id })),
    ...(more > 0 ? [{ label: `and ${more} more frames` }] : []),
  ];
}
