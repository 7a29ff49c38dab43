/**
 * Two ways to read a trace's bytes: in a worker, which leaves the page free to draw, or, where none starts, in the page, in
 * slices short enough that it stays responsive. Both end in the same trace.
 */
import { TraceError, TraceMirror, TraceReader, type Trace } from "../../extension/trace";
import { source } from "./decode.worker?source";
import { TAKEN, type WorkerReport } from "./workerReport";

export interface Decoder {
  readonly trace: Trace;
  /** Takes the bytes over: nobody else may use their buffer any more. */
  push(bytes: Uint8Array): void;
  /** No more bytes will come. */
  finish(): void;
  dispose(): void;
}

/** Bytes that were read, and the error that ended the reading of all later ones. */
export type OnProgress = (taken: number, error: TraceError | undefined) => void;

/** Longer than a worker takes to start on a busy machine, in milliseconds. */
const PATIENCE = 5_000;

export class WorkerDecoder implements Decoder {
  readonly #mirror = new TraceMirror();
  readonly #worker: Worker;
  readonly #onProgress: OnProgress;
  readonly #patience: ReturnType<typeof setTimeout>;
  /** Kept until the worker has answered: what it was sent is lost if it never does. */
  #unsent: Uint8Array[] | undefined = [];

  /** Throws where there are no workers. `onFailure` gets what no worker has read, or nothing if one had begun to. */
  constructor(onProgress: OnProgress, onFailure: (unread: readonly Uint8Array[] | undefined) => void) {
    this.#onProgress = onProgress;
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.#worker = new Worker(url);
    const fail = (): void => {
      this.dispose();
      onFailure(this.#unsent);
    };
    this.#patience = setTimeout(fail, PATIENCE);
    this.#worker.onerror = fail;
    this.#worker.onmessage = ({ data }: MessageEvent<"ready" | WorkerReport>) => {
      if (data !== "ready") {
        this.#take(data);
        return;
      }
      URL.revokeObjectURL(url);
      clearTimeout(this.#patience);
      const unsent = this.#unsent ?? [];
      this.#unsent = undefined;
      for (const bytes of unsent) this.push(bytes);
    };
  }

  get trace(): Trace {
    return this.#mirror.trace;
  }

  push(bytes: Uint8Array): void {
    if (this.#unsent === undefined) this.#worker.postMessage(bytes, [bytes.buffer]);
    else this.#unsent.push(bytes);
  }

  finish(): void {
    this.#mirror.finish();
  }

  dispose(): void {
    clearTimeout(this.#patience);
    this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker.terminate();
  }

  #take({ delta, taken, error }: WorkerReport): void {
    this.#mirror.apply(delta);
    this.#worker.postMessage(TAKEN);
    this.#onProgress(taken, error && new TraceError(error.reason, error.message, error.nextStep, error.offset));
  }
}

/** Bytes read before looking at the clock again; about a millisecond's work. */
const SLICE = 16 * 1024;
/** Longest stretch of reading before the page gets to paint, in milliseconds. */
const BUDGET = 12;

export class PageDecoder implements Decoder {
  readonly #reader = new TraceReader();
  readonly #onProgress: OnProgress;
  #queue: Uint8Array[] = [];
  #error: TraceError | undefined;
  #disposed = false;

  constructor(onProgress: OnProgress) {
    this.#onProgress = onProgress;
  }

  get trace(): Trace {
    return this.#reader.trace;
  }

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    if (this.#queue.length === 1) afterPaint(() => this.#read());
  }

  finish(): void {
    this.#reader.finish();
  }

  dispose(): void {
    this.#disposed = true;
  }

  #read(): void {
    if (this.#disposed) return;
    const until = performance.now() + BUDGET;
    let taken = 0;
    for (let [bytes] = this.#queue; bytes !== undefined && performance.now() < until; [bytes] = this.#queue) {
      const slice = bytes.subarray(0, SLICE);
      this.#take(slice);
      taken += slice.byteLength;
      if (bytes.byteLength > SLICE) this.#queue[0] = bytes.subarray(SLICE);
      else this.#queue.shift();
    }
    if (this.#queue.length > 0) afterPaint(() => this.#read());
    this.#onProgress(taken, this.#error);
  }

  #take(bytes: Uint8Array): void {
    // After an error the rest is taken in unread, so that the host does not wait for it.
    if (this.#error !== undefined) return;
    try {
      this.#reader.push(bytes);
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      this.#error = error;
    }
  }
}

function afterPaint(action: () => void): void {
  // Not a timer: those are slowed down to one a second in a hidden page.
  const channel = new MessageChannel();
  channel.port1.onmessage = action;
  channel.port2.postMessage(undefined);
}
