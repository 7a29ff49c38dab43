import { firstIndex, siteKey, type GroupInfo, type Nanoseconds, type Trace } from "../../trace";
import type { Evidence, Found, Rule } from "../types";
import { duration, listed, percent, plural } from "../words";

/** What took this share of its timeout came within a hair of it. */
const HAIR = 0.9;
/** So many uses say something of a timeout that was never needed, when none took more than this share of it. */
const MANY = 20;
const NEVER = 0.001;
const MOST_SHOWN = 5;
/** Timeouts that fired, of one line: more are not looked at one by one. */
const MOST_LATE = 100;

interface Uses {
  readonly timeout: Nanoseconds;
  readonly done: GroupInfo[];
  readonly late: GroupInfo[];
}

export const timeoutRace: Rule = {
  id: "timeout-race",
  explanation: {
    what: "A timeout fires at about the time what it guards would be done.",
    why: "Whether it succeeds is chance: on a slower day most of it is thrown away just before it is done.",
    fix: "Choose a timeout well above the usual time (several times the longest seen), or make the work shorter.",
  },
  find(trace) {
    const bySite = new Map<string, Uses>();
    for (const group of trace.groups) {
      const { kind, timeout, site, ended, outcome } = group;
      if (kind !== "timeout" && kind !== "wait_for") continue;
      if (timeout === undefined || timeout <= 0 || site === undefined || ended === undefined) continue;
      if (outcome !== "returned" && outcome !== "timed_out") continue;
      const key = `${timeout} ${siteKey(site)}`;
      let uses = bySite.get(key);
      if (uses === undefined) bySite.set(key, (uses = { timeout, done: [], late: [] }));
      (outcome === "timed_out" ? uses.late : uses.done).push(group);
    }
    return [...bySite.values()].flatMap((uses) => {
      const found = race(uses) ?? justMissed(trace, uses) ?? neverNeeded(uses);
      return found === undefined ? [] : [found];
    });
  },
};

function took(group: GroupInfo): Nanoseconds {
  return (group.ended ?? group.started) - group.started;
}

function race({ timeout, done, late }: Uses): Found | undefined {
  const close = done.filter((group) => took(group) >= HAIR * timeout).sort((a, b) => took(b) - took(a));
  const longest = close[0];
  const first = late[0];
  if (longest === undefined || first === undefined) return undefined;
  const margin = Math.max(0, timeout - took(longest));
  const evidence: Evidence[] = [
    ...late.slice(0, MOST_SHOWN).map((group) => use(group, `timed out after ${duration(took(group))}`)),
    ...close.slice(0, MOST_SHOWN).map((group) => use(group, `was done after ${duration(took(group))}`)),
  ];
  return {
    rule: "timeout-race",
    severity: "info",
    certainty: "Likely: the times are measured; how much longer those that were given up would have taken is not known",
    message: `The timeout of ${duration(timeout)} fired ${plural(late.length, "time")}, and another time its work was done ${duration(margin)} before it: both are chance`,
    site: first.site,
    tasks: listed(new Set([...late, ...close].flatMap(({ owner }) => (owner === undefined ? [] : [owner])))),
    at: first.deadline ?? first.ended ?? first.started,
    cost: late.reduce((sum, group) => sum + took(group), 0),
    evidence,
  };
}

/** What it waited for was shielded, went on, and was done soon after: then it is known how much was missing. */
function justMissed(trace: Trace, { timeout, late }: Uses): Found | undefined {
  const missed = late.slice(0, MOST_LATE).flatMap((group) => {
    const rest = restOf(trace, group);
    return rest === undefined || rest > (1 - HAIR) * timeout ? [] : [{ group, rest }];
  });
  const closest = missed.reduce<(typeof missed)[number] | undefined>(
    (a, b) => (a && a.rest < b.rest ? a : b),
    undefined,
  );
  if (closest === undefined) return undefined;
  return {
    rule: "timeout-race",
    severity: "info",
    certainty: "Measured: what it waited for was shielded, and went on to its end",
    message: `The timeout of ${duration(timeout)} fired ${duration(closest.rest)} before what it waited for was done`,
    site: closest.group.site,
    tasks: listed(new Set(missed.flatMap(({ group: { owner } }) => (owner === undefined ? [] : [owner])))),
    at: closest.group.ended ?? closest.group.started,
    cost: missed.reduce((sum, { group }) => sum + took(group), 0),
    evidence: missed
      .slice(0, MOST_SHOWN)
      .map(({ group, rest }) => use(group, `timed out after ${duration(took(group))}, ${duration(rest)} too early`)),
  };
}

/** From when the timeout fired to when the task that its owner had shielded within it returned. */
function restOf(trace: Trace, { owner, started, ended }: GroupInfo): Nanoseconds | undefined {
  if (owner === undefined || ended === undefined) return undefined;
  // `shield` is called before the `wait_for` that it is given to, in the same step.
  const steps = trace.stepsOf(owner);
  const step = firstIndex(steps.length, (i) => trace.steps.start(steps.at(i)) > started) - 1;
  const from = step < 0 ? started : trace.steps.start(steps.at(step));
  const shields = trace.groups.filter(
    (one) => one.kind === "shield" && one.owner === owner && one.started >= from && one.started <= ended,
  );
  const rests = shields.flatMap(({ members }) => {
    const task = trace.task(members[0] ?? 0);
    return task?.outcome === "returned" && task.ended !== undefined && task.ended >= ended ? [task.ended - ended] : [];
  });
  return rests.length === 0 ? undefined : Math.min(...rests);
}

function neverNeeded({ timeout, done, late }: Uses): Found | undefined {
  const first = done[0];
  if (late.length > 0 || done.length < MANY || first === undefined) return undefined;
  const longest = done.reduce((a, b) => (took(b) > took(a) ? b : a));
  if (took(longest) > NEVER * timeout) return undefined;
  return {
    rule: "timeout-race",
    severity: "hint",
    certainty: "Measured in this run; another may be slower",
    message: `The timeout of ${duration(timeout)} was never near: the longest of ${plural(done.length, "use")} took ${duration(took(longest))} (${percent(took(longest) / timeout)})`,
    site: first.site,
    tasks: [],
    at: longest.started,
    cost: 0,
    evidence: [use(longest, `took ${duration(took(longest))}`)],
  };
}

function use(group: GroupInfo, label: string): Evidence {
  return {
    label,
    at: group.started,
    ...(group.site === undefined ? {} : { site: group.site }),
    ...(group.owner === undefined ? {} : { task: group.owner }),
  };
}
