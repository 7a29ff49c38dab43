/**
 * A trace that is read in one place and held in another: a worker takes in bytes and makes deltas, a page takes these in
 * and has the same trace. A delta is everything but the steps in the file's own words (they are few, and most of what they
 * say becomes objects), and the steps as columns, which are only copied.
 */
import { DeltaReader, DeltaWriter } from "./delta";
import { TraceError } from "./errors";
import { TraceModel } from "./model";
import { TraceReader } from "./reader";
import type { Trace } from "./trace";
import type { Outcome } from "./types";

const NO_MORE = 0;
const BLOCK = 1;
const ENDED = 2;
const OUTCOMES: readonly Outcome[] = ["returned", "raised", "cancelled", "pending"];

/** The end where the bytes are. */
export class TraceDecoder {
  private readonly model = new TraceModel();
  private readonly delta = new DeltaWriter();
  private readonly reader = new TraceReader(this.model, (block) => {
    this.delta.number(BLOCK);
    this.delta.rows(block);
  });

  constructor() {
    this.model.steps.forgets = true;
    this.model.onEnd = (task, outcome, time) => {
      this.delta.number(ENDED);
      this.delta.number(task);
      this.delta.number(OUTCOMES.indexOf(outcome));
      this.delta.number(time);
    };
  }

  /** Takes in some bytes. Throws what a reader throws; what came before the fault is in the next delta. */
  push(bytes: Uint8Array): void {
    this.reader.push(bytes);
  }

  /** All that is new. */
  take(): ArrayBuffer {
    this.delta.number(NO_MORE);
    this.model.write(this.delta);
    return this.delta.take();
  }
}

/** The end where the questions are asked. */
export class TraceMirror {
  private readonly model = new TraceModel();
  private readonly reader = new TraceReader(this.model);

  get trace(): Trace {
    return this.model;
  }

  apply(buffer: ArrayBuffer): void {
    const delta = new DeltaReader(buffer);
    this.model.finished = false;
    for (;;) {
      const what = delta.number();
      if (what === NO_MORE) break;
      if (what === BLOCK) this.pushBlock(delta.rows(Uint8Array));
      else this.model.endTask(delta.number(), OUTCOMES[delta.number()] ?? "pending", delta.number());
    }
    this.model.read(delta);
  }

  finish(): void {
    this.reader.finish();
  }

  private pushBlock(block: Uint8Array): void {
    try {
      this.reader.push(block);
    } catch (error) {
      // The decoder stumbled over the same, and has said so.
      if (!(error instanceof TraceError)) throw error;
    }
  }
}
