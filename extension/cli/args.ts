/** The command line, understood but not yet obeyed. */
import type { FindingOptions } from "../insights";
import type { Limit } from "../trace";
import { findingsOf, FLAG, percentOf, readOptions, sizeOf, TEXT, timeOf, UsageError } from "./options";
import { parseWhatIf, type WhatIfCommand } from "./whatIfArgs";

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "run"; readonly run: RunCommand }
  | { readonly kind: "attach"; readonly attach: AttachCommand }
  | { readonly kind: "show"; readonly file: string; readonly json: boolean; readonly findings: FindingOptions }
  | { readonly kind: "diff"; readonly diff: DiffCommand }
  | { readonly kind: "what-if"; readonly whatIf: WhatIfCommand }
  | { readonly kind: "export"; readonly export: ExportCommand };

const EXPORT_FORMS = ["chrome", "html", "gzip"] as const;
type ExportForm = (typeof EXPORT_FORMS)[number];

export interface ExportCommand {
  readonly file: string;
  readonly as: ExportForm;
  readonly out: string;
  /** Of a web page, which has them. */
  readonly findings: FindingOptions;
}

export interface RunCommand {
  /** `--python`; undefined: look for one. */
  readonly python: string | undefined;
  /** `--out`; undefined: called as the program, in the current folder. */
  readonly out: string | undefined;
  /** `--limit`; undefined: the runtime's. */
  readonly limit: string | undefined;
  readonly quiet: boolean;
  readonly findings: FindingOptions;
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
  readonly findings: FindingOptions;
}

export interface DiffCommand {
  readonly before: string;
  readonly after: string;
  readonly json: boolean;
  /** `--fail-over`, `--ignore`; undefined: never fail. */
  readonly limit: Limit | undefined;
}

/** What two runs of the same program differ by without anybody's doing. */
const NOISE = 10_000_000;

const PYTHON_FLAGS = /^-[bBdEIOPqRsSuvx]+$/;
const PYTHON_VALUES = /^-([WX])(.*)$/s;
/** Options of each command; `run` reads its own. */
const ATTACH = { python: TEXT, out: TEXT, for: TEXT, quiet: FLAG, findings: TEXT };
const SHOW = { json: FLAG, findings: TEXT };
const DIFF = { json: FLAG, "fail-over": TEXT, ignore: TEXT };
const EXPORT = { chrome: TEXT, html: TEXT, gzip: TEXT, findings: TEXT };
const HELP = { kind: "help" } as const;

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
    case "what-if": {
      const whatIf = parseWhatIf(rest);
      return whatIf === undefined ? HELP : { kind: "what-if", whatIf };
    }
    case "export":
      return parseExport(rest);
    case "--help":
    case "-h":
    case "help":
      return HELP;
    case "--version":
    case "-V":
      return { kind: "version" };
    case undefined:
      throw new UsageError("what shall be done? There are six commands: run, attach, show, diff, what-if and export");
    default:
      throw new UsageError(`there is no command ${command}`);
  }
}

/** By hand: what follows the program is the program's own, and Python has options in ways of its own. */
function parseRun(words: readonly string[]): Command {
  let python: string | undefined;
  let out: string | undefined;
  let limit: string | undefined;
  let quiet = false;
  let children = false;
  let findings: string | undefined;
  const pythonOptions: string[] = [];
  const finish = (target: RunCommand["target"], args: readonly string[]): Command => ({
    kind: "run",
    run: { python, out, limit, quiet, findings: findingsOf(findings), children, pythonOptions, target, args },
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
    if (name === "--help" || word === "-h") return HELP;
    if (name === "--python") python = value();
    else if (name === "--out") out = value();
    else if (name === "--limit") limit = sizeOf(value());
    else if (name === "--findings") findings = value();
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
  const { values, positionals } = readOptions("attach", words, ATTACH);
  if (values.help === true) return HELP;
  const [pid = "", ...others] = positionals;
  if (!/^[1-9]\d*$/.test(pid)) throw new UsageError("attach needs the number of a process");
  if (others.length > 0) throw new UsageError("attach takes one process at a time");
  const { python, out, for: seconds, quiet = false } = values;
  if (seconds !== undefined && !/^\d+(\.\d+)?$/.test(seconds)) throw new UsageError("--for needs a number of seconds");
  const findings = findingsOf(values.findings);
  const until = seconds === undefined ? undefined : Number(seconds);
  return { kind: "attach", attach: { pid: Number(pid), python, out, seconds: until, quiet, findings } };
}

function parseShow(words: readonly string[]): Command {
  const { values, positionals } = readOptions("show", words, SHOW);
  if (values.help === true) return HELP;
  const [file, ...others] = positionals;
  if (file === undefined) throw new UsageError("show needs a trace: FILE.awaitscope");
  if (others.length > 0) throw new UsageError("show takes one trace at a time");
  return { kind: "show", file, json: values.json === true, findings: findingsOf(values.findings) };
}

function parseDiff(words: readonly string[]): Command {
  const { values, positionals } = readOptions("diff", words, DIFF);
  if (values.help === true) return HELP;
  const { "fail-over": percent, ignore, json = false } = values;
  const [before, after, ...others] = positionals;
  if (before === undefined || after === undefined || others.length > 0)
    throw new UsageError("diff needs two traces: BEFORE.awaitscope AFTER.awaitscope");
  const noise = ignore === undefined ? NOISE : timeOf(ignore);
  if (percent === undefined && ignore !== undefined) throw new UsageError("--ignore needs --fail-over");
  const limit = percent === undefined ? undefined : { percent: percentOf(percent), ignore: noise };
  return { kind: "diff", diff: { before, after, json, limit } };
}

function parseExport(words: readonly string[]): Command {
  const { values, positionals } = readOptions("export", words, EXPORT);
  if (values.help === true) return HELP;
  const [as, ...more] = EXPORT_FORMS.filter((form) => values[form] !== undefined);
  const out = as && values[as];
  if (as === undefined || out === undefined)
    throw new UsageError("export needs --chrome OUT.json, --html OUT.html or --gzip OUT.awaitscope.gz");
  if (more.length > 0) throw new UsageError("export writes one file at a time");
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError("export needs one trace: FILE.awaitscope");
  if (as !== "html" && values.findings !== undefined) throw new UsageError("--findings needs --html");
  return { kind: "export", export: { file, as, out, findings: findingsOf(values.findings) } };
}

/** `--name=value` in two; anything else whole. */
function splitOption(word: string): readonly [name: string, value: string | undefined] {
  const at = word.startsWith("--") ? word.indexOf("=") : -1;
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}
