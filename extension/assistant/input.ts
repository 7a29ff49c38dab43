/** What a language model asks for, read with care: it may write anything. */

export interface TraceInput {
  readonly file: string;
  readonly args: readonly string[];
  /** The program is stopped after so many. */
  readonly seconds: number;
}

const DEFAULT_SECONDS = 60;
const MOST_SECONDS = 600;
const MOST_ARGUMENTS = 100;
const LONGEST_ARGUMENT = 10_000;

/** Throws what the model reads, and may put right. */
export function readTraceInput(input: unknown): TraceInput {
  const { file, arguments: args = [], seconds = DEFAULT_SECONDS } = isRecord(input) ? input : {};
  if (!isArgument(file) || file === "") throw new Error("file must be the path of a Python file.");
  if (!Array.isArray(args) || args.length > MOST_ARGUMENTS || !args.every(isArgument))
    throw new Error("arguments must be a list of strings.");
  if (typeof seconds !== "number" || !(seconds >= 1 && seconds <= MOST_SECONDS))
    throw new Error(`seconds must be a number from 1 to ${MOST_SECONDS}.`);
  return { file, args, seconds };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isArgument(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_ARGUMENT && !value.includes("\0");
}
