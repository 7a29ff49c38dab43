/** Waiting at one lock, semaphore or full queue that takes much of the run; three rules that differ in what to say of it. */
import type { AwaitKind, Trace } from "../../trace";
import { overTime } from "../crowd";
import type { Contention } from "../facts";
import type { Evidence, Explanation, Facts, Finding, Rule, RuleId, Severity, Thresholds } from "../types";
import { duration, listed, loopLength, percent, place, plural, stoodBefore, taskName } from "../words";

const MOST_SHOWN = 5;
/** Fewer waits are no habit. */
const FEWEST = 3;

interface Told {
  readonly severity: Severity;
  readonly message: string;
}

function contentionRule(
  id: RuleId,
  kinds: readonly AwaitKind[],
  explanation: Explanation,
  say: (trace: Trace, facts: Facts, contention: Contention, share: string) => Told | undefined,
): Rule {
  return {
    id,
    explanation,
    find: (trace, facts, thresholds) =>
      [...facts.steps.contentions.values()].flatMap((contention) => {
        if (!kinds.includes(contention.point.kind) || !isMuch(trace, contention, thresholds)) return [];
        const share = percent(contention.covered.length / loopLength(trace, contention.loop));
        const told = say(trace, facts, contention, share);
        return told === undefined ? [] : [tell(trace, id, contention, told)];
      }),
  };
}

function isMuch(trace: Trace, { count, total, covered, loop }: Contention, { cost, share }: Thresholds): boolean {
  return count >= FEWEST && total >= cost && covered.length >= share * loopLength(trace, loop);
}

function tell(trace: Trace, rule: RuleId, contention: Contention, told: Told): Finding {
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

export const lockConvoy = contentionRule(
  "lock-convoy",
  ["lock", "semaphore"],
  {
    what: "Tasks stand in line at one lock or semaphore for much of the run.",
    why: "Behind it only one task (or as many as the semaphore lets in) goes on at a time: more tasks make nothing faster.",
    fix: "Hold it for less: await slow things before or after it. Use one lock per thing that is protected, or raise the semaphore's limit.",
  },
  (_trace, _facts, { point, count, total, tasks }, share) => {
    if (tasks.size < 2) return undefined;
    const often = `${plural(count, "wait")} of ${plural(tasks.size, "task")}, ${duration(total)} in all`;
    const line = `Tasks stood in line at this ${point.kind} for ${share} of the run: ${often}`;
    // Standing in line at a limiter is what a limiter is for; at a lock it is nobody's wish.
    if (point.kind === "semaphore")
      return { severity: "hint", message: `${line}; its limit decides how long the run takes` };
    return { severity: "warning", message: line };
  },
);

export const queueBackpressure = contentionRule(
  "queue-backpressure",
  ["queue.put"],
  {
    what: "Tasks that put into a queue wait for room in it for much of the run.",
    why: "Whoever takes from the queue decides how fast everything goes.",
    fix: "Let more tasks take from it, or make what they do with an item faster. A larger queue only delays the wait.",
  },
  (trace, _facts, { count, total, holders }, share) => {
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
  return list.running(0, list.length) + list.ready(0, list.length) < (last - first) / 2;
}
