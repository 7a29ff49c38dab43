/** The output channel "Awaitscope", which begins with what every bug report needs. */
import * as vscode from "vscode";

/** `system`: what the extension runs on, as in "linux x64". */
export function createLog(context: vscode.ExtensionContext, system: string): vscode.LogOutputChannel {
  const log = vscode.window.createOutputChannel("Awaitscope", { log: true });
  const { version } = context.extension.packageJSON as { readonly version: string };
  const remote = vscode.env.remoteName ?? "no remote";
  log.info(`Awaitscope ${version}, ${vscode.env.appName} ${vscode.version}, ${system}, ${remote}`);
  return log;
}
