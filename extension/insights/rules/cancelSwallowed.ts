import { catcherOf, headOf } from "../../syntax";
import { cancelWords, plainWords, siteKey, type Site, type Trace } from "../../trace";
import type { Evidence, Facts, Found, Rule } from "../types";
import { duration, listed, place, plural, taskName } from "../words";
import { cancelledTasks, overAt, type Cancelled } from "./cancels";

/** Steps after the cancel that are looked at. */
const MOST_STEPS = 1000;
/** Whoever goes on for longer is not cleaning up. */
const LONG = 1e9;

export const cancelSwallowed: Rule = {
  id: "cancel-swallowed",
  explanation: {
    what: "A task was cancelled, caught the CancelledError, and went on with what it had done before.",
    why: "Whoever cancelled it believes that it ends: shutdowns hang, timeouts do not hold.",
    fix: "Catch Exception instead of BaseException, and after cleaning up in except asyncio.CancelledError, raise it again.",
  },
  files: (trace) => [
    ...new Set(
      swallowed(trace)
        .flatMap((cancelled) => stoodIn(trace, cancelled))
        .map(({ file }) => file),
    ),
  ],
  find(trace, facts) {
    const bySite = new Map<string, Cancelled[]>();
    for (const cancelled of swallowed(trace)) {
      const key = cancelled.site === undefined ? cancelled.task.coro : siteKey(cancelled.site);
      const same = bySite.get(key);
      if (same === undefined) bySite.set(key, [cancelled]);
      else same.push(cancelled);
    }
    return [...bySite.values()].map((all) => tell(trace, facts, all));
  },
};

function swallowed(trace: Trace): readonly Cancelled[] {
  return cancelledTasks(trace).filter((cancelled) => wentOn(trace, cancelled));
}

/** The awaits of user code through which CancelledError went up, the innermost first. */
function stoodIn(trace: Trace, { task, position }: Cancelled): readonly Site[] {
  const chain = trace.chain(trace.steps.node(trace.stepsOf(task.id).at(position - 1)));
  return [...chain]
    .reverse()
    .flatMap(({ code, site }) => (code.file?.user === true && site !== undefined ? [site] : []));
}

/** The first on its way up that has a clause for it. */
function catcher(facts: Facts, sites: readonly Site[]): Evidence | undefined {
  for (const { file, ...range } of sites) {
    const source = facts.syntax(file);
    const found = source && catcherOf(source, range);
    if (source === undefined || found === undefined) continue;
    const { line, column } = source.range(found);
    const site = { file, line, column, endLine: undefined, endColumn: undefined };
    return { label: `caught by ${headOf(source, found)} at ${place(site)}`, site };
  }
  return undefined;
}

/** It came back to an await where it had stood before it was cancelled, or awaited other things for long. */
function wentOn(trace: Trace, cancelled: Cancelled): boolean {
  const { task, position } = cancelled;
  if (task.outcome === "cancelled") return false;
  const list = trace.stepsOf(task.id);
  const siteAt = (i: number): string | undefined => {
    const point = trace.awaitSite(trace.steps.node(list.at(i)));
    return point === undefined ? undefined : siteKey(point.site);
  };
  const before = new Set<string | undefined>();
  for (let i = Math.max(0, position - MOST_STEPS); i < position; i++) before.add(siteAt(i));
  const told = trace.steps.start(list.at(position));
  let awaited = 0;
  for (let i = position; i < Math.min(list.length, position + MOST_STEPS); i++) {
    const site = siteAt(i);
    // A step that ends the task stands nowhere.
    if (site === undefined) continue;
    awaited += 1;
    if (before.has(site)) return true;
  }
  return awaited > 0 && overAt(trace, cancelled) - told > LONG && task.ended !== undefined;
}

function tell(trace: Trace, facts: Facts, all: readonly Cancelled[]): Found {
  const cancelled = all[0]!;
  const { task, cancel, site, step } = cancelled;
  const long = overAt(trace, cancelled) - trace.steps.start(step);
  const how =
    task.ended === undefined
      ? `has gone on for ${duration(long)}`
      : `went on for ${duration(long)} and ${task.outcome}`;
  const who =
    all.length === 1
      ? taskName(trace, task.id)
      : `${taskName(trace, task.id)} (and ${plural(all.length - 1, "other")})`;
  const evidence: Evidence[] = [
    {
      label: plainWords(trace, cancelWords(trace, cancel)),
      at: cancel.at,
      ...(cancel.by === undefined ? {} : { task: cancel.by }),
      ...(cancel.site === undefined ? {} : { site: cancel.site }),
    },
  ];
  const caught = catcher(facts, stoodIn(trace, cancelled));
  if (site !== undefined)
    evidence.push({
      label: `CancelledError was raised at ${place(site)}${caught === undefined ? ", and caught" : ""}`,
      site,
      task: task.id,
      at: trace.steps.start(step),
    });
  if (caught !== undefined) evidence.push(caught);
  return {
    rule: "cancel-swallowed",
    severity: "warning",
    certainty:
      caught === undefined
        ? "Certain that it went on after it was told; what caught it is around where it stood"
        : "Certain that it went on after it was told; what caught it is what the source says",
    message: `${who} was cancelled here and ${how}`,
    site: site ?? task.createSite,
    tasks: listed(all.map(({ task: { id } }) => id)),
    at: cancel.at,
    cost: long,
    evidence,
  };
}
