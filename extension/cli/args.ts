/** The command line, understood but not yet obeyed. */
import { DEFAULT_OPTIONS, strictOptions, type FindingOptions } from "../insights";
import type { Limit } from "../trace";

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "run"; readonly run: RunCommand }
  | { readonly kind: "attach"; readonly attach: AttachCommand }
  | { readonly kind: "show"; readonly file: string; readonly json: boolean; readonly findings: FindingOptions }
  | { readonly kind: "diff"; readonly diff: DiffCommand }
  | { readonly kind: "what-if"; readonly whatIf: WhatIfCommand }
  | { readonly kind: "export"; readonly file: string; readonly as: ExportForm; readonly out: string };

const EXPORT_FORMS = ["chrome", "html", "gzip"] as const;
type ExportForm = (typeof EXPORT_FORMS)[number];

export interface RunCommand {
  /** `--python`; undefined: look for one. */
  readonly python: string | undefined;
  /** `--out`; undefined: called as the program, in the current folder. */
  readonly out: string | undefined;
  /** `--limit`; undefined: the runtime's. */
  readonly limit: string | undefined;
  readonly quiet: boolean;
  /** Trace child processes too. */
  readonly children: boolean;
  /** Python's own options: `-W error`, `-X dev`, `-O` … */
  readonly pythonOptions: readonly string[];
  readonly target: { readonly file: string } | { readonly module: string };
  readonly args: readonly string[];
}

export interface AttachCommand {
  readonly pid: number;
  /** `--python`; undefined: the program's own. */
  readonly python: string | undefined;
  /** `--out`; undefined: named by the process, in the current folder. */
  readonly out: string | undefined;
  /** `--for`; undefined: until Ctrl+C. */
  readonly seconds: number | undefined;
  readonly quiet: boolean;
}

export interface DiffCommand {
  readonly before: string;
  readonly after: string;
  readonly json: boolean;
  /** `--fail-over`, `--ignore`; undefined: never fail. */
  readonly limit: Limit | undefined;
}

export interface WhatIfCommand {
  readonly file: string;
  readonly changes: readonly AskedChange[];
  readonly json: boolean;
  /** `--out`; undefined: the projected run is not saved. */
  readonly out: string | undefined;
}

/** A place as it was typed: `FILE:LINE[-LINE][:COLUMN]`. */
export interface AskedPlace {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly column: number | undefined;
}

export type AskedChange =
  | { readonly kind: "faster"; readonly place: AskedPlace; readonly percent: number }
  | { readonly kind: "concurrent"; readonly places: readonly AskedPlace[] }
  | { readonly kind: "unblock"; readonly place: AskedPlace }
  | { readonly kind: "limit"; readonly place: AskedPlace; readonly limit: number };

/** What two runs of the same program differ by without anybody's doing. */
const NOISE = 10_000_000;

export class UsageError extends Error {}

export const USAGE = `Usage:
  awaitscope run [--python PY] [--out FILE] [--limit SIZE] [--quiet] [--children] [PYTHON OPTIONS] (FILE.py | -m MODULE) [ARGS…]
  awaitscope attach PID [--python PY] [--out FILE] [--quiet] [--for SECONDS]
  awaitscope show FILE [--json] [--findings JSON]
  awaitscope diff BEFORE AFTER [--json] [--fail-over PERCENT [--ignore TIME]]
  awaitscope what-if FILE CHANGE… [--json] [--out FILE]
  awaitscope export (--chrome OUT.json | --html OUT.html | --gzip OUT.awaitscope.gz) FILE
  awaitscope --help | --version

run   runs an asyncio program as Python would, records it to FILE (default: its name with .awaitscope) and
      says on stderr what its tasks did; the exit code is the program's.
        --python PY      the Python to run it with, 3.10 or newer (default: $VIRTUAL_ENV, ./.venv, python3)
        --out FILE       where to save the trace
        --limit SIZE     how long it may grow, such as 200M; then it keeps the newest steps (default: 1G)
        --quiet          say nothing about the trace
        --children       trace child processes too, each into a file of its own
        PYTHON OPTIONS   such as -W error, -X dev, -O, -u
attach  traces a program that runs already, on Python 3.14 or newer, until Ctrl+C
        --for SECONDS    or until then
show  says what the tasks of a saved trace did
        --json           as JSON, for scripts
        --findings JSON  what findings report, as in the setting awaitscope.findings: '{"off": ["starved"], "costMs": 20}'
diff  says what became slower or faster from one trace to another, at each await
        --json           as JSON, for scripts
        --fail-over PCT  the exit code is 1 if the run, or any await, became slower by more than so many percent
        --ignore TIME    what grew by less is noise, such as 50ms or 1s (default: 10ms)
what-if  runs a saved trace again in the mind, with changes, and says how long it would have taken. SITE is FILE.py:LINE;
      FILE.py:LINE-LINE stands for all awaits on these lines
        --faster SITE=PCT  what is awaited there, or holds the loop there, takes so many percent less
        --concurrent SITE  the rounds of an await begin together, or the awaits of several lines (or of several options)
        --unblock SITE     what holds the loop there runs in a thread
        --limit SITE=N     at most N tasks that are created or awaited there, or places of a semaphore, at once
        --json             as JSON, for scripts
        --out FILE         save the projected run as a trace, to look at in the timeline
export  writes a saved trace in another form
        --chrome OUT     as Chrome JSON, which Perfetto opens: a track a task, an arrow a wake
        --html OUT       as one web page with the timeline in it, which works offline
        --gzip OUT       compressed; every command and the timeline read it as it is
`;

const PYTHON_FLAGS = /^-[bBdEIOPqRsSuvx]+$/;
const PYTHON_VALUES = /^-([WX])(.*)$/s;

export function parseArguments(words: readonly string[]): Command {
  const [command, ...rest] = words;
  switch (command) {
    case "run":
      return parseRun(rest);
    case "attach":
      return parseAttach(rest);
    case "show":
      return parseShow(rest);
    case "diff":
      return parseDiff(rest);
    case "what-if":
      return parseWhatIf(rest);
    case "export":
      return parseExport(rest);
    case "--help":
    case "-h":
    case "help":
      return { kind: "help" };
    case "--version":
    case "-V":
      return { kind: "version" };
    case undefined:
      throw new UsageError("what shall be done? There are six commands: run, attach, show, diff, what-if and export");
    default:
      throw new UsageError(`there is no command ${command}`);
  }
}

function parseRun(words: readonly string[]): Command {
  let python: string | undefined;
  let out: string | undefined;
  let limit: string | undefined;
  let quiet = false;
  let children = false;
  const pythonOptions: string[] = [];
  const finish = (target: RunCommand["target"], args: readonly string[]): Command => ({
    kind: "run",
    run: { python, out, limit, quiet, children, pythonOptions, target, args },
  });
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const [name, given] = splitOption(word);
    const value = (): string => {
      const text = given ?? words[++i];
      if (text === undefined || text === "") throw new UsageError(`${name} needs a value`);
      return text;
    };
    const withValue = PYTHON_VALUES.exec(word);
    if (name === "--help" || word === "-h") return { kind: "help" };
    if (name === "--python") python = value();
    else if (name === "--out") out = value();
    else if (name === "--limit") limit = sizeOf(value());
    else if (word === "--quiet") quiet = true;
    else if (word === "--children") children = true;
    else if (word === "-m") return finish({ module: value() }, words.slice(i + 1));
    else if (word === "--") {
      const file = words[i + 1];
      if (file === undefined) break;
      return finish({ file }, words.slice(i + 2));
    } else if (withValue !== null) pythonOptions.push(withValue[2] === "" ? `-${withValue[1] ?? ""}${value()}` : word);
    else if (PYTHON_FLAGS.test(word)) pythonOptions.push(word);
    else if (word === "-c" || word === "-") throw new UsageError(`the program must be a file or a module, not ${word}`);
    else if (word.startsWith("-")) throw new UsageError(`run has no option ${word}`);
    else return finish({ file: word }, words.slice(i + 1));
  }
  throw new UsageError("run needs a program: FILE.py or -m MODULE");
}

function parseAttach(words: readonly string[]): Command {
  let [python, out, seconds]: (string | undefined)[] = [];
  let quiet = false;
  const pids: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const [name, given] = splitOption(word);
    const value = (): string => {
      const text = given ?? words[++i];
      if (text === undefined || text === "") throw new UsageError(`${name} needs a value`);
      return text;
    };
    if (name === "--help" || word === "-h") return { kind: "help" };
    if (name === "--python") python = value();
    else if (name === "--out") out = value();
    else if (name === "--for") seconds = value();
    else if (word === "--quiet") quiet = true;
    else if (word.startsWith("-")) throw new UsageError(`attach has no option ${word}`);
    else pids.push(word);
  }
  const [pid = "", ...others] = pids;
  if (!/^[1-9]\d*$/.test(pid)) throw new UsageError("attach needs the number of a process");
  if (others.length > 0) throw new UsageError("attach takes one process at a time");
  if (seconds !== undefined && !/^\d+(\.\d+)?$/.test(seconds)) throw new UsageError("--for needs a number of seconds");
  const attach = { pid: Number(pid), python, out, seconds: seconds === undefined ? undefined : Number(seconds), quiet };
  return { kind: "attach", attach };
}

function parseShow(words: readonly string[]): Command {
  let json = false;
  let findings = DEFAULT_OPTIONS;
  let options = true;
  const files: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const [name, given] = splitOption(word);
    if (options && word === "--") options = false;
    else if (options && word === "--json") json = true;
    else if (options && name === "--findings") findings = findingsOf(given ?? words[++i] ?? "");
    else if (options && (word === "--help" || word === "-h")) return { kind: "help" };
    else if (options && word.startsWith("-")) throw new UsageError(`show has no option ${word}`);
    else files.push(word);
  }
  const [file, ...others] = files;
  if (file === undefined) throw new UsageError("show needs a trace: FILE.awaitscope");
  if (others.length > 0) throw new UsageError("show takes one trace at a time");
  return { kind: "show", file, json, findings };
}

/** The setting `awaitscope.findings`; a script wants to know what is wrong in it. */
function findingsOf(text: string): FindingOptions {
  let setting: unknown;
  try {
    setting = JSON.parse(text);
  } catch {
    throw new UsageError(`--findings needs JSON, such as '{"off": ["starved"], "costMs": 20}'`);
  }
  const options = strictOptions(setting);
  if (typeof options === "string") throw new UsageError(`--findings: ${options}`);
  return options;
}

function parseDiff(words: readonly string[]): Command {
  let json = false;
  let [percent, ignore]: (number | undefined)[] = [];
  const files: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const [name, given] = splitOption(word);
    if (name === "--help" || word === "-h") return { kind: "help" };
    if (word === "--json") json = true;
    else if (name === "--fail-over") percent = percentOf(given ?? words[++i] ?? "");
    else if (name === "--ignore") ignore = timeOf(given ?? words[++i] ?? "");
    else if (word.startsWith("-")) throw new UsageError(`diff has no option ${word}`);
    else files.push(word);
  }
  const [before, after, ...others] = files;
  if (before === undefined || after === undefined || others.length > 0)
    throw new UsageError("diff needs two traces: BEFORE.awaitscope AFTER.awaitscope");
  if (percent === undefined && ignore !== undefined) throw new UsageError("--ignore needs --fail-over");
  const limit = percent === undefined ? undefined : { percent, ignore: ignore ?? NOISE };
  return { kind: "diff", diff: { before, after, json, limit } };
}

function parseWhatIf(words: readonly string[]): Command {
  let json = false;
  let out: string | undefined;
  const files: string[] = [];
  const changes: AskedChange[] = [];
  const together: AskedPlace[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    // Only the first "=" is ours: `--limit=app.py:3=5`.
    const [name, given] = splitOption(word);
    const value = (): string => {
      const text = given ?? words[++i];
      if (text === undefined || text === "") throw new UsageError(`${name} needs a value`);
      return text;
    };
    if (name === "--help" || word === "-h") return { kind: "help" };
    if (word === "--json") json = true;
    else if (name === "--out") out = value();
    else if (name === "--concurrent") together.push(placeOf(name, value()));
    else if (name === "--unblock") changes.push({ kind: "unblock", place: placeOf(name, value()) });
    else if (name === "--faster") {
      const [place, percent] = placeWith(name, value(), "50%");
      changes.push({ kind: "faster", place, percent: shareOf(percent) });
    } else if (name === "--limit") {
      const [place, limit] = placeWith(name, value(), "10");
      if (!/^[1-9]\d{0,6}$/.test(limit)) throw new UsageError("--limit needs a number of tasks: app.py:12=10");
      changes.push({ kind: "limit", place, limit: Number(limit) });
    } else if (word.startsWith("-")) throw new UsageError(`what-if has no option ${word}`);
    else files.push(word);
  }
  if (together.length > 0) changes.push({ kind: "concurrent", places: together });
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) throw new UsageError("what-if needs one trace: FILE.awaitscope");
  if (changes.length === 0)
    throw new UsageError("what-if needs a change: --faster, --concurrent, --unblock or --limit");
  return { kind: "what-if", whatIf: { file, changes, json, out } };
}

function placeWith(option: string, text: string, example: string): readonly [place: AskedPlace, value: string] {
  const at = text.lastIndexOf("=");
  if (at < 0) throw new UsageError(`${option} needs a place and a value: app.py:12=${example}`);
  return [placeOf(option, text.slice(0, at)), text.slice(at + 1)];
}

function placeOf(option: string, text: string): AskedPlace {
  const [, file, line, endLine, column] = /^(.+?):(\d{1,9})(?:-(\d{1,9}))?(?::(\d{1,9}))?$/.exec(text) ?? [];
  if (file === undefined || Number(line) === 0)
    throw new UsageError(`${option} needs a place in the source: app.py:12, or app.py:12-14`);
  const first = Number(line);
  const last = endLine === undefined ? first : Number(endLine);
  if (last < first) throw new UsageError(`${option}: the lines ${first}-${last} end before they begin`);
  return { file, line: first, endLine: last, column: column === undefined ? undefined : Number(column) };
}

/** `50` or `50%`; at most all of it. */
function shareOf(text: string): number {
  const percent = /^(\d{1,3}(?:\.\d+)?)%?$/.exec(text)?.[1];
  if (percent === undefined || Number(percent) > 100 || Number(percent) === 0)
    throw new UsageError("--faster needs a percentage above 0 and at most 100: app.py:12=50%");
  return Number(percent);
}

function parseExport(words: readonly string[]): Command {
  let as: ExportForm | undefined;
  let out: string | undefined;
  const files: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const [name, given] = splitOption(word);
    if (name === "--help" || word === "-h") return { kind: "help" };
    const form = EXPORT_FORMS.find((known) => name === `--${known}`);
    if (form !== undefined) {
      if (as !== undefined) throw new UsageError("export writes one file at a time");
      as = form;
      out = given ?? words[++i];
    } else if (word.startsWith("-")) throw new UsageError(`export has no option ${word}`);
    else files.push(word);
  }
  const [file, ...others] = files;
  if (as === undefined || out === undefined || out === "")
    throw new UsageError("export needs --chrome OUT.json, --html OUT.html or --gzip OUT.awaitscope.gz");
  if (file === undefined || others.length > 0) throw new UsageError("export needs one trace: FILE.awaitscope");
  return { kind: "export", file, as, out };
}

/** `20` or `20%`. */
function percentOf(text: string): number {
  const percent = /^(\d{1,6}(?:\.\d+)?)%?$/.exec(text)?.[1];
  if (percent === undefined) throw new UsageError("--fail-over needs a percentage, such as 20");
  return Number(percent);
}

/** `50ms`, `0.5s` or `0`, in nanoseconds. */
function timeOf(text: string): number {
  const [, value, unit] = /^(\d{1,6}(?:\.\d+)?)(ms|s)$/.exec(text === "0" ? "0s" : text) ?? [];
  if (value === undefined) throw new UsageError("--ignore needs a time, such as 50ms or 1s");
  return Number(value) * (unit === "s" ? 1e9 : 1e6);
}

/** A size the runtime takes, at least a million bytes: `200M`, `1G`. */
function sizeOf(text: string): string {
  const [, digits, unit] = /^(\d{1,12})([KMG]?)$/i.exec(text) ?? [];
  const bytes = Number(digits) * { "": 1, K: 1e3, M: 1e6, G: 1e9 }[(unit ?? "").toUpperCase() as "" | "K" | "M" | "G"];
  if (!(bytes >= 1e6)) throw new UsageError("--limit needs a size of at least 1M, such as 200M or 1G");
  return text;
}

/** `--name=value` in two; anything else whole. */
function splitOption(word: string): readonly [name: string, value: string | undefined] {
  const at = word.startsWith("--") ? word.indexOf("=") : -1;
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}
