/** Stands in for VS Code in a plain page: keeps what the timeline posts, and delivers what a test says. */
import type { ToHost, ToWebview } from "../../extension/protocol";
import type { Host } from "../../media/timeline/host";

export interface FakeHost {
  readonly posted: ToHost[];
  deliver(message: ToWebview): void;
  /** The first message of this kind, when it comes. */
  answer<T extends ToHost["type"]>(type: T): Promise<Extract<ToHost, { type: T }>>;
  state: unknown;
}

declare global {
  interface Window {
    fake: FakeHost;
  }
}

const receivers: ((message: ToWebview) => void)[] = [];
const stored = sessionStorage.getItem("state");

type Waiting = { readonly type: string; readonly resolve: (message: never) => void };
const waiting: Waiting[] = [];

window.fake = {
  posted: [],
  answer: (type) =>
    new Promise((resolve) => {
      const found = window.fake.posted.find((message) => message.type === type);
      if (found === undefined) waiting.push({ type, resolve });
      else resolve(found as never);
    }),
  deliver: (message) => receivers.forEach((receive) => receive(message)),
  state: stored === null ? undefined : JSON.parse(stored),
};

const host: Host = {
  post: (message) => {
    window.fake.posted.push(message);
    for (const one of waiting.filter(({ type }) => type === message.type)) one.resolve(message as never);
  },
  listen: (receive) => receivers.push(receive),
  getState: () => window.fake.state,
  setState: (state) => {
    window.fake.state = state;
    // Outlives a reload, as VS Code's does.
    sessionStorage.setItem("state", JSON.stringify(state));
  },
};
window.awaitscopeHost = host;
