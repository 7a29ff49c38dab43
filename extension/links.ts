/**
 * Links to a place in a trace: `vscode://awaitscope.awaitscope/open?trace=URI&from=NS&to=NS`, then what else is seen:
 * `&cursor=NS`, `&rangeFrom=NS&rangeTo=NS`, and what is chosen. A task is `&task=N`; other things have `&chosen=KIND`
 * and what tells them from others of their kind, such as `&chosen=group&group=N`.
 */
import type { Chosen, TraceView } from "./traceView";

export const LINK_PATH = "/open";

export function linkQuery(trace: string, { from, to, cursor, range, chosen }: TraceView): string {
  const facts = {
    trace,
    ...wholeNumbers("from", from, "to", to),
    ...(cursor !== undefined && { cursor: Math.round(cursor) }),
    ...(range && wholeNumbers("rangeFrom", range.from, "rangeTo", range.to)),
    ...(chosen && factsOf(chosen)),
  };
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries<string | number | undefined>(facts))
    if (value !== undefined) parameters.set(name, String(value));
  return parameters.toString();
}

/** Outwards: of two times within a nanosecond, a link would lead nowhere. */
function wholeNumbers(first: string, from: number, second: string, to: number): Record<string, number> {
  return { [first]: Math.floor(from), [second]: Math.ceil(to) };
}

function factsOf(chosen: Chosen): Record<string, string | number | undefined> {
  // As links were before anything else could be chosen.
  if (chosen.kind === "task") return { task: chosen.task };
  if (chosen.kind === "site") return { chosen: chosen.kind, ...chosen.site };
  const { kind, ...facts } = chosen;
  return { chosen: kind, ...facts };
}

/** What a link's query says; anyone can write one, so nothing of it is believed. */
export function parseLink(query: string): { readonly trace: string; readonly view: unknown } | undefined {
  const parameters = new URLSearchParams(query);
  const text = (name: string): string | undefined => parameters.get(name) || undefined;
  const number = (name: string): number | undefined => {
    const given = text(name);
    return given === undefined ? undefined : Number(given);
  };
  const numbers = (...names: readonly string[]): Record<string, number | undefined> =>
    Object.fromEntries(names.map((name) => [name, number(name)]));
  const trace = text("trace");
  if (trace === undefined) return undefined;
  const chosen = {
    kind: text("chosen") ?? "task",
    state: text("state"),
    ...numbers("task", "at", "step", "loop", "group", "job"),
    site: { file: text("file"), ...numbers("line", "column", "endLine", "endColumn") },
  };
  const range = { from: number("rangeFrom"), to: number("rangeTo") };
  return { trace, view: { ...numbers("from", "to", "cursor"), range, chosen } };
}
