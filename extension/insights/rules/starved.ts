import type { CoroutineFacts } from "../facts";
import type { Evidence, Found, Rule, Thresholds } from "../types";
import { duration, listed, percent, place, taskName } from "../words";
import type { Nanoseconds, Site, Trace } from "../../trace";

/** Ready for so many times as long as it ran. */
const TIMES = 3;
/** And for this share of its life. */
const SHARE = 0.3;
/** Somebody else took this share of what ran meanwhile: alike tasks only share the loop. */
const CULPRIT = 0.5;
/** On average; many tasks that become ready at once are a burst, and each waits a little. */
const LONG: Nanoseconds = 5e6;
const MOST_SHOWN = 3;

export const starved: Rule = {
  id: "starved",
  explanation: {
    what: "Tasks were ready to go on, and had to wait for the loop much longer than they then ran.",
    why: "Other tasks keep the loop busy in many short steps: none blocks it, but together they leave no room.",
    fix: "Move the culprit's computing to a thread or process (asyncio.to_thread, ProcessPoolExecutor), or let it do less at a time.",
  },
  find(trace, facts, thresholds) {
    const all = [...facts.steps.coroutines.values()];
    return all.flatMap((victim) => {
      const others = all.filter((other) => other.loop === victim.loop);
      const found = tell(trace, victim, others, thresholds);
      return found === undefined ? [] : [found];
    });
  },
};

function tell(
  trace: Trace,
  victim: CoroutineFacts,
  all: readonly CoroutineFacts[],
  thresholds: Thresholds,
): Found | undefined {
  const { run, ready, readies, wait, code, longestReady } = victim;
  if (readies === 0 || ready / readies < LONG) return undefined;
  if (ready < 2 * thresholds.cost || ready < TIMES * run || ready < SHARE * (run + ready + wait)) return undefined;
  const culprit = all.reduce((a, b) => (laterRun(b) > laterRun(a) ? b : a));
  const ran = all.reduce((sum, other) => sum + laterRun(other), 0);
  const took = laterRun(culprit);
  if (culprit.code === code || took < CULPRIT * ran) return undefined;
  const [first] = culprit.tasks;
  const lines = linesOf(trace, culprit);
  const evidence: Evidence[] = [
    {
      label: `${taskName(trace, longestReady.task)} was ready for ${duration(longestReady.length)}`,
      task: longestReady.task,
      at: longestReady.at,
    },
    ...lines.map(({ site, run: long }) => ({
      label: `${culprit.code.name} ran for ${duration(long)} after ${place(site)}`,
      site,
      ...(first === undefined ? {} : { task: first }),
    })),
  ];
  const file = code.file;
  return {
    rule: "starved",
    severity: "warning",
    certainty: "Measured; times before a task's first step and behind blocked loops are left out",
    message: `${code.name} was ready for ${duration(ready)} but ran only ${duration(run)}: ${culprit.code.name} took ${percent(took / ran)} of the loop's running time`,
    site: lines[0]?.site ?? (file?.user === true && code.line > 0 ? lineOf(file.path, code.line) : undefined),
    tasks: listed(victim.tasks),
    at: longestReady.at,
    cost: ready,
    evidence,
  };
}

function linesOf(trace: Trace, { lines }: CoroutineFacts): { readonly site: Site; readonly run: Nanoseconds }[] {
  const sorted = [...lines].sort(([, a], [, b]) => b - a).slice(0, MOST_SHOWN);
  return sorted.flatMap(([node, run]) => {
    const site = trace.awaitSite(node)?.site;
    return site === undefined ? [] : [{ site, run }];
  });
}

function lineOf(file: string, line: number): Site {
  return { file, line, column: undefined, endLine: undefined, endColumn: undefined };
}

/** Without first steps: what is done before anybody waits takes nothing from them. */
function laterRun({ lines }: CoroutineFacts): Nanoseconds {
  let sum = 0;
  for (const run of lines.values()) sum += run;
  return sum;
}
