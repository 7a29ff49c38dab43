import { preemptedWithin, type Trace } from "../../trace";
import { duration, plural, taskName } from "../words";
import { contentionRule } from "./contention";

export const queueBackpressure = contentionRule(
  "queue-backpressure",
  ["queue.put"],
  {
    what: "Tasks that put into a queue wait for room in it for much of the run.",
    why: "Whoever takes from the queue decides how fast everything goes.",
    fix: "Let more tasks take from it, or make what they do with an item faster. A larger queue only delays the wait.",
  },
  ({ covered }) => covered,
  (trace, { count, total, holders }, share) => {
    const takers = [...holders.keys()];
    const line = `Putters waited for room in the queue for ${share} of the run (${plural(count, "time")}, ${duration(total)} in all)`;
    const [only] = takers;
    if (takers.length !== 1 || only === undefined)
      return { severity: "hint", message: `${line}; ${plural(takers.length, "task")} took from it` };
    const idle = waitsOutside(trace, only);
    if (!idle) return { severity: "hint", message: `${line}; ${taskName(trace, only)} alone takes from it` };
    return {
      severity: "info",
      message: `${line}: ${taskName(trace, only)} alone takes from it, and mostly waits for something else; a second one would take at the same time`,
    };
  },
);

/** The only one who takes spends its time waiting, and not computing: two of them would overlap. */
function waitsOutside(trace: Trace, task: number): boolean {
  const list = trace.stepsOf(task);
  if (list.length === 0) return false;
  const first = trace.steps.start(list.at(0));
  const last = trace.steps.end(list.at(list.length - 1));
  const loop = trace.task(task)?.loop ?? 0;
  const busy = list.running(0, list.length) + list.ready(0, list.length);
  return busy - preemptedWithin(trace, loop, first, last, "at most") < (last - first) / 2;
}
