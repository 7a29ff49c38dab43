/**
 * Two ways to read a trace's bytes: in a worker, which leaves the page free to draw, or, where none starts, in the page.
 * Both end in the same trace, and take it in at the page's pace.
 */
import { TraceError, TraceMirror, TraceReader, type Trace } from "../../extension/trace";
import { source } from "./decode.worker?source";
import { Pace } from "./pace";
import type { WorkerReport } from "./workerReport";

export interface Decoder {
  readonly trace: Trace;
  /** Takes the bytes over: nobody else may use their buffer any more. */
  push(bytes: Uint8Array): void;
  /** No more bytes will come. */
  finish(): void;
  dispose(): void;
}

/** Whoever has the trace read. */
export interface Reading {
  /** How much waits, 0 to 1: with 1 the page does not wait for the next frame. */
  readonly backlog: () => number;
  /** So many more bytes were taken in; the error ended the reading of all later ones. */
  readonly took: (bytes: number, error: TraceError | undefined) => void;
  /** It is somebody else's turn. */
  readonly paused: () => void;
}

/** Deltas that are taken in before the worker is told of them: each message costs, and it may be far ahead. */
const UNTOLD = 4;
/** Longer than a worker takes to start on a busy machine, in milliseconds. */
const PATIENCE = 5_000;

export class WorkerDecoder implements Decoder {
  readonly #mirror = new TraceMirror();
  readonly #worker: Worker;
  readonly #reading: Reading;
  readonly #pace: Pace;
  readonly #reports: WorkerReport[] = [];
  /** Deltas of the first report that were taken in. */
  #begun = 0;
  /** Deltas taken in that the worker does not know of. */
  #untold = 0;
  readonly #patience: ReturnType<typeof setTimeout>;
  /** Kept until the worker has answered: what it was sent is lost if it never does. */
  #unsent: Uint8Array[] | undefined = [];

  /** Throws where there are no workers. `onFailure` gets what no worker has read, or nothing if one had begun to. */
  constructor(reading: Reading, onFailure: (unread: readonly Uint8Array[] | undefined) => void) {
    this.#reading = reading;
    this.#pace = new Pace(
      reading.backlog,
      () => this.#takeOne(),
      () => this.#paused(),
    );
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
        this.#reports.push(data);
        this.#pace.wake();
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
    this.#pace.stop();
    this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker.terminate();
  }

  #takeOne(): boolean {
    const [report] = this.#reports;
    const delta = report?.deltas[this.#begun];
    if (report === undefined || delta === undefined) return false;
    this.#mirror.apply(delta);
    this.#untold += 1;
    this.#begun += 1;
    if (this.#begun < report.deltas.length) return true;
    this.#begun = 0;
    this.#reports.shift();
    const { taken, error } = report;
    this.#reading.took(taken, error && new TraceError(error.reason, error.message, error.nextStep, error.offset));
    return this.#reports.length > 0;
  }

  /** The worker is far enough ahead not to have waited for this. */
  #paused(): void {
    if (this.#untold >= UNTOLD) {
      this.#worker.postMessage(this.#untold);
      this.#untold = 0;
    }
    this.#reading.paused();
  }
}

/** Bytes read before looking at the clock again; about a millisecond's work. */
const SLICE = 16 * 1024;

export class PageDecoder implements Decoder {
  readonly #reader = new TraceReader();
  readonly #reading: Reading;
  readonly #pace: Pace;
  readonly #queue: Uint8Array[] = [];
  #error: TraceError | undefined;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#pace = new Pace(reading.backlog, () => this.#takeOne(), reading.paused);
  }

  get trace(): Trace {
    return this.#reader.trace;
  }

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#pace.wake();
  }

  finish(): void {
    this.#reader.finish();
  }

  dispose(): void {
    this.#pace.stop();
  }

  #takeOne(): boolean {
    const [bytes] = this.#queue;
    if (bytes === undefined) return false;
    const slice = bytes.subarray(0, SLICE);
    this.#read(slice);
    this.#reading.took(slice.byteLength, this.#error);
    if (bytes.byteLength > SLICE) this.#queue[0] = bytes.subarray(SLICE);
    else this.#queue.shift();
    return this.#queue.length > 0;
  }

  #read(bytes: Uint8Array): void {
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
