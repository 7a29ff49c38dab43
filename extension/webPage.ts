/** A trace with the timeline around it, as one HTML file that needs nothing else and asks nobody for anything. */
import type { Note } from "./notes";
import type { FindingsMessage } from "./protocol";

/** The built parts of the timeline, as they lie in `dist/`. */
export interface PageParts {
  /** Stands in for VS Code; runs before the timeline. */
  readonly standIn: string;
  readonly timeline: string;
  readonly style: string;
  /** The theme's variables, which VS Code would set. */
  readonly theme: string;
}

export const PAGE_PARTS = {
  standIn: "standalone.js",
  timeline: "timeline.js",
  style: "timeline.css",
  theme: "standalone.css",
} as const;

/** What the page shows. */
export interface PageContent {
  readonly name: string;
  /** Its bytes, compressed by gzip; compressing a long one here would hold up the host. */
  readonly trace: Uint8Array;
  readonly findings: FindingsMessage["findings"];
  readonly notes: readonly Note[];
}

export async function webPage({ name, trace, findings, notes }: PageContent, parts: PageParts): Promise<string> {
  const nonce = crypto.randomUUID();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}' blob:; worker-src blob:; style-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(name)} · Awaitscope</title>
<style nonce="${nonce}">${parts.theme}</style>
<style nonce="${nonce}">${parts.style}</style>
</head>
<body>
<div id="app"></div>
<script type="application/gzip" id="trace" data-name="${escapeHtml(name)}">${await base64(trace)}</script>
<script type="application/json" id="findings">${scriptJson(findings)}</script>
<script type="application/json" id="notes">${scriptJson(notes)}</script>
<script nonce="${nonce}">${scriptText(parts.standIn)}</script>
<script nonce="${nonce}">${scriptText(parts.timeline)}</script>
</body>
</html>
`;
}

/** Three bytes are four letters, so pieces of these join without padding between them. */
const BASE64_PIECE = 3 * 8192;

/** With a pause every so often: the host does everything else meanwhile. */
async function base64(bytes: Uint8Array): Promise<string> {
  let text = "";
  for (let at = 0; at < bytes.length; at += BASE64_PIECE) {
    if (at % (32 * BASE64_PIECE) === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + BASE64_PIECE)));
  }
  return text;
}

/** The same value, without what would end its element. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/** The same program, without what would end its element. */
function scriptText(script: string): string {
  return script.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0) ?? 0};`);
}
