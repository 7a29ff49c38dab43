/** The output channel "Awaitscope", which begins with what every bug report needs. */
import * as vscode from "vscode";

export function createLog(context: vscode.ExtensionContext): vscode.LogOutputChannel {
  const log = vscode.window.createOutputChannel("Awaitscope", { log: true });
  const { version } = context.extension.packageJSON as { readonly version: string };
  const remote = vscode.env.remoteName ?? "no remote";
  log.info(
    `Awaitscope ${version}, ${vscode.env.appName} ${vscode.version}, ${process.platform} ${process.arch}, ${remote}`,
  );
  return log;
}
