/** What comes after a command: its options and the rest, in any order, and what is wrong with them. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { DEFAULT_OPTIONS, strictOptions, type FindingOptions } from "../insights";

export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T & typeof HELP; allowPositionals: true; strict: true }>
>;

const HELP = { help: { type: "boolean", short: "h" } } as const;
export const FLAG = { type: "boolean" } as const;
export const TEXT = { type: "string" } as const;
export const TEXTS = { type: "string", multiple: true } as const;

/** Help is asked for like an option of any command. */
export function readOptions<const T extends Options>(command: string, words: readonly string[], options: T): Parsed<T> {
  let parsed: Parsed<T>;
  try {
    parsed = parseArgs({ args: [...words], options: { ...options, ...HELP }, allowPositionals: true, strict: true });
  } catch (error) {
    throw usageError(command, error);
  }
  for (const [name, value] of Object.entries(parsed.values))
    if ([value].flat().includes("")) throw new UsageError(`--${name} needs a value`);
  return parsed;
}

/** Node's own words are long, and of a library. */
function usageError(command: string, error: unknown): unknown {
  if (!(error instanceof TypeError) || !("code" in error)) return error;
  const [, option = "the option"] = /'(?:-\w, )?(--?[^\s'=]*)/.exec(error.message) ?? [];
  switch (error.code) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION":
      return new UsageError(`${command} has no option ${option}`);
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      return new UsageError(
        error.message.includes("does not take") ? `${option} takes no value` : `${option} needs a value`,
      );
    default:
      return error;
  }
}

/** What findings report, as in the setting `awaitscope.findings`; a script wants to know what is wrong in it. */
export function findingsOf(text: string | undefined): FindingOptions {
  if (text === undefined) return DEFAULT_OPTIONS;
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

/** `20` or `20%`. */
export function percentOf(text: string): number {
  const percent = /^(\d{1,6}(?:\.\d+)?)%?$/.exec(text)?.[1];
  if (percent === undefined) throw new UsageError("--fail-over needs a percentage, such as 20");
  return Number(percent);
}

/** `50ms`, `0.5s` or `0`, in nanoseconds. */
export function timeOf(text: string): number {
  const [, value, unit] = /^(\d{1,6}(?:\.\d+)?)(ms|s)$/.exec(text === "0" ? "0s" : text) ?? [];
  if (value === undefined) throw new UsageError("--ignore needs a time, such as 50ms or 1s");
  return Number(value) * (unit === "s" ? 1e9 : 1e6);
}

/** A size the runtime takes, at least a million bytes: `200M`, `1G`. */
export function sizeOf(text: string): string {
  const [, digits, unit] = /^(\d{1,12})([KMG]?)$/i.exec(text) ?? [];
  const bytes = Number(digits) * { "": 1, K: 1e3, M: 1e6, G: 1e9 }[(unit ?? "").toUpperCase() as "" | "K" | "M" | "G"];
  if (!(bytes >= 1e6)) throw new UsageError("--limit needs a size of at least 1M, such as 200M or 1G");
  return text;
}
