/** Findings at the lines they are about: a line over the code, and what to do in a hover. Pure. */
import { RULES, type Finding, type Severity } from "../insights";
import { InternalCommand } from "../keys";
import type { Site, Trace } from "../trace";
import type { TraceView } from "../traceView";
import type { Placed } from "./annotations";
import { commandLink, escapeMarkdown, formatCount } from "./words";

export interface SiteFinding {
  readonly site: Site;
  readonly finding: Finding;
}
export type PlacedFinding = Placed<SiteFinding>;

/** Hints are told in the hover and the Problems panel: a lens moves the code, which they are not worth. */
const ICONS: Readonly<Record<Severity, string | undefined>> = {
  error: "$(error)",
  warning: "$(warning)",
  info: "$(info)",
  hint: undefined,
};
const LONGEST_TITLE = 120;
const MOST_EVIDENCE = 3;
const LONGEST_EVIDENCE = 200;
/** What is left free on either side of what was found when a link shows it, and at least, in nanoseconds. */
const MARGIN = 0.5;
const LEAST_MARGIN = 1_000_000;

export interface FindingLens {
  readonly line: number;
  readonly title: string;
  /** What the first of them is about. */
  readonly view: TraceView;
}

/** One a line, with its most severe finding. */
export function findingLenses(found: readonly PlacedFinding[], trace: Trace): readonly FindingLens[] {
  const lines = new Map<number, Finding[]>();
  for (const { line, finding } of found) {
    if (ICONS[finding.severity] === undefined) continue;
    const known = lines.get(line);
    if (known === undefined) lines.set(line, [finding]);
    else known.push(finding);
  }
  return [...lines].map(([line, [first, ...more]]) => {
    const others = more.length === 0 ? "" : ` · ${formatCount(more.length)} more`;
    return {
      line,
      title: `${ICONS[first!.severity] ?? ""} ${titleOf(first!, trace)}${others}`,
      view: viewOf(first!, trace),
    };
  });
}

/**
 * "blocked-loop: time.sleep() held the loop for 0.4 s"; while it does, "blocked-loop now: time.sleep() holds the loop". For
 * how long by now it does not say: VS Code asks for lenses only now and then, and the mark of the line counts. Names come
 * from the trace: no icons in them.
 */
export function titleOf({ rule, message, ongoing }: Finding, { complete, truncated }: Trace): string {
  const now = complete || truncated ? undefined : ongoing;
  const text = `${rule}${now === undefined ? "" : " now"}: ${(now ?? message).replace(/[\s\p{C}]+/gu, " ").replaceAll("$(", "$ (")}`;
  return text.length > LONGEST_TITLE ? `${text.slice(0, LONGEST_TITLE)}…` : text;
}

/** What the Problems panel does not say, which shows its message in the same hover: why it matters, and what to do. */
export function findingStory({ finding }: SiteFinding, trace: Trace): string {
  const { rule, tasks } = finding;
  // Evidence with a place in the source is below that message, as links.
  const rest = finding.evidence.filter(({ site }) => site === undefined).slice(0, MOST_EVIDENCE);
  const facts = rest.map(({ label }) => `- ${escapeMarkdown(label.slice(0, LONGEST_EVIDENCE))}`).join("\n");
  const explanation = RULES.find(({ id }) => id === rule)?.explanation;
  const words = explanation === undefined ? [] : [explanation.why, explanation.fix];
  const names = tasks.slice(0, 3).map((id) => escapeMarkdown(trace.task(id)?.name ?? `task ${id}`));
  const links = [commandLink("$(graph) Show in timeline", InternalCommand.showVisit, viewOf(finding, trace))];
  const [first] = tasks;
  if (first !== undefined) links.push(commandLink(names[0] ?? "", InternalCommand.showTask, first));
  const advice = `**${escapeMarkdown(rule)}**: ${words.map(escapeMarkdown).join(" ")}`;
  return [advice, facts, links.join(" · ")].filter((part) => part !== "").join("\n\n");
}

function viewOf({ at, cost, tasks }: Finding, trace: Trace): TraceView {
  const margin = Math.max(LEAST_MARGIN, Math.min(cost, trace.end) * MARGIN);
  const [task] = tasks;
  return {
    from: at - margin,
    to: at + cost + margin,
    cursor: at,
    ...(task !== undefined && { chosen: { kind: "task", task } }),
  };
}
