/** What a trace of any length costs to hold: bytes and no objects, asked for in pieces of one size, so that none is copied. */
import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { TraceDecoder, TraceMirror, TraceReader, type Trace } from "../../../extension/trace";
import { rows, TraceWriter, WAKER, type StepRow } from "../../fixtures/writer";

/** A step makes a task ready, running and waiting. */
const EVENTS_A_STEP = 3;
const STEPS = 500_000;
const BLOCK = 4096;
const TASKS = 200;
const BYTES_AN_EVENT = 24;
/** Of the columns of a step alone: if less was measured, it was not measured. */
const BYTES_A_STEP = 33;
/** The longest column of a chunk of steps; that of each further chunk is as long. */
const LONGEST_COLUMN = 65_536 * 8;
const TIMEOUT_MS = 60_000;

const KINDS = ["ArrayBuffer", "Float64Array", "Uint32Array", "Int32Array", "Uint8Array"] as const;

/** How long the longest memory was that `work` asked for; one that it was handed is not its own. */
function longestAskedFor(work: () => void): number {
  let longest = 0;
  const before = KINDS.map((kind) => Object.getOwnPropertyDescriptor(globalThis, kind));
  for (const kind of KINDS) {
    const construct = (made: new (...args: unknown[]) => object, args: unknown[], as: never): object => {
      const one = Reflect.construct(made, args, as) as ArrayBuffer | Uint8Array;
      if (typeof args[0] === "number") longest = Math.max(longest, one.byteLength);
      return one;
    };
    Object.defineProperty(globalThis, kind, { value: new Proxy(globalThis[kind], { construct }), configurable: true });
  }
  try {
    work();
  } finally {
    KINDS.forEach((kind, i) => Object.defineProperty(globalThis, kind, before[i] ?? {}));
  }
  return longest;
}

/** Bytes in buffers that something still holds. */
function held(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // What the first one finds is given back beside the program, and the second waits for that.
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
}

/** The blocks of a busy service: short steps of many tasks, some idle time; all alike, so that they are made once. */
function* blocks(): Generator<Uint8Array> {
  const head = new TraceWriter().header().tasks(...Array.from({ length: TASKS }, (_, i) => ({ task: i + 1 })));
  yield head.bytes();
  const all: StepRow[] = [];
  let length = 0;
  for (let i = 0; i < BLOCK; i++) {
    const run = 2000 + ((i * 7919) % 60_000);
    const waker = i % 3 === 0 ? WAKER.io : i % 3 === 1 ? WAKER.timer : 1 + (i % 50);
    all.push(rows.step(1 + ((i * 31) % TASKS), run, (i * 104_729) % 200_000, i < 50 ? WAKER.unknown : waker));
    length += run;
    if (i % 10 > 0) continue;
    all.push(rows.idle(100_000));
    length += 100_000;
  }
  const block = new TraceWriter().steps(1, 1, 0, all).bytes();
  const words = new DataView(block.buffer);
  for (let steps = 0, clock = 0; steps < STEPS; steps += BLOCK, clock += length) {
    // Behind the block's own head: its first step's number, and when it begins.
    words.setUint32(12, steps + 1, true);
    words.setUint32(16, clock % 2 ** 32, true);
    words.setUint32(20, Math.floor(clock / 2 ** 32), true);
    yield block;
  }
}

describe("Half a million steps", function () {
  this.timeout(TIMEOUT_MS);

  const ways: readonly { readonly name: string; readonly read: () => Trace }[] = [
    {
      name: "read where they are held",
      read: () => {
        const reader = new TraceReader();
        for (const block of blocks()) reader.push(block);
        return reader.trace;
      },
    },
    {
      name: "read by a worker for a page",
      read: () => {
        const [decoder, mirror] = [new TraceDecoder(), new TraceMirror()];
        for (const block of blocks()) {
          decoder.push(block);
          for (const delta of decoder.take()) mirror.apply(delta);
        }
        return mirror.trace;
      },
    },
  ];
  for (const { name, read } of ways)
    it(`${name} cost at most ${BYTES_AN_EVENT} bytes an event, in pieces that never grow`, () => {
      const before = held();
      let trace: Trace | undefined;
      const longest = longestAskedFor(() => {
        trace = read();
      });
      const events = (trace?.steps.length ?? 0) * EVENTS_A_STEP;
      const each = (held() - before) / events;
      assert.ok(events >= STEPS * EVENTS_A_STEP);
      assert.ok(each >= BYTES_A_STEP / EVENTS_A_STEP && each <= BYTES_AN_EVENT, `${each.toFixed(1)} bytes an event`);
      assert.ok(longest <= LONGEST_COLUMN, `${longest} bytes at once`);
      // Held until it was measured.
      assert.ok((trace?.end ?? 0) > 0);
    });
});
