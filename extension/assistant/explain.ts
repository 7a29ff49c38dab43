/** The summary of a trace, cut to a size that a language model can take: what matters most stays. */
import type { FoundSummary } from "../insights";

/** About 6000 tokens; a model that has room for less says so. */
export const MOST_CHARACTERS = 24_000;
/** Of each list, to begin with. */
const MOST_ENTRIES = 64;
const LONGEST_TEXT = 300;

/** JSON of docs/summary-format.md, its lists sorted by weight and shortened; `omitted` says by how much. */
export function explain(summary: FoundSummary, limit = MOST_CHARACTERS): string {
  for (let most = MOST_ENTRIES; most >= 1; most = Math.floor(most / 2)) {
    const text = JSON.stringify(shortened(summary, most), shortTexts);
    if (text.length <= limit) return text;
  }
  const { format, version, complete, lost_events } = summary;
  return JSON.stringify({ format, version, complete, lost_events, omitted: "all lists: too long" });
}

function shortened(summary: FoundSummary, most: number): object {
  const { tasks, awaits, groups, jobs, never_awaited, children, loops, findings } = summary;
  const lists = {
    // Worst first already.
    findings,
    loops,
    tasks: sorted(
      tasks,
      (task) => (task.outcome === "returned" ? 0 : FIRST) + task.run_ms + task.ready_ms + task.wait_ms,
    ),
    awaits: sorted(awaits, ({ total_ms }) => total_ms),
    groups: sorted(groups, (group) => (group.ended_ms ?? summary.program.wall_ms) - group.started_ms),
    jobs: sorted(jobs, (job) => (job.ended_ms ?? summary.program.wall_ms) - job.created_ms),
    never_awaited,
    children,
  };
  const entries = Object.entries<readonly unknown[]>(lists);
  const omitted = entries.flatMap(([name, list]) => (list.length > most ? [[name, list.length - most]] : []));
  return {
    ...summary,
    ...Object.fromEntries(entries.map(([name, list]) => [name, list.slice(0, most)])),
    ...(omitted.length > 0 && { omitted: Object.fromEntries(omitted) as unknown }),
  };
}

/** Tasks that failed, were cancelled or never ended come before all others, in milliseconds. */
const FIRST = 1e12;

function sorted<T>(list: readonly T[], weight: (one: T) => number): readonly T[] {
  return list
    .map((one) => [weight(one), one] as const)
    .sort(([a], [b]) => b - a)
    .map(([, one]) => one);
}

function shortTexts(_key: string, value: unknown): unknown {
  return typeof value === "string" && value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
}
