/** Stands in for VS Code while a program runs: hands on what the host says, and notes which picture had how much of it. */
import type { BytesMessage, ToHost, ToWebview } from "../../../extension/protocol";
import type { Host } from "../../../media/timeline/host";

/** Bytes cross from another process as text. */
export type Crossing = Exclude<ToWebview, BytesMessage> | (Omit<BytesMessage, "bytes"> & { readonly bytes: string });

/** From when on a picture shows what these first bytes of the trace say, on the page's clock. */
export interface Picture {
  readonly offset: number;
  readonly at: number;
}

declare global {
  interface Window {
    /** Put there by whoever runs the bench. */
    tellHost: (message: ToHost) => void;
    program: { hear(message: Crossing): void; readonly pictures: readonly Picture[] };
  }
}

const receivers: ((message: ToWebview) => void)[] = [];
const pictures: Picture[] = [];
/** Taken in, and in no picture yet. */
let acks: readonly Picture[] = [];

window.awaitscopeHost = {
  post(message) {
    if (message.type === "ack") acks = [...acks, { offset: message.offset, at: performance.now() }];
    window.tellHost(message);
  },
  listen: (receive) => receivers.push(receive),
  getState: () => undefined,
  setState: () => undefined,
} satisfies Host;

window.program = {
  hear(message) {
    const whole = message.type === "bytes" ? { ...message, bytes: unpack(message.bytes) } : message;
    receivers.forEach((receive) => receive(whole));
  },
  pictures,
};

function unpack(base64: string): Uint8Array {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** What had been taken in when a frame began is in its picture, as far as that is whole, and that is there with the next. */
function watch(before: number): void {
  const now = performance.now();
  const canvas = document.querySelector("canvas");
  const shownUntil = Number(canvas?.getAttribute("data-unfinished") ?? before);
  const shown = acks.filter(({ at }) => canvas !== null && at <= shownUntil).at(-1);
  if (shown !== undefined) {
    pictures.push({ offset: shown.offset, at: now });
    acks = acks.filter(({ offset }) => offset > shown.offset);
  }
  requestAnimationFrame(() => watch(now));
}
watch(0);
