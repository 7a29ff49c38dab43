/** Stands in for VS Code in a plain page: keeps what the timeline posts, and delivers what a test says. */
import type { ToHost, ToWebview } from "../../extension/protocol";
import type { Host } from "../../media/timeline/host";

export interface FakeHost {
  readonly posted: ToHost[];
  deliver(message: ToWebview): void;
  state: unknown;
}

declare global {
  interface Window {
    fake: FakeHost;
  }
}

const receivers: ((message: ToWebview) => void)[] = [];
const stored = sessionStorage.getItem("state");

window.fake = {
  posted: [],
  deliver: (message) => receivers.forEach((receive) => receive(message)),
  state: stored === null ? undefined : JSON.parse(stored),
};

const host: Host = {
  post: (message) => window.fake.posted.push(message),
  listen: (receive) => receivers.push(receive),
  getState: () => window.fake.state,
  setState: (state) => {
    window.fake.state = state;
    // Outlives a reload, as VS Code's does.
    sessionStorage.setItem("state", JSON.stringify(state));
  },
};
window.awaitscopeHost = host;
