/** What a language model may do where programs run: trace a file, after somebody said yes. */
import { isAbsolute } from "node:path";
import * as vscode from "vscode";
import { CannotRun } from "../cannotRun";
import { DisposableStore, type Disposable } from "../dispose";
import { LanguageModelTool } from "../keys";
import { fileProgram } from "../session/askProgram";
import type { Runner } from "../session/runner";
import { readTraceInput, type TraceInput } from "./input";
import { registerTool, type InvocationOptions, type PreparedInvocation, type ToolResult } from "./languageModel";
import { answer, type ToolParts } from "./tools";

export interface TraceToolParts extends Pick<ToolParts, "find"> {
  readonly runner: Runner;
}

export function registerTraceTool(parts: TraceToolParts): Disposable {
  return registerTool(LanguageModelTool.traceFile, {
    prepareInvocation: ({ input }) => confirmRun(readTraceInput(input)),
    invoke: ({ input, tokenizationOptions }, token) => trace(parts, input, tokenizationOptions, token),
  });
}

/** A model may ask for anything: what runs is shown in full, as text. */
export function confirmRun({ file, args, seconds }: TraceInput): PreparedInvocation {
  const command = ["python", file, ...args].map((word) => (/^[\w./\\:=-]+$/.test(word) ? word : JSON.stringify(word)));
  const message = new vscode.MarkdownString("Runs this program in a terminal and records what its tasks do:\n\n");
  message.appendCodeblock(command.join(" "), "sh");
  message.appendMarkdown(`\n\nIt is stopped after ${seconds} seconds.`);
  return {
    invocationMessage: "Tracing the program",
    confirmationMessages: { title: "Run and trace a Python file?", message },
  };
}

async function trace(
  parts: TraceToolParts,
  input: unknown,
  options: InvocationOptions["tokenizationOptions"],
  token: vscode.CancellationToken,
): Promise<ToolResult> {
  const { file, args, seconds } = readTraceInput(input);
  const { runner } = parts;
  const source = await runner.start(fileProgram(await findFile(file), args));
  if (source === undefined) throw new Error("The program was not started: the user declined.");
  const store = new DisposableStore();
  let stopped = false as boolean;
  try {
    await new Promise<void>((resolve) => {
      store.add(runner.onDidEnd((ended) => (ended === source ? resolve() : undefined)));
      store.add(token.onCancellationRequested(() => runner.stop()));
      let timer: NodeJS.Timeout | undefined;
      // From its first moment: a terminal may take its time to start it.
      const count = (): void => {
        if (source.available === 0) return;
        timer ??= setTimeout(() => {
          stopped = true;
          runner.stop();
        }, seconds * 1000);
      };
      store.add({ dispose: () => clearTimeout(timer) });
      store.add(source.onDidChange(count));
      count();
      if (token.isCancellationRequested) runner.stop();
      if (source.state.kind !== "running") resolve();
    });
  } finally {
    store.dispose();
  }
  if (token.isCancellationRequested) throw new vscode.CancellationError();
  return answer(parts, source, options, stopped ? `The program was stopped after ${seconds} seconds. ` : "");
}

/** A path relative to a folder of the workspace, or a whole one. */
async function findFile(file: string): Promise<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const candidates = isAbsolute(file)
    ? [vscode.Uri.file(file)]
    : folders.map(({ uri }) => vscode.Uri.joinPath(uri, file));
  for (const uri of candidates) {
    try {
      await vscode.workspace.fs.stat(uri);
    } catch {
      continue;
    }
    return uri;
  }
  throw new CannotRun("no-file", `There is no file ${file} in this workspace.`);
}
