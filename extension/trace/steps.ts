/** The step columns: 33 bytes a step, however long the trace. */
import { LONG, LongOnes, Stretches } from "./columns";
import type { DeltaReader, DeltaWriter, Rows, RowsKind } from "./delta";
import type { Awaited, StepLane, Steps, Waker } from "./trace";
import type { LoopId, Nanoseconds, NodeId, StepIndex, TaskId } from "./types";

export const CONTINUES = 1;
/** What a step awaits: as one of the flags of its row. */
export const AWAITS_TASK = 2;
export const AWAITS_GROUP = 4;
export const AWAITS_JOB = 8;

const UNKNOWN: Waker = { kind: "unknown" };
const IO: Waker = { kind: "io" };
const TIMER: Waker = { kind: "timer" };
const THREAD: Waker = { kind: "thread" };

/** In the waker column: 0 unknown; up to `NO_STEP_WAKER` the waking step + 1; from there on what the file says. */
export const NO_STEP_WAKER = 0x80000000;

const CHUNK_BITS = 16;
/** Steps in a chunk: big enough to be cheap to index, small enough that adding one never makes a pause. */
export const CHUNK_ROWS = 1 << CHUNK_BITS;
export const CHUNK_MASK = CHUNK_ROWS - 1;

/** The rows of the first chunk: most traces are small. */
const FIRST_ROWS = 1024;

/** All columns of some steps, so that a step finds room in all of them at once. */
export class Chunk {
  readonly tasks: Uint32Array;
  readonly starts: Float64Array;
  readonly runs: Uint32Array;
  /** Time before the start. */
  readonly readies: Uint32Array;
  readonly wakers: Uint32Array;
  readonly nodes: Uint32Array;
  readonly awaited: Uint32Array;
  readonly flags: Uint8Array;

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

  /** The same rows with room for more. */
  grown(rows: number): Chunk {
    const grown = new Chunk(rows);
    grown.copy(this.columns, 0, this.rows, 0);
    return grown;
  }

  copy(columns: readonly Rows[], from: number, to: number, at: number): void {
    this.columns.forEach((column, i) => {
      const rows = columns[i];
      // A view costs as much as copying a hundred rows.
      if (rows !== undefined) column.set(from === 0 && to === rows.length ? rows : rows.subarray(from, to), at);
    });
  }

  write(delta: DeltaWriter, rows: number): void {
    for (const column of this.columns) delta.rows(column.subarray(0, rows));
  }

  static read(delta: DeltaReader): readonly Rows[] {
    const [u32, f64, u8] = [Uint32Array, Float64Array, Uint8Array];
    return [u32, f64, u32, u32, u32, u32, u32, u8].map((kind: RowsKind) => delta.rows(kind));
  }

  private get columns(): readonly Rows[] {
    const { tasks, starts, runs, readies, wakers, nodes, awaited, flags } = this;
    return [tasks, starts, runs, readies, wakers, nodes, awaited, flags];
  }
}

/** Where steps go as they are read, and what reading on asks of those before. */
export interface StepSink {
  readonly length: number;
  add(
    task: TaskId,
    loop: LoopId,
    start: Nanoseconds,
    run: Nanoseconds,
    ready: Nanoseconds,
    waker: number,
    node: NodeId,
    flags: number,
  ): StepIndex;
  /** `flag`: whether it awaits a task, a group or a job. */
  setAwaits(step: StepIndex, id: number, flag: number): void;
  /** A callback only passes on a wake. */
  isCallback(step: StepIndex): boolean;
  /** When what this step woke became ready: at its end, or when the callback was itself woken. */
  wakeTime(step: StepIndex): Nanoseconds;
}

export class StepColumns implements Steps, StepSink {
  length = 0;
  private readonly chunks: Chunk[] = [];
  private last = new Chunk(0);
  private readonly loops = new Stretches(0);
  private readonly longRuns = new LongOnes();
  private readonly longReadies = new LongOnes();

  add(
    task: TaskId,
    loop: LoopId,
    start: Nanoseconds,
    run: Nanoseconds,
    ready: Nanoseconds,
    waker: number,
    node: NodeId,
    flags: number,
  ): StepIndex {
    const step = this.length;
    const at = step & CHUNK_MASK;
    if (at === 0 || at === this.last.rows) this.makeRoom(at);
    const { last } = this;
    if (run >= LONG) this.longRuns.push(step, run);
    if (ready >= LONG) this.longReadies.push(step, ready);
    last.tasks[at] = task;
    last.starts[at] = start;
    last.runs[at] = run < LONG ? run : LONG;
    last.readies[at] = ready < LONG ? ready : LONG;
    last.wakers[at] = waker;
    last.nodes[at] = node;
    last.flags[at] = flags;
    this.loops.push(loop);
    this.length = step + 1;
    return step;
  }

  setAwaits(step: StepIndex, id: number, flag: number): void {
    const chunk = this.chunks[step >>> CHUNK_BITS];
    if (chunk === undefined) return;
    const at = step & CHUNK_MASK;
    chunk.awaited[at] = id;
    chunk.flags[at] = ((chunk.flags[at] ?? 0) & CONTINUES) | flag;
  }

  isCallback(step: StepIndex): boolean {
    return this.task(step) === 0;
  }

  wakeTime(step: StepIndex): Nanoseconds {
    return this.task(step) === 0 ? this.readySince(step) : this.end(step);
  }

  chunkOf(step: StepIndex): Chunk | undefined {
    return this.chunks[step >>> CHUNK_BITS];
  }

  task(step: StepIndex): TaskId {
    return this.chunks[step >>> CHUNK_BITS]?.tasks[step & CHUNK_MASK] ?? 0;
  }

  loop(step: StepIndex): LoopId {
    return this.loops.at(step);
  }

  /** One past the last step of the same loop from this one on. */
  endOfLoop(step: StepIndex): StepIndex {
    return this.loops.endOfStretch(step);
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
    const wakers = this.chunks[step >>> CHUNK_BITS]?.wakers;
    if (wakers === undefined) return UNKNOWN;
    // Its parts, and not the number: that is so large that an engine would make an object of it.
    const at = step & CHUNK_MASK;
    const kind = wakers[at]! >>> 24;
    if (kind >= NO_STEP_WAKER >>> 24) return outside(kind, wakers[at]! & 0xffffff);
    const waker = wakers[at]!;
    return waker === 0 ? UNKNOWN : { kind: "step", step: waker - 1 };
  }

  wakerStep(step: StepIndex): StepIndex | undefined {
    // As a number with a sign what the file says is below 0.
    const waker = (this.chunks[step >>> CHUNK_BITS]?.wakers[step & CHUNK_MASK] ?? 0) | 0;
    return waker > 0 ? waker - 1 : undefined;
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

  /** Takes in what `Outgoing` wrote. */
  read(delta: DeltaReader): void {
    const first = this.length;
    const rows = delta.number();
    const columns = Chunk.read(delta);
    for (let from = 0; from < rows;) {
      const at = this.length & CHUNK_MASK;
      const to = Math.min(rows, from + CHUNK_ROWS - at);
      if (at === 0) this.makeRoom(0);
      while (this.last.rows < at + to - from) this.makeRoom(this.last.rows);
      this.last.copy(columns, from, to, at);
      this.length += to - from;
      from = to;
    }
    const stretches = delta.rows(Uint32Array);
    for (let i = 0; i < stretches.length; i += 2) this.loops.extend(stretches[i] ?? 0, stretches[i + 1] ?? 0);
    for (const long of [this.longRuns, this.longReadies]) {
      const durations = delta.rows(Float64Array);
      for (let i = 0; i < durations.length; i += 2) long.push(first + (durations[i] ?? 0), durations[i + 1] ?? 0);
    }
    const late = delta.rows(Float64Array);
    for (let i = 0; i < late.length; i += 3) this.setAwaits(late[i] ?? 0, late[i + 1] ?? 0, late[i + 2] ?? 0);
  }

  private flagsOf(step: StepIndex): number {
    return this.chunks[step >>> CHUNK_BITS]?.flags[step & CHUNK_MASK] ?? 0;
  }

  private makeRoom(at: number): void {
    if (at === 0) {
      this.last = new Chunk(this.chunks.length === 0 ? FIRST_ROWS : CHUNK_ROWS);
      this.chunks.push(this.last);
    } else {
      this.last = this.last.grown(Math.min(CHUNK_ROWS, 2 * this.last.rows));
      this.chunks[this.chunks.length - 1] = this.last;
    }
  }
}

/** `kind`: the byte above the lowest 24 bits. */
function outside(kind: number, id: number): Waker {
  switch (kind) {
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
