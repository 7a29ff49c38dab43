/** What is shown inline on a line, in whole sentences: for ears, and for eyes that do not know the signs. Pure. */
import { formatDuration } from "../trace";
import type { PlacedSite } from "./annotations";
import type { DocumentTrace } from "./documentTraces";
import { titleOf } from "./foundHere";
import { groupText } from "./groupWords";
import type { StandMark } from "./standWords";
import { formatShare, functionName, oneLine, plural } from "./words";

export interface StandFacts {
  readonly marks: readonly StandMark[];
  /** The marks are of the time cursor; undefined: of now. */
  readonly time: number | undefined;
}

/** `line` is 0-based. */
export function lineWords(line: number, traced: DocumentTrace | undefined, { marks, time }: StandFacts): string {
  const sentences: string[] = [];
  const isHere = (one: { readonly line: number }): boolean => one.line === line;
  if (traced !== undefined) {
    const { trace, facts } = traced;
    for (const { title } of traced.lenses().filter(isHere)) sentences.push(`${spoken(title)}.`);
    for (const site of facts.sites.filter(isHere)) sentences.push(siteWords(site));
    for (const { callee, waiting, ready } of facts.outers.filter(isHere))
      sentences.push(`${formatDuration(waiting + ready)} in all in ${oneLine(callee.name)}.`);
    for (const { finding } of traced.findings.filter(isHere))
      sentences.push(`${titleOf(finding, trace)}. ${finding.certainty}.`);
    for (const group of facts.groups.filter(isHere)) sentences.push(`${spoken(groupText(trace, group))}.`);
  }
  for (const { tasks } of marks.filter(isHere)) sentences.push(`${when(time)} ${tasks.join(", ")}.`);
  const edited = traced?.edited === true ? ", or the line was edited since" : "";
  const what = sentences.length === 0 ? `Nothing was traced here${edited}.` : sentences.join(" ");
  return `Line ${line + 1}. ${what}`;
}

function siteWords({ function: name, kinds, count, tasks, total, max, waiting, ready }: PlacedSite): string {
  const long = count === 1 ? formatDuration(total) : `${formatDuration(total)} in all, longest ${formatDuration(max)}`;
  const share = `${formatShare(waiting, total)} waiting, ${formatShare(ready, total)} ready`;
  const who = `reached ${plural(count, "time")} by ${plural(tasks, "task")}`;
  return `Await of ${kinds.join(", ")} in ${oneLine(functionName(name))}: ${who}; ${long}; ${share}.`;
}

/** Without the signs that a lens or an annotation is made of. */
function spoken(text: string): string {
  return text.replaceAll(" · ", ", ").replaceAll("Σ", "in all").replaceAll("≈", "about");
}

function when(time: number | undefined): string {
  return time === undefined ? "Now" : `At the time cursor, ${formatDuration(time)}:`;
}
