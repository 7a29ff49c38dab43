/** The step columns: 33 bytes a step, however long the trace. */
import { CHUNK_BITS, CHUNK_MASK, CHUNK_ROWS, LONG, LongOnes, Stretches } from "./columns";
import type { DeltaReader, DeltaWriter } from "./delta";
import type { Awaited, StepLane, Steps, Waker } from "./trace";
import type { LoopId, Nanoseconds, NodeId, StepIndex, TaskId } from "./types";

const CONTINUES = 1;
const AWAITS_TASK = 2;
const AWAITS_GROUP = 4;
const AWAITS_JOB = 8;

const UNKNOWN: Waker = { kind: "unknown" };
const IO: Waker = { kind: "io" };
const TIMER: Waker = { kind: "timer" };
const THREAD: Waker = { kind: "thread" };

/** In the waker column: 0 unknown; up to `NO_STEP_WAKER` the waking step + 1; from there on what the file says. */
export const NO_STEP_WAKER = 0x80000000;

/** The rows of the first chunk: most traces are small. */
const FIRST_ROWS = 1024;

/** All columns of some steps, so that a step finds room in all of them at once. */
class Chunk {
  readonly tasks: Uint32Array;
  readonly starts: Float64Array;
  readonly runs: Uint32Array;
  /** Time before the start. */
  readonly readies: Uint32Array;
  wakers: Uint32Array;
  nodes: Uint32Array;
  awaited: Uint32Array;
  flags: Uint8Array;

  constructor(readonly rows: number) {
    this.tasks = new Uint32Array(rows);
    this.starts = new Float64Array(rows);
    this.runs = new Uint32Array(rows);
    this.readies = new Uint32Array(rows);
    this.wakers = new Uint32Array(rows);
    this.nodes = new Uint32Array(rows);
    this.awaited = new Uint32Array(rows);
    this.flags = new Uint8Array(rows);
  }

  grown(): Chunk {
    const grown = new Chunk(Math.min(CHUNK_ROWS, 2 * this.rows));
    const [columns, mine] = [grown.columns, this.columns];
    columns.forEach((column, i) => column.set(mine[i] ?? []));
    return grown;
  }

  get columns(): readonly (Uint32Array | Float64Array | Uint8Array)[] {
    const { tasks, starts, runs, readies, wakers, nodes, awaited, flags } = this;
    return [tasks, starts, runs, readies, wakers, nodes, awaited, flags];
  }

  /** Keeps only what is needed to read further steps: when these were and whose. */
  forget(): void {
    this.wakers = this.nodes = this.awaited = new Uint32Array(0);
    this.flags = new Uint8Array(0);
  }

  write(delta: DeltaWriter, from: number, to: number): void {
    for (const column of this.columns) delta.rows(column.subarray(from, to));
  }

  read(delta: DeltaReader, from: number): void {
    this.tasks.set(delta.rows(Uint32Array), from);
    this.starts.set(delta.rows(Float64Array), from);
    for (const column of [this.runs, this.readies, this.wakers, this.nodes, this.awaited])
      column.set(delta.rows(Uint32Array), from);
    this.flags.set(delta.rows(Uint8Array), from);
  }
}

export class StepColumns implements Steps {
  length = 0;
  private readonly chunks: Chunk[] = [];
  private last = new Chunk(0);
  private readonly loops = new Stretches(0);
  private readonly longRuns = new LongOnes();
  private readonly longReadies = new LongOnes();
  /** Steps before this one are as the last delta said. */
  private sent = 0;
  private forgotten = 0;

  add(
    task: TaskId,
    loop: LoopId,
    start: Nanoseconds,
    end: Nanoseconds,
    readySince: Nanoseconds,
    waker: number,
    node: NodeId,
    continues: boolean,
  ): StepIndex {
    const step = this.length;
    const at = step & CHUNK_MASK;
    if (at === 0 || at === this.last.rows) this.makeRoom(at);
    const { last } = this;
    const run = end - start;
    const ready = start - readySince;
    if (run >= LONG) this.longRuns.push(step, run);
    if (ready >= LONG) this.longReadies.push(step, ready);
    last.tasks[at] = task;
    last.starts[at] = start;
    last.runs[at] = run < LONG ? run : LONG;
    last.readies[at] = ready < LONG ? ready : LONG;
    last.wakers[at] = waker;
    last.nodes[at] = node;
    if (continues) last.flags[at] = CONTINUES;
    this.loops.push(loop);
    this.length = step + 1;
    return step;
  }

  setAwaits(step: StepIndex, awaited: Awaited): void {
    const chunk = this.chunks[step >>> CHUNK_BITS];
    if (chunk === undefined) return;
    if (step < this.sent) this.sent = step;
    const at = step & CHUNK_MASK;
    const [id, flag] =
      "task" in awaited
        ? [awaited.task, AWAITS_TASK]
        : "group" in awaited
          ? [awaited.group, AWAITS_GROUP]
          : [awaited.job, AWAITS_JOB];
    chunk.awaited[at] = id;
    chunk.flags[at] = ((chunk.flags[at] ?? 0) & CONTINUES) | flag;
  }

  task(step: StepIndex): TaskId {
    return this.chunks[step >>> CHUNK_BITS]?.tasks[step & CHUNK_MASK] ?? 0;
  }

  loop(step: StepIndex): LoopId {
    return this.loops.at(step);
  }

  start(step: StepIndex): Nanoseconds {
    return this.chunks[step >>> CHUNK_BITS]?.starts[step & CHUNK_MASK] ?? 0;
  }

  end(step: StepIndex): Nanoseconds {
    const chunk = this.chunks[step >>> CHUNK_BITS];
    if (chunk === undefined) return 0;
    const at = step & CHUNK_MASK;
    const run = chunk.runs[at] ?? 0;
    return (chunk.starts[at] ?? 0) + (run === LONG ? this.longRuns.at(step) : run);
  }

  readySince(step: StepIndex): Nanoseconds {
    const chunk = this.chunks[step >>> CHUNK_BITS];
    if (chunk === undefined) return 0;
    const at = step & CHUNK_MASK;
    const ready = chunk.readies[at] ?? 0;
    return (chunk.starts[at] ?? 0) - (ready === LONG ? this.longReadies.at(step) : ready);
  }

  waker(step: StepIndex): Waker {
    const waker = this.wakerOf(step);
    if (waker === 0) return UNKNOWN;
    return waker < NO_STEP_WAKER ? { kind: "step", step: waker - 1 } : outside(waker);
  }

  wakerStep(step: StepIndex): StepIndex | undefined {
    const waker = this.wakerOf(step);
    return waker > 0 && waker < NO_STEP_WAKER ? waker - 1 : undefined;
  }

  node(step: StepIndex): NodeId {
    return this.chunks[step >>> CHUNK_BITS]?.nodes[step & CHUNK_MASK] ?? 0;
  }

  continues(step: StepIndex): boolean {
    return (this.flagsOf(step) & CONTINUES) !== 0;
  }

  awaits(step: StepIndex): Awaited | undefined {
    const flags = this.flagsOf(step);
    if (flags <= CONTINUES) return undefined;
    const awaited = this.chunks[step >>> CHUNK_BITS]?.awaited[step & CHUNK_MASK] ?? 0;
    if ((flags & AWAITS_TASK) !== 0) return { task: awaited };
    return (flags & AWAITS_GROUP) !== 0 ? { group: awaited } : { job: awaited };
  }

  write(delta: DeltaWriter): void {
    delta.number(this.sent);
    delta.number(this.length);
    for (let step = this.sent; step < this.length;) {
      const from = step & CHUNK_MASK;
      const to = Math.min(CHUNK_ROWS, from + this.length - step);
      this.chunks[step >>> CHUNK_BITS]?.write(delta, from, to);
      step += to - from;
    }
    this.sent = this.length;
    this.loops.write(delta);
    this.longRuns.write(delta);
    this.longReadies.write(delta);
  }

  /** What was written is somebody else's: keeps only what is needed to read on. */
  forgetSent(): void {
    const full = this.sent >>> CHUNK_BITS;
    for (; this.forgotten < full; this.forgotten++) this.chunks[this.forgotten]?.forget();
  }

  read(delta: DeltaReader): void {
    const first = delta.number();
    const length = delta.number();
    for (let step = first; step < length;) {
      const from = step & CHUNK_MASK;
      const to = Math.min(CHUNK_ROWS, from + length - step);
      this.chunkFor(step >>> CHUNK_BITS, to).read(delta, from);
      step += to - from;
    }
    this.length = length;
    this.loops.read(delta);
    this.longRuns.read(delta);
    this.longReadies.read(delta);
  }

  private chunkFor(index: number, rows: number): Chunk {
    let chunk = (this.chunks[index] ??= new Chunk(index === 0 ? FIRST_ROWS : CHUNK_ROWS));
    while (chunk.rows < rows) this.chunks[index] = chunk = chunk.grown();
    return chunk;
  }

  private wakerOf(step: StepIndex): number {
    return this.chunks[step >>> CHUNK_BITS]?.wakers[step & CHUNK_MASK] ?? 0;
  }

  private flagsOf(step: StepIndex): number {
    return this.chunks[step >>> CHUNK_BITS]?.flags[step & CHUNK_MASK] ?? 0;
  }

  private makeRoom(at: number): void {
    if (at === 0) {
      this.last = new Chunk(this.chunks.length === 0 ? FIRST_ROWS : CHUNK_ROWS);
      this.chunks.push(this.last);
    } else {
      this.last = this.last.grown();
      this.chunks[this.chunks.length - 1] = this.last;
    }
  }
}

/** The byte above the lowest 24 bits says what it is. */
function outside(waker: number): Waker {
  const id = waker % 0x1000000;
  switch (Math.floor(waker / 0x1000000)) {
    case 0x80:
      return id === 1 ? IO : id === 2 ? TIMER : id === 3 ? THREAD : UNKNOWN;
    case 0x81:
      return id === 0 ? IO : { kind: "io", source: id };
    case 0x82:
      return { kind: "signal", signal: id };
    case 0x83:
      return id === 0 ? THREAD : { kind: "thread", thread: id };
    default:
      return UNKNOWN;
  }
}

export const NO_STEPS: StepLane = {
  length: 0,
  at: () => 0,
  running: () => 0,
  ready: () => 0,
  slow: [],
  density: undefined,
};
