/**
 * The webview's end of the trace's stream: the handshake, and bytes into the reader in slices short enough that the page
 * stays responsive.
 */
import { TraceError, TraceReader } from "../../extension/trace";
import type { BytesMessage, OpenMessage, RunState, StateMessage } from "../../extension/protocol";
import type { Host } from "./host";

/** Bytes read before looking at the clock again; about a millisecond's work. */
const SLICE = 16 * 1024;
/** Longest stretch of reading before the page gets to paint, in milliseconds. */
const BUDGET = 12;

export class Feed {
  #reader = new TraceReader();
  #generation: string | undefined;
  #name = "";
  #state: RunState | undefined;
  #error: TraceError | undefined;
  #queue: Uint8Array[] = [];
  #received = 0;
  #reading = false;
  /** The host said `ended` after the last byte: what is queued is the rest. */
  #concluded = false;
  readonly #host: Host;
  readonly #changed: (what: "trace" | "generation") => void;

  constructor(host: Host, changed: (what: "trace" | "generation") => void) {
    this.#host = host;
    this.#changed = changed;
  }

  get reader(): TraceReader {
    return this.#reader;
  }

  get generation(): string | undefined {
    return this.#generation;
  }

  get name(): string {
    return this.#name;
  }

  get state(): RunState | undefined {
    return this.#state;
  }

  /** More has arrived than has been read. */
  get isReading(): boolean {
    return this.#reading;
  }

  get error(): TraceError | undefined {
    return this.#error;
  }

  /** Says what is already here; the host answers with the rest. */
  hello(): void {
    const known = this.#generation === undefined ? {} : { generation: this.#generation };
    this.#host.post({ type: "ready", ...known, offset: this.#received });
  }

  open(message: OpenMessage): void {
    const isNew = message.generation !== this.#generation;
    if (isNew) {
      this.#generation = message.generation;
      this.#restart();
    }
    this.#name = message.name;
    this.#state = message.state;
    this.#changed(isNew ? "generation" : "trace");
  }

  setState(message: StateMessage): void {
    if (message.generation !== this.#generation) return;
    this.#state = message.state;
    this.#concluded = message.state.kind === "ended";
    if (!this.#reading) this.#conclude();
    this.#changed("trace");
  }

  take(message: BytesMessage): void {
    if (message.generation !== this.#generation) return;
    if (message.offset > this.#received) {
      // Something was lost on the way (the webview was hidden): ask again from what is here.
      this.hello();
      return;
    }
    const bytes = message.bytes.subarray(this.#received - message.offset);
    if (bytes.byteLength > 0) {
      this.#received += bytes.byteLength;
      this.#queue.push(bytes);
    }
    if (!this.#reading) this.#read();
  }

  #restart(): void {
    this.#reader = new TraceReader();
    this.#error = undefined;
    this.#queue = [];
    this.#received = 0;
    this.#concluded = false;
  }

  #read(): void {
    const until = performance.now() + BUDGET;
    const before = this.#reader.trace.revision;
    while (this.#queue.length > 0 && performance.now() < until) {
      const bytes = this.#queue[0] ?? new Uint8Array();
      this.#push(bytes.subarray(0, SLICE));
      if (bytes.byteLength > SLICE) this.#queue[0] = bytes.subarray(SLICE);
      else this.#queue.shift();
    }
    this.#reading = this.#queue.length > 0;
    if (this.#reading) afterPaint(() => this.#read());
    else this.#acknowledge();
    if (this.#reader.trace.revision !== before || this.#error !== undefined) this.#changed("trace");
  }

  #push(bytes: Uint8Array): void {
    // After an error the rest is taken in unread, so that the host does not wait for it.
    if (this.#error !== undefined) return;
    try {
      this.#reader.push(bytes);
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      this.#error = error;
    }
  }

  #acknowledge(): void {
    if (this.#generation === undefined) return;
    this.#host.post({ type: "ack", generation: this.#generation, offset: this.#received });
    this.#conclude();
  }

  /** What is incomplete now was cut off. `open` alone may say "ended" too, but before the bytes. */
  #conclude(): void {
    if (this.#concluded && this.#error === undefined) this.#reader.finish();
  }
}

function afterPaint(action: () => void): void {
  // Not a timer: those are slowed down to one a second in a hidden page.
  const channel = new MessageChannel();
  channel.port1.onmessage = action;
  channel.port2.postMessage(undefined);
}
