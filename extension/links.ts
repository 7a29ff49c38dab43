/** Links to a place in a trace: `vscode://awaitscope.awaitscope/open?trace=URI&from=NS&to=NS[&task=N][&cursor=NS]`. */
import type { TraceView } from "./protocol";

export const LINK_PATH = "/open";

export function linkQuery(trace: string, view: TraceView): string {
  const parameters = new URLSearchParams({ trace });
  for (const [name, value] of Object.entries<number>({ ...view })) {
    parameters.set(name, name === "task" ? String(value) : String(Math.round(value)));
  }
  return parameters.toString();
}

/** What a link's query says; anyone can write one, so nothing of it is believed. */
export function parseLink(query: string): { readonly trace: string; readonly view: unknown } | undefined {
  const parameters = new URLSearchParams(query);
  const trace = parameters.get("trace");
  if (trace === null || trace === "") return undefined;
  const number = (name: string): number | undefined => {
    const text = parameters.get(name);
    return text === null || text === "" ? undefined : Number(text);
  };
  return {
    trace,
    view: { from: number("from"), to: number("to"), task: number("task"), cursor: number("cursor") },
  };
}
