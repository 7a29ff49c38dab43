/** Stands in for VS Code in a page that carries its trace with it: opens it, and has no editor to go to. */
import { parseNotes } from "../../extension/notes";
import type { FindingsMessage, ToWebview } from "../../extension/protocol";

/** Bytes given to the timeline at a time. */
const PIECE = 512 * 1024;

function start(): void {
  const element = document.getElementById("trace");
  const generation = "page";
  const name = element?.dataset["name"] ?? "trace";
  document.body.className = matchMedia("(prefers-color-scheme: light)").matches ? "vscode-light" : "vscode-dark";

  const receivers: ((message: ToWebview) => void)[] = [];
  const say = (message: ToWebview): void => receivers.forEach((receive) => receive(message));
  let acknowledged: ((offset: number) => void) | undefined;
  const bytes = unpack(element?.textContent ?? "");

  const send = async (): Promise<void> => {
    const content = await bytes;
    for (let offset = 0; offset < content.length; offset += PIECE) {
      const piece = content.slice(offset, offset + PIECE);
      const taken = new Promise<number>((resolve) => (acknowledged = resolve));
      say({ type: "bytes", generation, offset, bytes: piece });
      await taken;
    }
    say({ type: "state", generation, state: { kind: "ended" } });
    // As they were when the page was made.
    say({ type: "findings", generation, findings: carried("findings") as FindingsMessage["findings"] });
  };

  let state: unknown;
  window.awaitscopeHost = {
    isAlone: true,
    listen: (receive) => receivers.push(receive),
    getState: () => state,
    setState: (next) => (state = next),
    post: (message) => {
      if (message.type === "ack") acknowledged?.(message.offset);
      if (message.type !== "ready" || message.offset > 0) return;
      say({ type: "open", generation, name, state: { kind: "ended" } });
      say({ type: "notes", generation, notes: parseNotes(carried("notes")) ?? [] });
      void send();
    },
  };
}

/** What the page has in the element of this name. */
function carried(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent ?? "[]");
}

async function unpack(base64: string): Promise<Uint8Array> {
  const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

start();
