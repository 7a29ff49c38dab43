/** Waiting at one lock, semaphore or full queue that takes much of the run; what the rules of them share. */
import type { AwaitKind, Trace } from "../../trace";
import { overTime } from "../crowd";
import type { Contention, Union } from "../facts";
import type { Evidence, Explanation, Found, Rule, RuleId, Severity, Thresholds } from "../types";
import { duration, listed, loopLength, percent, place, stoodBefore, taskName } from "../words";

const MOST_SHOWN = 5;
/** Fewer waits are no habit. */
const FEWEST = 3;

interface Told {
  readonly severity: Severity;
  readonly message: string;
}

export function contentionRule(
  id: RuleId,
  kinds: readonly AwaitKind[],
  explanation: Explanation,
  /** What of it has to be much of the run. */
  much: (contention: Contention) => Union,
  say: (trace: Trace, contention: Contention, share: string) => Told | undefined,
): Rule {
  return {
    id,
    explanation,
    find: (trace, facts, thresholds) =>
      [...facts.steps.contentions.values()].flatMap((contention) => {
        if (!kinds.includes(contention.point.kind) || !isMuch(trace, contention, much(contention), thresholds))
          return [];
        const share = percent(contention.covered.length / loopLength(trace, contention.loop));
        const told = say(trace, contention, share);
        return told === undefined ? [] : [tell(trace, id, contention, told)];
      }),
  };
}

function isMuch(trace: Trace, { count, total, loop }: Contention, much: Union, { cost, share }: Thresholds): boolean {
  return count >= FEWEST && total >= cost && much.length >= share * loopLength(trace, loop);
}

function tell(trace: Trace, rule: RuleId, contention: Contention, told: Told): Found {
  const { point, longest, tasks, total } = contention;
  const worst: Evidence = {
    label: `${taskName(trace, longest.task)} waited ${duration(longest.length)}`,
    task: longest.task,
    at: longest.from,
    site: point.site,
  };
  return {
    rule,
    severity: told.severity,
    certainty: "Measured; who let the waiting tasks go on was recorded",
    message: told.message,
    site: point.site,
    tasks: listed(tasks),
    at: longest.from,
    cost: total,
    evidence: [worst, ...overTime("waiting", contention.crowd), ...holders(trace, contention)],
  };
}

/** Who kept others waiting longest, and the line each went on from before it let go. */
function holders(trace: Trace, { holders }: Contention): Evidence[] {
  const sorted = [...holders].sort(([, a], [, b]) => b.waited - a.waited).slice(0, MOST_SHOWN);
  return sorted.map(([task, { first, step, count, waited }]) => {
    const site = stoodBefore(trace, task, step);
    const where = site === undefined ? "" : ` after the await at ${place(site)}`;
    return {
      label: `${taskName(trace, task)} let the next go on${where}: ${often(trace, first, step, count)}, waited for ${duration(waited)}`,
      task,
      at: trace.steps.start(step),
      ...(site === undefined ? {} : { site }),
    };
  });
}

/** "12 times from 3.0 ms to 640 ms". */
function often(trace: Trace, first: number, last: number, count: number): string {
  const at = (step: number): string => duration(trace.steps.start(step));
  return count === 1 ? `once at ${at(last)}` : `${count} times from ${at(first)} to ${at(last)}`;
}
