/**
 * A trace that is read in one place and held in another: a worker takes in bytes and makes deltas, a page takes these in
 * and has the same trace. A delta is everything but the steps in the file's own words (they are few, and most of what they
 * say becomes objects), and the steps as columns, which are only copied. Which lane each step belongs to the page finds
 * out by itself: that costs less than to be told.
 */
import { DeltaReader } from "./delta";
import { TraceError } from "./errors";
import { TraceModel } from "./model";
import { BLOCK, ENDED, IDLE, NO_MORE, Outgoing, OUTCOMES, STACK } from "./outgoing";
import { TraceReader } from "./reader";
import type { Trace } from "./trace";

/** The end where the bytes are. */
export class TraceDecoder {
  private readonly outgoing = new Outgoing();
  private readonly model = new TraceModel(this.outgoing, () => this.deltas.push(this.next()));
  private readonly reader = new TraceReader(this.model, (block) => this.outgoing.block(block));
  private deltas: ArrayBuffer[] = [];

  /** Takes in some bytes. Throws what a reader throws; what came before the fault is in the next deltas. */
  push(bytes: Uint8Array): void {
    this.reader.push(bytes);
  }

  /** All that is new, one after another; at least one. A block may have more steps than are taken in at once. */
  take(): readonly ArrayBuffer[] {
    const deltas = [...this.deltas, this.next()];
    this.deltas = [];
    return deltas;
  }

  private next(): ArrayBuffer {
    return this.outgoing.take(this.model.end);
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
    const { model } = this;
    const delta = new DeltaReader(buffer);
    model.finished = false;
    for (let what = delta.number(); what !== NO_MORE; what = delta.number()) {
      if (what === BLOCK) this.pushBlock(delta.rows(Uint8Array));
      else if (what === ENDED) model.endTask(delta.number(), OUTCOMES[delta.number()] ?? "pending", delta.number());
      else if (what === IDLE) model.addIdle(delta.number(), delta.number(), delta.number());
      else if (what === STACK) model.addStack(delta.number(), delta.number(), [...delta.rows(Uint32Array)]);
    }
    model.reached(delta.number());
    model.steps.read(delta);
    for (let left = delta.number(); left > 0; left--)
      model.reading(delta.number()).goOn(delta.number(), delta.number());
    model.index();
    model.revision += 1;
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
