/** The webview's end of the trace's stream: the handshake, and bytes on to whatever reads them. */
import type { Trace, TraceError } from "../../extension/trace";
import type { BytesMessage, OpenMessage, RunState, StateMessage } from "../../extension/protocol";
import { PageDecoder, WorkerDecoder, type Decoder, type Reading } from "./decoding";
import type { Host } from "./host";

/** With so many bytes of a running program's trace waiting, the page is far behind. */
const FAR_BEHIND = 256 * 1024;

export class Feed {
  #decoder: Decoder;
  /** A worker did not start, or died: none is tried again. */
  #readsInPage = false;
  #generation: string | undefined;
  #name = "";
  #state: RunState | undefined;
  #error: TraceError | undefined;
  #received = 0;
  #taken = 0;
  /** The host said `ended` after the last byte: what is still to be read is the rest. */
  #concluded = false;
  readonly #host: Host;
  readonly #changed: (what: "trace" | "generation") => void;

  constructor(host: Host, changed: (what: "trace" | "generation") => void) {
    this.#host = host;
    this.#changed = changed;
    this.#decoder = this.#newDecoder();
  }

  get trace(): Trace {
    return this.#decoder.trace;
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
    return this.#taken < this.#received;
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
    this.#conclude();
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
    if (bytes.byteLength === 0) {
      this.#acknowledge();
      return;
    }
    this.#received += bytes.byteLength;
    this.#decoder.push(bytes);
  }

  #newDecoder(): Decoder {
    const reading: Reading = {
      backlog: () => (this.#state?.kind === "running" ? (this.#received - this.#taken) / FAR_BEHIND : 1),
      took: (bytes, error) => {
        this.#taken += bytes;
        this.#error = error;
      },
      paused: () => {
        this.#acknowledge();
        this.#changed("trace");
      },
    };
    if (!this.#readsInPage) {
      try {
        return new WorkerDecoder(reading, (unread) => this.#readInPage(unread));
      } catch {
        this.#readsInPage = true;
      }
    }
    return new PageDecoder(reading);
  }

  /** `unread`: all there is so far; undefined if that is lost, so that the host has to send it again. */
  #readInPage(unread: readonly Uint8Array[] | undefined): void {
    this.#readsInPage = true;
    this.#decoder = this.#newDecoder();
    if (unread === undefined) this.#forget();
    this.#changed("generation");
    if (unread === undefined) this.hello();
    else for (const bytes of unread) this.#decoder.push(bytes);
  }

  #restart(): void {
    // One that has read nothing is as good as a new one.
    if (this.#received > 0) {
      this.#decoder.dispose();
      this.#decoder = this.#newDecoder();
    }
    this.#forget();
  }

  #forget(): void {
    this.#error = undefined;
    this.#received = 0;
    this.#taken = 0;
    this.#concluded = false;
  }

  #acknowledge(): void {
    if (this.#generation === undefined) return;
    this.#host.post({ type: "ack", generation: this.#generation, offset: this.#taken });
    this.#conclude();
  }

  /** What is incomplete now was cut off. `open` alone may say "ended" too, but before the bytes. */
  #conclude(): void {
    if (this.#concluded && !this.isReading && this.#error === undefined) this.#decoder.finish();
  }
}
