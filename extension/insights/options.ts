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

/** Names of the setting: the least it takes, and what one of it is. */
const NUMBERS: Readonly<Record<string, readonly [threshold: keyof Thresholds, least: number, unit: number]>> = {
  blockedLoopMs: ["blockedLoop", 1, MILLISECOND],
  costMs: ["cost", 0, MILLISECOND],
  share: ["share", 0, 1],
  cleanupMs: ["cleanup", 1, MILLISECOND],
  tasks: ["fanout", 2, 1],
};

/** What the setting says; what is wrong in it counts as not said. */
export function parseOptions(setting: unknown): FindingOptions {
  if (typeof setting !== "object" || setting === null) return DEFAULT_OPTIONS;
  const said = setting as Readonly<Record<string, unknown>>;
  const off = Array.isArray(said["off"]) ? said["off"] : [];
  const thresholds = { ...DEFAULT_OPTIONS.thresholds };
  for (const [name, [threshold, least, unit]] of Object.entries(NUMBERS)) {
    const value = said[name];
    if (isNumber(value, least)) thresholds[threshold] = value * unit;
  }
  thresholds.share = Math.min(1, thresholds.share);
  return { off: new Set(RULE_IDS.filter((id) => off.includes(id))), thresholds };
}

/** The same, or what is wrong in it. */
export function strictOptions(setting: unknown): FindingOptions | string {
  if (typeof setting !== "object" || setting === null || Array.isArray(setting)) return "it is not an object";
  for (const [name, value] of Object.entries(setting)) {
    const number = NUMBERS[name];
    if (name === "off") {
      const rules: readonly unknown[] = Array.isArray(value) ? value : [value];
      const unknown = rules.find((rule) => !RULE_IDS.some((id) => id === rule));
      if (unknown !== undefined)
        return `there is no rule ${JSON.stringify(unknown)}; the rules are ${RULE_IDS.join(", ")}`;
    } else if (number === undefined) return `there is no ${name}; there are off, ${Object.keys(NUMBERS).join(", ")}`;
    else if (!isNumber(value, number[1])) return `${name} is a number, at least ${number[1]}`;
  }
  return parseOptions(setting);
}

function isNumber(value: unknown, least: number): value is number {
  return typeof value === "number" && value >= least && Number.isFinite(value);
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
