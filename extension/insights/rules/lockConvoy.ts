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
  (_trace, { point, count, total, tasks }, share) => {
    if (tasks.size < 2) return undefined;
    const often = `${plural(count, "wait")} of ${plural(tasks.size, "task")}, ${duration(total)} in all`;
    const line = `Tasks stood in line at this ${point.kind} for ${share} of the run: ${often}`;
    // Standing in line at a limiter is what a limiter is for; at a lock it is nobody's wish.
    if (point.kind === "semaphore")
      return { severity: "hint", message: `${line}; its limit decides how long the run takes` };
    return { severity: "warning", message: line };
  },
);
