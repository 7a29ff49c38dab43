/** What a project wants to be told: the setting `awaitscope.findings`, and comments in its source. */
import type { Site } from "../trace";
import { RULE_IDS, type RuleId, type Thresholds } from "./types";

export interface FindingOptions {
  readonly off: ReadonlySet<RuleId>;
  readonly thresholds: Thresholds;
}

export const DEFAULT_OPTIONS: FindingOptions = {
  off: new Set(),
  thresholds: { blockedLoop: 100e6, cost: 100e6, share: 0.3, cleanup: 500e6, fanout: 1000 },
};

const MILLISECOND = 1e6;

/** What the setting says; what is wrong in it counts as not said. */
export function parseOptions(setting: unknown): FindingOptions {
  if (typeof setting !== "object" || setting === null) return DEFAULT_OPTIONS;
  const said = setting as Readonly<Record<string, unknown>>;
  const number = (key: string, least: number, unit: number, otherwise: number): number => {
    const value = said[key];
    return typeof value === "number" && value >= least && Number.isFinite(value) ? value * unit : otherwise;
  };
  const off = Array.isArray(said["off"]) ? said["off"] : [];
  const { thresholds } = DEFAULT_OPTIONS;
  return {
    off: new Set(RULE_IDS.filter((id) => off.includes(id))),
    thresholds: {
      blockedLoop: number("blockedLoopMs", 1, MILLISECOND, thresholds.blockedLoop),
      cost: number("costMs", 0, MILLISECOND, thresholds.cost),
      share: Math.min(1, number("share", 0, 1, thresholds.share)),
      cleanup: number("cleanupMs", 1, MILLISECOND, thresholds.cleanup),
      fanout: number("tasks", 2, 1, thresholds.fanout),
    },
  };
}

const IGNORE = /#\s*awaitscope:\s*ignore(?:\[([^\]]*)\])?/;
/** A call over more lines than these is silenced on its first ones. */
const MOST_LINES = 50;

/** `# awaitscope: ignore` or `ignore[rule, rule]` on a line of the site. */
export function isSilenced(text: string, { line, endLine }: Site, rule: RuleId): boolean {
  const last = Math.min(endLine ?? line, line + MOST_LINES);
  return text
    .split("\n", last)
    .slice(line - 1)
    .some((one) => {
      const found = IGNORE.exec(one);
      if (found === null) return false;
      const [, rules] = found;
      return rules === undefined || rules.split(",").some((name) => name.trim() === rule);
    });
}
