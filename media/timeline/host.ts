/** The seam to whoever shows this page: VS Code, or a test's page with a fake. */
import type { ToHost, ToWebview } from "../../extension/protocol";

export interface Host {
  /** There is no editor and no program: nothing to run again, no source to go to. */
  readonly isAlone?: true;
  /** There is an editor, in a browser: no program can be run. */
  readonly cannotRun?: boolean;
  post(message: ToHost): void;
  listen(receive: (message: ToWebview) => void): void;
  /** View state only; the trace is never stored here. */
  getState(): unknown;
  setState(state: unknown): void;
}

interface VsCodeApi {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  interface Window {
    acquireVsCodeApi?: () => VsCodeApi;
    /** Set by a plain browser page before the timeline's script runs. */
    awaitscopeHost?: Host;
  }
}

export function connect(): Host {
  if (window.awaitscopeHost !== undefined) return window.awaitscopeHost;
  if (window.acquireVsCodeApi === undefined)
    throw new Error("The timeline needs VS Code, or a page that stands in for it");
  const api = window.acquireVsCodeApi();
  return {
    cannotRun: "cannotRun" in document.body.dataset,
    post: (message) => api.postMessage(message),
    listen: (receive) => window.addEventListener("message", (event: MessageEvent<ToWebview>) => receive(event.data)),
    getState: () => api.getState(),
    setState: (state) => api.setState(state),
  };
}
