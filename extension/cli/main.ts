/** `awaitscope`: trace a program from a terminal, and look into a trace. */
import { version } from "../../package.json";
import { findAll, summarizeFound, type FindingOptions } from "../insights";
import { attach } from "./attach";
import { parseArguments, type Command } from "./args";
import { diff } from "./diff";
import { CliError, systemReason } from "./errors";
import { exportChrome, exportGzip, exportHtml } from "./export";
import { readTraceFile } from "./readFile";
import { report } from "./report";
import { run } from "./run";
import { UsageError } from "./options";
import { pythonParser, sourcesOf } from "./sources";
import { styleFor } from "./style";
import { USAGE } from "./usage";
import { askWhatIf } from "./whatIf";

const EXPORTS = { chrome: exportChrome, html: exportHtml, gzip: exportGzip } as const;

async function obey(command: Command): Promise<number> {
  switch (command.kind) {
    case "help":
      process.stdout.write(USAGE);
      return 0;
    case "version":
      process.stdout.write(`${version}\n`);
      return 0;
    case "run":
      return run(command.run);
    case "attach":
      return attach(command.attach);
    case "show":
      return show(command.file, command.json, command.findings);
    case "diff":
      return diff(command.diff);
    case "what-if":
      return askWhatIf(command.whatIf);
    case "export":
      return EXPORTS[command.export.as](command.export);
  }
}

async function show(file: string, json: boolean, options: FindingOptions): Promise<number> {
  const { trace, error } = await readTraceFile(file);
  const nothing = trace.header === undefined;
  if (error !== undefined) complain(`${file}: ${error.message}\n${error.nextStep}`);
  else if (nothing) complain(`${file} ends before anything was recorded.`);
  if (nothing) return 1;
  const found = await findAll(trace, options, sourcesOf(trace), pythonParser);
  const text = json
    ? JSON.stringify(summarizeFound(trace, found), undefined, 2)
    : report(trace, styleFor(process.stdout, process.env), undefined, found);
  process.stdout.write(`${text}\n`);
  return error === undefined ? 0 : 1;
}

function complain(message: string): void {
  process.stderr.write(`awaitscope: ${message}\n`);
}

async function main(): Promise<number> {
  try {
    return await obey(parseArguments(process.argv.slice(2)));
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`${error.message}.\n\n${USAGE}`);
      return 2;
    }
    if (isOutputError(error)) return endOfOutput(error);
    if (!(error instanceof CliError)) throw error;
    complain(error.message);
    return error.exitCode;
  }
}

/** Writing to a file fails at once, to a pipe later, as an event. */
function isOutputError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && error.syscall === "write";
}

function endOfOutput(error: NodeJS.ErrnoException): number {
  // Whoever reads us (`head`, `less`) may have enough before we are done; that is no error.
  if (error.code === "EPIPE") return 0;
  complain(`Cannot write the output: ${systemReason(error)}.`);
  return 1;
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(endOfOutput(error)));
// Nobody is left to be told.
process.stderr.on("error", () => process.exit());
void main().then((code) => {
  process.exitCode = code;
});
