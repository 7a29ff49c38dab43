import { serialRun, type SerialAwait, type Source } from "../../syntax";
import { siteKey, type Nanoseconds } from "../../trace";
import type { Place, Sequence } from "../frames";
import {
  awaitsAt,
  calleesOf,
  couldOverlap,
  definitionIn,
  filesAround,
  savedTogether,
  shareSource,
  suspectSequences,
} from "../suspects";
import type { Facts, Found, Rule } from "../types";
import { duration, listed, place as placeWords } from "../words";

type Member = SerialAwait & { readonly place: Place };

export const serialAwaits: Rule = {
  id: "serial-awaits",
  explanation: {
    what: "Awaits of one function ran one after another, though none of them needs what another one gives.",
    why: "Each waited while it could have waited together with the others: the longest of them would have been the price of all.",
    fix: "Hand the calls to asyncio.gather, or start them in a TaskGroup, and use the results after it.",
  },
  files: (_trace, { frames }, { cost }) => filesAround(suspectSequences(frames, cost).flatMap(({ places }) => places)),
  find(_trace, facts, thresholds) {
    const bySite = new Map<string, Found>();
    for (const sequence of suspectSequences(facts.frames, thresholds.cost))
      for (const found of findIn(facts, sequence, thresholds.cost)) {
        const key = found.site === undefined ? "" : siteKey(found.site);
        if (!bySite.has(key)) bySite.set(key, found);
      }
    return [...bySite.values()];
  },
};

function findIn(facts: Facts, sequence: Sequence, least: Nanoseconds): readonly Found[] {
  const [first] = sequence.places;
  const source = first && definitionIn(facts, first.function)?.source;
  if (source === undefined) return [];
  const places = awaitsAt(source, sequence.places);
  const calleeOf = calleesOf(facts, source, places);
  const done = new Set<Place>();
  const found: Found[] = [];
  for (const [node, place] of places) {
    if (done.has(place)) continue;
    const run = serialRun(source, node, calleeOf);
    for (const members of apart(run, places)) {
      for (const member of members) done.add(member.place);
      const positions = members.map((member) => sequence.places.indexOf(member.place));
      const cost = positions.length < 2 ? 0 : savedTogether(sequence, positions);
      if (cost > 0 && cost >= least) {
        const isSafe = members.every((member) => {
          const callee = calleeOf(member.await);
          return callee !== undefined && !callee.isSeen && callee.shared.size === 0;
        });
        found.push(tell(sequence, members, cost, isSafe && isClosed(source, members)));
      }
    }
  }
  return found;
}

/** Those that were measured and do not take turns at something. */
function apart(run: readonly SerialAwait[], places: ReadonlyMap<unknown, Place>): readonly (readonly Member[])[] {
  const groups: Member[][] = [[]];
  for (const one of run) {
    const place = places.get(one.await);
    const group = groups.at(-1) ?? [];
    if (place === undefined || !couldOverlap(place)) groups.push([]);
    else if (group.some((other) => shareSource(other.place, place))) groups.push([{ ...one, place }]);
    else group.push({ ...one, place });
  }
  return groups.filter(({ length }) => length > 1);
}

/** Nothing stands between them, and each is a statement on lines of its own. */
function isClosed(source: Source, members: readonly Member[]): boolean {
  return members.every(({ isNext }, i) => i === 0 || isNext) && !source.hasError;
}

function tell(
  { samples, count, places, first, tasks }: Sequence,
  members: readonly Member[],
  cost: Nanoseconds,
  isSafe: boolean,
): Found {
  const waits = members.map(({ place }) => {
    const position = places.indexOf(place);
    return (samples.reduce((sum, sample) => sum + (sample[position] ?? 0), 0) / samples.length) * count;
  });
  const total = waits.reduce((sum, wait) => sum + wait, 0);
  const name = members[0]?.place.function.name ?? "a function";
  const often = count === 1 ? "" : `, in ${count} calls`;
  return {
    rule: "serial-awaits",
    severity: "info",
    certainty:
      "The times are measured; that none needs another is what the source says of this function and those it calls here",
    message: `${members.length} awaits of ${name} waited one after another for ${duration(total)}${often}; none needs another's result: together they would have waited ${duration(total - cost)}`,
    site: members[0]?.place.site,
    tasks: listed(tasks),
    at: first,
    cost,
    evidence: members.map(({ place }, i) => ({
      label: `waited ${duration(waits[i] ?? 0)} at ${placeWords(place.site)}`,
      site: place.site,
    })),
    ...(isSafe ? { fix: { kind: "together", sites: members.map(({ place }) => place.site) } as const } : {}),
  };
}
