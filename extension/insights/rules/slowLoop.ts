import type { Rule } from "../types";
import { duration, loopTime, percent, place, plural } from "../words";

/** Of the loop's time, in callbacks of one function. */
const SHARE = 0.2;
/** Quick ones may come often: there is much to do. */
const SLOW = 1e6;

export const slowLoop: Rule = {
  id: "slow-loop",
  explanation: {
    what: "Callbacks (of call_soon, call_later, protocols, readers), not tasks, keep the loop busy.",
    why: "They do not show in any task, and every task waits while one runs.",
    fix: "Do less in the callback: hand the work to a task, to asyncio.to_thread, or call it less often.",
  },
  find(trace, facts, thresholds) {
    return [...facts.steps.callbacks.values()].flatMap(({ loop, code, site, count, total, longest }) => {
      const length = loopTime(trace, loop);
      if (total < thresholds.cost || total < SHARE * length || total / count < SLOW) return [];
      const user = code.file?.user === true && code.line > 0;
      const where = site ?? (user ? { file: code.file.path, line: code.line, ...NO_RANGE } : undefined);
      return {
        rule: "slow-loop",
        severity: "warning",
        certainty: "Measured",
        message: `Callback ${code.name} took ${percent(total / length)} of the loop's time: ${plural(count, "call")}, ${duration(total)} in all, the longest ${duration(longest.length)}`,
        site: where,
        tasks: [],
        at: longest.at,
        cost: total,
        evidence: [
          {
            label: `${code.name}${where === undefined ? "" : ` at ${place(where)}`} ran for ${duration(longest.length)}`,
            at: longest.at,
            ...(where === undefined ? {} : { site: where }),
          },
        ],
      } as const;
    });
  },
};

const NO_RANGE = { column: undefined, endLine: undefined, endColumn: undefined };
