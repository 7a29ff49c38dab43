import { calleeOf, roundsOf, type Rounds } from "../../syntax";
import { siteKey, type Nanoseconds, type Trace } from "../../trace";
import type { Place } from "../frames";
import {
  awaitsAt,
  calleesOf,
  concurrencySeen,
  couldOverlap,
  definitionIn,
  filesAround,
  suspectLoops,
} from "../suspects";
import type { Evidence, Facts, Found, Rule } from "../types";
import { duration, listed, place as placeWords, plural } from "../words";

/** Where nothing in the run says how many at a time do no harm. */
const AT_A_TIME = 10;

export const awaitInLoop: Rule = {
  id: "await-in-loop",
  explanation: {
    what: "A loop awaits one call a round, though no round needs what the round before gave.",
    why: "The waits add up, while they could have been one.",
    fix: "Hand all calls to asyncio.gather, or start them in a TaskGroup; with a Semaphore around each where they may be too many at once.",
  },
  files: (_trace, { frames }, { cost }) => filesAround(suspectLoops(frames, cost)),
  find(trace, facts, thresholds) {
    const byLoop = new Map<string, Found>();
    for (const place of suspectLoops(facts.frames, thresholds.cost)) {
      const found = findAt(trace, facts, place, thresholds.cost);
      const key = siteKey(place.site);
      if (found !== undefined && !byLoop.has(key)) byLoop.set(key, found);
    }
    return [...byLoop.values()];
  },
};

function findAt(trace: Trace, facts: Facts, place: Place, least: Nanoseconds): Found | undefined {
  const source = definitionIn(facts, place.function)?.source;
  const node = source?.awaitAt(place.site);
  if (source === undefined || node === undefined || !isCounted(facts, place)) return undefined;
  const same = facts.frames.places.filter((one) => one.function === place.function && one.rounds > 1);
  const places = awaitsAt(source, [...same.filter((one) => one !== place), place]);
  const callees = calleesOf(facts, source, places);
  const rounds = roundsOf(source, node, callees);
  // A loop with several awaits is told of once, at the first of those that cost.
  if (rounds === undefined || rounds.awaits.find((one) => places.has(one.await))?.await !== node) return undefined;
  const all = rounds.awaits.flatMap((one) => places.get(one.await) ?? []);
  if (!all.every((one) => couldOverlap(one) && !takesTurns(one) && isCounted(facts, one))) return undefined;
  const callee = callees(node);
  const isSafe = rounds.awaits.length === 1 && callee?.isSeen === false && callee.shared.size === 0 && !source.hasError;
  return tell(trace, rounds, place, all, least, isSafe);
}

/** Rounds are told from each other by what comes again below them: not if that may come again in one call. */
function isCounted(facts: Facts, { below }: Place): boolean {
  return [...below].every((code) => {
    const found = definitionIn(facts, code);
    return found !== undefined && !calleeOf(found.source, found.node).hasLoop;
  });
}

/** Round after round was answered on the same few connections. */
function takesTurns({ sources, rounds }: Place): boolean {
  return sources.size > 0 && sources.size < Math.min(rounds, 100) / 2;
}

function tell(
  trace: Trace,
  rounds: Rounds,
  place: Place,
  all: readonly Place[],
  least: Nanoseconds,
  isSafe: boolean,
): Found | undefined {
  const seen = concurrencySeen(trace);
  const together = Math.min(place.rounds, seen?.most ?? AT_A_TIME);
  const waiting = all.reduce((sum, one) => sum + one.waiting, 0);
  const most = all.reduce((sum, one) => sum + one.saved, 0);
  const cost = Math.min(most, waiting * (1 - 1 / together));
  if (cost < least) return undefined;
  const loop = rounds.loop.type === "for_statement" ? "loop" : "comprehension";
  const evidence: Evidence[] = [
    {
      label: `${plural(place.rounds, "round")}, the longest ${duration(place.longest)}`,
      site: place.site,
      at: place.first,
    },
    ...all
      .filter((one) => one !== place)
      .map((one) => ({ label: `waited ${duration(one.waiting)} at ${placeWords(one.site)}`, site: one.site })),
    ...(seen?.site === undefined
      ? []
      : [{ label: `elsewhere in this run ${seen.most} tasks run together`, site: seen.site }]),
  ];
  return {
    rule: "await-in-loop",
    severity: "info",
    certainty:
      "The times are measured; that no round needs another is what the source says of this loop and the functions it calls",
    message: `This ${loop} of ${place.function.name} waited ${duration(waiting)} in ${place.rounds} rounds one after another; with ${together} at a time it would have waited ${duration(waiting - cost)}`,
    site: place.site,
    tasks: listed(place.tasks),
    at: place.first,
    cost,
    evidence,
    ...(isSafe ? { fix: { kind: "rounds", sites: [place.site] } as const } : {}),
  };
}
