/** `awaitscope what-if`: how long a recorded run would have taken, with a change. */
import { writeFile } from "node:fs/promises";
import { formatChange, formatDuration, readTrace, summarize, type Trace } from "../trace";
import {
  atOnce,
  filesCalled,
  linesText,
  NoEffect,
  projectedTrace,
  whatIfNow,
  type Change,
  type Lines,
  type WhatIf,
} from "../whatif";
import { CliError, systemReason } from "./errors";
import { readTraceFile } from "./readFile";
import { programName } from "./report";
import { styleFor, type Style } from "./style";
import { printable, short } from "./text";
import type { AskedChange, AskedPlace, WhatIfCommand } from "./whatIfArgs";

export async function askWhatIf({ file, changes, json, out }: WhatIfCommand): Promise<number> {
  const { trace, error } = await readTraceFile(file);
  if (error !== undefined) throw new CliError(`${file}: ${error.message} ${error.nextStep}`);
  if (trace.header === undefined) throw new CliError(`${file} ends before anything was recorded.`);
  const known = changes.map((change) => located(trace, change));
  const result = answer(trace, known);
  if (out !== undefined) await save(out, file, result);
  const text = json
    ? JSON.stringify(whatIfDocument(known, result), undefined, 2)
    : whatIfReport(trace, result, styleFor(process.stdout, process.env));
  process.stdout.write(`${text}\n`);
  return 0;
}

function answer(trace: Trace, changes: readonly Change[]): WhatIf {
  try {
    return whatIfNow(trace, changes);
  } catch (error) {
    if (!(error instanceof NoEffect)) throw error;
    throw new CliError(printable(error.message));
  }
}

async function save(out: string, file: string, result: WhatIf): Promise<void> {
  if (out === file) throw new CliError(`${out} is the trace itself. Name another file after --out.`);
  try {
    await writeFile(out, atOnce(projectedTrace(result)));
  } catch (fault) {
    throw new CliError(`${out} could not be written: ${systemReason(fault)}. Name another file after --out.`);
  }
}

function located(trace: Trace, change: AskedChange): Change {
  switch (change.kind) {
    case "faster":
      return { kind: "faster", lines: linesAt(trace, change.place), percent: change.percent };
    case "unblock":
      return { kind: "unblock", lines: linesAt(trace, change.place) };
    case "limit":
      return { kind: "limit", lines: linesAt(trace, change.place), limit: change.limit };
    case "concurrent":
      return { kind: "concurrent", lines: change.places.map((place) => linesAt(trace, place)) };
  }
}

function linesAt(trace: Trace, { file, ...lines }: AskedPlace): Lines {
  const [path, ...others] = filesCalled(trace, file);
  if (path === undefined) throw new CliError(`Nothing of ${file} ran in this trace.`);
  if (others.length > 0)
    throw new CliError(`${file} may be ${[path, ...others].map(printable).join(" or ")}: name its folder, too.`);
  return { file: path, ...lines };
}

export function whatIfReport(trace: Trace, result: WhatIf, style: Style): string {
  const { recorded, projected, headline, assumptions } = result;
  return [
    `${style.strong(short(printable(programName(trace))))}: ${style.strong(printable(headline))} (${formatChange(recorded, projected)}).`,
    "",
    "This is a model's answer. It assumes:",
    ...assumptions.map((one) => style.faint(`  - ${printable(one)}`)),
    "",
    style.faint(`Run again without a change, the model takes ${formatDuration(result.modelled)}.`),
  ].join("\n");
}

/** docs/summary-format.md is its contract. */
export function whatIfDocument(changes: readonly Change[], result: WhatIf): object {
  const ms = (ns: number): number => Math.round(ns / 1e3) / 1e3;
  return {
    format: "awaitscope-what-if",
    version: 1,
    changes: changes.map(({ kind, ...change }) => ({
      kind,
      sites: ("lines" in change ? [change.lines].flat() : []).map(linesText),
      percent: "percent" in change ? change.percent : null,
      limit: "limit" in change ? change.limit : null,
    })),
    recorded_ms: ms(result.recorded),
    projected_ms: ms(result.projected),
    modelled_ms: ms(result.modelled),
    headline: result.headline,
    assumptions: result.assumptions,
    tasks: summarize(readTrace(atOnce(projectedTrace(result)))).tasks,
  };
}
