import { functionName, namesCalled, unawaitedCalls } from "../../syntax";
import { siteKey, type NeverAwaited, type Site } from "../../trace";
import { siteOf } from "../suspects";
import type { Evidence, Facts, Found, Rule } from "../types";
import { place } from "../words";

export const neverAwaited: Rule = {
  id: "never-awaited",
  explanation: {
    what: "A coroutine function was called, but its coroutine was dropped without ever being awaited.",
    why: "Nothing of it ran: calling an async function only makes a coroutine.",
    fix: "Write await before the call, or hand the coroutine to asyncio.create_task or a TaskGroup.",
  },
  files: (trace) => [...new Set(trace.neverAwaited.flatMap(filesOf))],
  find(trace, facts) {
    const bySite = new Map<string, NeverAwaited[]>();
    for (const dropped of trace.neverAwaited) {
      const key = `${dropped.code?.name ?? ""} ${dropped.site === undefined ? "" : siteKey(dropped.site)}`;
      const same = bySite.get(key);
      if (same === undefined) bySite.set(key, [dropped]);
      else same.push(dropped);
    }
    return [...bySite.values()].map((all) => tell(facts, all));
  },
};

function tell(facts: Facts, all: readonly NeverAwaited[]): Found {
  const { code, site: dropped, at } = all[0]!;
  const name = code?.name ?? "a coroutine";
  const made = madeElsewhere(facts, all[0]!);
  const site = made ?? dropped;
  const evidence: Evidence[] = made === undefined ? [] : [{ label: `made at ${place(made)}`, site: made }];
  evidence.push({
    label: `dropped${dropped === undefined ? "" : ` at ${place(dropped)}`}`,
    at,
    ...(dropped === undefined ? {} : { site: dropped }),
  });
  if (code?.file?.user === true && code.line > 0)
    evidence.push({ label: `async def ${name}`, site: { file: code.file.path, line: code.line, ...NO_RANGE } });
  return {
    rule: "never-awaited",
    severity: "error",
    certainty: `Certain: Python dropped the coroutine before it had begun${made === undefined ? "" : "; where it was made is what the source says"}`,
    message: `${name}() was called and never awaited: none of it ran${all.length === 1 ? "" : ` (${all.length} times)`}`,
    site,
    tasks: [],
    at,
    cost: 0,
    evidence,
    ...(site === undefined ? {} : { fix: { kind: "await", sites: [site] } }),
  };
}

/**
 * Python says where a coroutine was dropped. If that is not where it was made, the source may have only one such place, or
 * one in the functions that are called where it was dropped: they returned there.
 */
function madeElsewhere(facts: Facts, dropped: NeverAwaited): Site | undefined {
  const { code, site } = dropped;
  if (code === undefined) return undefined;
  const calls = filesOf(dropped).flatMap((file) => {
    const source = facts.syntax(file);
    return source === undefined ? [] : unawaitedCalls(source, code.name).map((node) => ({ source, file, node }));
  });
  const isThere = calls.some(({ source, file, node }) => file === site?.file && isOn(site, source.range(node).line));
  if (isThere) return undefined;
  const source = site && facts.syntax(site.file);
  const called = source === undefined ? NOTHING : namesCalled(source, (line) => isOn(site, line));
  const returned = calls.filter((call) => called.has(functionName(call.source, call.node) ?? ""));
  const [only] = calls.length === 1 ? calls : returned.length === 1 ? returned : [];
  return only && siteOf(only.source, only.file, only.node);
}

function isOn(site: Site | undefined, line: number): boolean {
  return site !== undefined && site.line <= line && line <= (site.endLine ?? site.line);
}

/** Where it may have been made. */
function filesOf({ code, site }: NeverAwaited): readonly string[] {
  const own = code?.file?.user === true ? [code.file.path] : [];
  return [...new Set(site === undefined ? own : [site.file, ...own])];
}

const NOTHING: ReadonlySet<string> = new Set();
const NO_RANGE = { column: undefined, endLine: undefined, endColumn: undefined };
