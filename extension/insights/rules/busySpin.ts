import type { Rule } from "../types";
import { duration, listed, loopTime, percent, plural } from "../words";

/** Fewer rounds are no spinning. */
const FEWEST = 1000;
/** Of the rounds; now and then another process has the processor in the middle of one. */
const QUICK = 0.9;
/** Of the loop's time. */
const SHARE = 0.2;
const SECOND = 1e9;

export const busySpin: Rule = {
  id: "busy-spin",
  explanation: {
    what: "A task asks again and again whether something has happened, giving way with sleep(0) in between.",
    why: "The loop never rests: it takes a whole processor, and slows down everything else.",
    fix: "Await what it waits for: an asyncio.Event, Condition, Queue or the task itself; from a thread, call_soon_threadsafe.",
  },
  find(trace, facts, thresholds) {
    return [...facts.steps.spins.values()].flatMap(({ loop, point, count, quick, run, first, last, tasks }) => {
      const length = loopTime(trace, loop);
      if (count < FEWEST || quick < QUICK * count || run < thresholds.cost || run < SHARE * length) return [];
      const rate = Math.round(count / Math.max(1e-3, (last - first) / SECOND));
      return {
        rule: "busy-spin",
        severity: "warning",
        certainty: "Measured: each time it was ready again at once, woken by nobody but itself",
        message: `${point.function.name} spins here: ${count} rounds, ${rate} a second, ${duration(run)} or ${percent(run / length)} of the loop's time`,
        site: point.site,
        tasks: listed(tasks),
        at: first,
        cost: run,
        evidence: [
          { label: `${plural(count, "round")} of ${duration(run / count)} each`, site: point.site, at: first },
        ],
      } as const;
    });
  },
};
