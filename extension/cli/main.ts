/** `awaitscope`: trace a program from a terminal, and look into a trace. */
import { version } from "../../package.json";
import { summarize } from "../trace";
import { parseArguments, USAGE, UsageError, type Command } from "./args";
import { CliError } from "./errors";
import { readTraceFile } from "./readFile";
import { report } from "./report";
import { run } from "./run";
import { styleFor } from "./style";

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
    case "show":
      return show(command.file, command.json);
  }
}

async function show(file: string, json: boolean): Promise<number> {
  const { trace, error } = await readTraceFile(file);
  const nothing = trace.header === undefined;
  if (error !== undefined) complain(`${file}: ${error.message}\n${error.nextStep}`);
  else if (nothing) complain(`${file} ends before anything was recorded.`);
  if (nothing) return 1;
  const text = json
    ? JSON.stringify(summarize(trace), undefined, 2)
    : report(trace, styleFor(process.stdout, process.env));
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
    if (!(error instanceof CliError)) throw error;
    complain(error.message);
    return error.exitCode;
  }
}

// Whoever reads us (`head`, `less`) may have enough before we are done; that is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
void main().then((code) => {
  process.exitCode = code;
});
