// VS Code without any machine behind it, as on the web: the workbench that the VS Code server's package carries, served as
// files, with extensions that run in the browser.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import * as path from "node:path";
import { inRoot } from "./paths.mjs";
import { QUIET_SETTINGS, serverParts } from "./vscode-server.mjs";

/**
 * What makes a web workbench of a server's: its page asks its server for everything, and keeps the user's data there.
 * @type {readonly (readonly [RegExp, string])[]}
 */
const WITHOUT_SERVER = [
  [/remoteAuthority:location\.host/, "remoteAuthority:void 0"],
  [/(\w+\.file\(this\.userDataPath\)\.with\(\{scheme:\w+)\.vscodeRemote/, "$1.vscodeUserData"],
];

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ttf": "font/ttf",
};

/**
 * Serves it on a free port of this machine only. The window's folder is `memory:/project`, with these files.
 * @param {{ extension: string, files: Readonly<Record<string, Uint8Array>> }} options `extension`: the folder of an unpacked one
 * @returns {Promise<{ address: string, stop: () => Promise<void> }>}
 */
export async function startWeb({ extension, files }) {
  const { vscode } = serverParts();
  const workbench = path.join(vscode, "out", "vs", "code", "browser", "workbench");
  const script = withoutServer(await readFile(path.join(workbench, "workbench.js"), "utf8"));
  const page = await readFile(path.join(workbench, "workbench.html"), "utf8");
  const inMemory = Object.entries(files).map(([name, bytes]) => [
    `/project/${name}`,
    Buffer.from(bytes).toString("base64"),
  ]);
  /** What is not a file. @type {Readonly<Record<string, () => string>>} */
  const made = {
    "/": () => filledIn(page, port()),
    "/static/out/vs/code/browser/workbench/workbench.js": () => script,
    "/memoryFiles/files.json": () => JSON.stringify(Object.fromEntries(inMemory)),
  };
  const folders = { static: vscode, extension, memoryFiles: inRoot("test", "fixtures", "memoryFiles") };

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://here");
    /** @param {string | Buffer} content @param {string} type */
    const answer = (content, type) => void response.setHeader("Content-Type", type).end(content);
    const make = made[pathname];
    if (make !== undefined) return answer(make(), TYPES[path.extname(pathname)] ?? "text/html");
    const [, top = "", ...names] = decodeURIComponent(pathname).split("/");
    const folder = Object.entries(folders).find(([name]) => name === top)?.[1];
    const found =
      folder === undefined || names.includes("..")
        ? Promise.reject(new Error("no such folder"))
        : readFile(path.join(folder, ...names));
    found.then(
      (content) => answer(content, TYPES[path.extname(pathname)] ?? "application/octet-stream"),
      () => response.writeHead(404).end(),
    );
  });
  const port = () => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };
  await new Promise((/** @type {(value?: unknown) => void} */ resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${port()}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @param {string} script */
function withoutServer(script) {
  return WITHOUT_SERVER.reduce((text, [asks, instead]) => {
    if (text.match(new RegExp(asks, "g"))?.length !== 1)
      throw new Error(`workbench.js does not have one ${asks.source}`);
    return text.replace(asks, instead);
  }, script);
}

/** @param {string} page @param {number} port */
function filledIn(page, port) {
  const configuration = {
    folderUri: { scheme: "memory", path: "/project" },
    additionalBuiltinExtensions: ["/extension", "/memoryFiles"].map((path) => ({
      scheme: "http",
      authority: `127.0.0.1:${port}`,
      path,
    })),
    webviewEndpoint: "/static/out/vs/workbench/contrib/webview/browser/pre",
    configurationDefaults: QUIET_SETTINGS,
    productConfiguration: { enableTelemetry: false },
    enableWorkspaceTrust: false,
    // These the server's workbench wants to be told.
    userDataPath: "/",
    isEnabledFileDownloads: true,
    isEnabledFileUploads: true,
    isEnabledCoderGettingStarted: false,
  };
  const values = {
    WORKBENCH_WEB_CONFIGURATION: JSON.stringify(configuration).replaceAll("&", "&amp;").replaceAll('"', "&quot;"),
    WORKBENCH_WEB_BASE_URL: "/static",
    WORKBENCH_NLS_FALLBACK_URL: "/static/out/nls.messages.js",
    WORKBENCH_NLS_URL: "/static/out/nls.messages.js",
  };
  return Object.entries(values)
    .reduce((text, [name, value]) => text.replaceAll(`{{${name}}}`, () => value), page)
    .replace(/\{\{[A-Z_]+\}\}/g, "");
}
