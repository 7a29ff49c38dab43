/** The changes that put a finding right. That they keep what the program does is for the rule to have seen. */
import type { Range, Source } from "../node";
import { awaitChange } from "./awaited";
import { roundsChanges } from "./rounds";
import type { Change } from "./text";
import { togetherChanges } from "./together";

export { applied, type Change, type TextEdit } from "./text";

export interface Wanted {
  readonly kind: "await" | "together" | "rounds";
  readonly sites: readonly Range[];
}

/** `python`: the version that ran, "3.12.1"; TaskGroup came with 3.11. */
export function changesFor(source: Source, { kind, sites }: Wanted, python: string): readonly Change[] {
  const [first] = sites;
  if (first === undefined || source.hasError) return [];
  if (kind === "await") {
    const change = awaitChange(source, first);
    return change === undefined ? [] : [change];
  }
  const nodes = sites.flatMap((site) => source.awaitAt(site) ?? []);
  if (nodes.length < sites.length) return [];
  const [major = 0, minor = 0] = python.split(".").map(Number);
  const hasTaskGroup = major > 3 || (major === 3 && minor >= 11);
  switch (kind) {
    case "together":
      return togetherChanges(source, nodes, hasTaskGroup);
    case "rounds":
      return nodes.flatMap((node) => roundsChanges(source, node, hasTaskGroup));
  }
}
