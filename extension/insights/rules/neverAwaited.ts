import { siteKey, type NeverAwaited } from "../../trace";
import type { Rule } from "../types";
import { place } from "../words";

export const neverAwaited: Rule = {
  id: "never-awaited",
  explanation: {
    what: "A coroutine function was called, but its coroutine was dropped without ever being awaited.",
    why: "Nothing of it ran: calling an async function only makes a coroutine.",
    fix: "Write await before the call, or hand the coroutine to asyncio.create_task or a TaskGroup.",
  },
  find(trace) {
    const bySite = new Map<string, NeverAwaited[]>();
    for (const dropped of trace.neverAwaited) {
      const key = `${dropped.code?.name ?? ""} ${dropped.site === undefined ? "" : siteKey(dropped.site)}`;
      const same = bySite.get(key);
      if (same === undefined) bySite.set(key, [dropped]);
      else same.push(dropped);
    }
    return [...bySite.values()].flatMap((dropped) => {
      const [first] = dropped;
      if (first === undefined) return [];
      const name = first.code?.name ?? "a coroutine";
      const times = dropped.length === 1 ? "" : ` (${dropped.length} times)`;
      const file = first.code?.file;
      const def = file?.user === true && first.code !== undefined && first.code.line > 0;
      const site = first.site;
      return {
        rule: "never-awaited",
        severity: "error",
        certainty: "Certain: Python dropped the coroutine before it had begun",
        message: `${name}() was called and never awaited: none of it ran${times}`,
        site,
        tasks: [],
        at: first.at,
        cost: 0,
        evidence: [
          { label: `dropped${site === undefined ? "" : ` at ${place(site)}`}`, at: first.at, ...(site && { site }) },
          ...(def
            ? [{ label: `async def ${name}`, site: { file: file.path, line: first.code.line, ...NO_RANGE } }]
            : []),
        ],
        ...(site === undefined ? {} : { fix: { kind: "await", sites: [site] } }),
      } as const;
    });
  },
};

const NO_RANGE = { column: undefined, endLine: undefined, endColumn: undefined };
