/** The page every timeline webview loads. */
import * as vscode from "vscode";

/** `canRun`: programs can be run from here. */
export function prepare(webview: vscode.Webview, extensionUri: vscode.Uri, canRun: boolean): void {
  const dist = vscode.Uri.joinPath(extensionUri, "dist");
  // Also when a webview is revived: the options it was saved with may name the folder of an older version.
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, "timeline.js"));
  const style = webview.asWebviewUri(vscode.Uri.joinPath(dist, "timeline.css"));
  const nonce = crypto.randomUUID();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource}; worker-src blob:`;
  webview.html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style.toString()}">
<title>Awaitscope</title>
</head>
<body${canRun ? "" : " data-cannot-run"}>
<div id="app"></div>
<script nonce="${nonce}" src="${script.toString()}"></script>
</body>
</html>`;
}
