/** One trace as the host holds it: its bytes, what they say so far, and whether more will come. */
import { Signal, type Disposable } from "./dispose";
import type { RunState } from "./protocol";
import { takeIn, TraceError, TraceReader, type Trace } from "./trace";

/** Bytes that may still grow at the end. */
export interface TraceBytes extends Disposable {
  /** At most `length` bytes from `offset`, on a buffer of their own; none at the end, or before the file exists. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Whether another trace is in its place, as when it was over its limit; `available` bytes of ours were read. */
  isReplaced?(available: number): Promise<boolean>;
  /** Reads that one from now on. */
  startOver?(): void;
}

/** Small enough that reading a piece in, and summing it up, never holds the extension host for long. */
const PIECE = 64 * 1024;

export class TraceSource implements Disposable {
  #generation = crypto.randomUUID();
  #reader = new TraceReader();
  readonly #bytes: TraceBytes;
  readonly #changed = new Signal();
  readonly #stateChanged = new Signal<RunState>();
  #available = 0;
  #state: RunState = { kind: "running" };
  #problem: TraceError | undefined;
  #pulling: Promise<void> | undefined;
  #disposed = false;

  /** Fires when there is more to see, and when the state changes. */
  readonly onDidChange = this.#changed.event;
  readonly onDidChangeState = this.#stateChanged.event;

  constructor(
    readonly name: string,
    /** Where the trace is, as a URI; the same trace is never read twice. */
    readonly uri: string,
    bytes: TraceBytes,
  ) {
    this.#bytes = bytes;
  }

  /** Tells this trace from every other one a webview may have seen; a new one when the file was replaced. */
  get generation(): string {
    return this.#generation;
  }

  get trace(): Trace {
    return this.#reader.trace;
  }

  get state(): RunState {
    return this.#state;
  }

  /** Bytes a view may ask for. */
  get available(): number {
    return this.#available;
  }

  /** Why the trace could not be read to its end. */
  get problem(): TraceError | undefined {
    return this.#problem;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#bytes.read(offset, Math.min(length, this.#available - offset));
  }

  /** Takes in all there is by now. */
  async pull(): Promise<void> {
    // What was written after a pull in progress looked for it is not in that pull, so wait for it and look again.
    while (this.#pulling !== undefined) await this.#pulling;
    if (this.#disposed || this.#state.kind !== "running" || this.#problem !== undefined) return;
    this.#pulling = this.#pull();
    try {
      await this.#pulling;
    } finally {
      this.#pulling = undefined;
    }
  }

  /** No more bytes will come: takes in the rest. */
  async end(): Promise<void> {
    await this.pull();
    if (this.#disposed || this.#state.kind !== "running") return;
    if (this.#problem === undefined) this.#reader.finish();
    this.#setState({ kind: "ended" });
  }

  /** Nothing can be shown: `message` says why and what to do next. */
  fail(message: string): void {
    if (this.#disposed || this.#state.kind !== "running") return;
    this.#setState({ kind: "failed", message });
  }

  dispose(): void {
    this.#disposed = true;
    this.#bytes.dispose();
    this.#changed.dispose();
    this.#stateChanged.dispose();
  }

  async #pull(): Promise<void> {
    for (;;) {
      try {
        const piece = await this.#bytes.read(this.#available, PIECE);
        if (this.#disposed) return;
        if (piece.length === 0) {
          if ((await this.#bytes.isReplaced?.(this.#available)) !== true) return;
          this.#startOver();
          continue;
        }
        this.#available += piece.length;
        this.#reader.push(piece);
        takeIn(this.trace);
      } catch (error) {
        if (!(error instanceof TraceError)) throw error;
        this.#refuse(error);
        return;
      }
      this.#changed.fire();
      // Bytes already in memory would otherwise be read without ever letting the host do anything else.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  #startOver(): void {
    this.#bytes.startOver?.();
    this.#generation = crypto.randomUUID();
    this.#reader = new TraceReader();
    this.#available = 0;
    this.#changed.fire();
  }

  #refuse(error: TraceError): void {
    this.#problem = error;
    // With a header there is something to show up to the damage, and the views find the damage themselves.
    if (this.trace.header === undefined) {
      this.#setState({ kind: "failed", message: `${error.message} ${error.nextStep}` });
    } else {
      this.#changed.fire();
    }
  }

  #setState(state: RunState): void {
    this.#state = state;
    this.#stateChanged.fire(state);
    this.#changed.fire();
  }
}

/** Bytes that are all there, for file systems that can only give a whole file. */
export function bytesInMemory(content: Uint8Array): TraceBytes {
  return {
    read: (offset, length) => Promise.resolve(content.slice(offset, offset + length)),
    dispose: () => undefined,
  };
}
