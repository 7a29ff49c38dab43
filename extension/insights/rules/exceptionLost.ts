import type { TaskInfo } from "../../trace";
import type { Finding, Rule } from "../types";
import { duration, listed, place, plural } from "../words";

export const exceptionLost: Rule = {
  id: "exception-lost",
  explanation: {
    what: "A task ended with an exception, and nobody ever asked for it.",
    why: "What failed stays undone while the rest of the program goes on as if nothing had happened.",
    fix: "Await the task, create it in a TaskGroup, or add a done callback that looks at its exception.",
  },
  find(trace) {
    const byLine = new Map<string, TaskInfo[]>();
    for (const task of trace.tasks) {
      if (task.unretrieved === undefined) continue;
      const { createSite } = task;
      const key = `${task.coro} ${task.exception?.type ?? ""} ${createSite?.file ?? ""}:${createSite?.line ?? 0}`;
      const same = byLine.get(key);
      if (same === undefined) byLine.set(key, [task]);
      else same.push(task);
    }
    return [...byLine.values()].map((tasks): Finding => {
      const task = tasks[0]!;
      const { exception, createSite } = task;
      const at = task.ended ?? task.unretrieved ?? 0;
      const said = exception?.message === undefined || exception.message === "" ? "" : `: ${exception.message}`;
      const what = `${exception?.type ?? "an exception"}${said}`;
      const list = trace.stepsOf(task.id);
      const before = list.length < 2 ? undefined : trace.awaitSite(trace.steps.node(list.at(list.length - 2)));
      const others = trace.end - at;
      const silent = others > 0 ? `; the program went on for ${duration(others)}` : "";
      const who =
        tasks.length === 1 ? `Task ${task.name} (${task.coro})` : `${plural(tasks.length, "task")} of ${task.coro}`;
      return {
        rule: "exception-lost",
        severity: "error",
        certainty: "Certain: the task is gone, or the program over, and its exception was never retrieved",
        message: `${who} raised ${what}, and nobody asked for it${silent}`,
        site: createSite ?? before?.site,
        tasks: listed(tasks.map(({ id }) => id)),
        at,
        cost: 0,
        evidence: [
          { label: `raised ${exception?.type ?? "an exception"}`, at, task: task.id },
          ...(before === undefined
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
