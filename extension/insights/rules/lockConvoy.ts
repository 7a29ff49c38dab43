import { firstIndex, type Trace } from "../../trace";
import type { Contention } from "../facts";
import { duration, plural } from "../words";
import { contentionRule } from "./contention";

export const lockConvoy = contentionRule(
  "lock-convoy",
  ["lock", "semaphore"],
  {
    what: "Tasks stand in line at one lock or semaphore for much of the run.",
    why: "Behind it only one task (or as many as the semaphore lets in) goes on at a time: more tasks make nothing faster.",
    fix: "Hold it for less: await slow things before or after it. Use one lock per thing that is protected, or raise the semaphore's limit.",
  },
  // Waiting at a lock of each thing's own, at whose line many wait in all, is no line; at a limiter all stand in one.
  ({ point, covered, handedOn }) => (point.kind === "lock" ? handedOn : covered),
  (trace, contention, share) => {
    const { point, count, total, tasks } = contention;
    if (tasks.size < 2) return undefined;
    const often = `${plural(count, "wait")} of ${plural(tasks.size, "task")}, ${duration(total)} in all`;
    const line = `Tasks stood in line at this ${point.kind} for ${share} of the run: ${often}`;
    // Standing in line at a limiter is what a limiter is for; at a lock it is nobody's wish.
    if (point.kind === "semaphore")
      return { severity: "hint", message: `${line}; its limit decides how long the run takes` };
    if (isPacing(trace, contention))
      return { severity: "hint", message: `${line}; whoever holds it sleeps right there: it spaces them out` };
    return { severity: "warning", message: line };
  },
);

/** So many of those who let others in are looked at. */
const MOST_HOLDERS = 100;

/** A limiter of so many a second: the function that takes the lock sleeps itself while it has it, unless it is late. */
function isPacing(trace: Trace, { holders, point }: Contention): boolean {
  const seen = [...holders].slice(0, MOST_HOLDERS);
  const pacing = seen.filter(([task, { step }]) => {
    const list = trace.stepsOf(task);
    const at = firstIndex(list.length, (i) => list.at(i) >= step);
    const before = at === 0 ? undefined : trace.awaitSite(trace.steps.node(list.at(at - 1)));
    return before?.kind === "sleep" && before.function === point.function;
  });
  return pacing.length > seen.length / 2;
}
