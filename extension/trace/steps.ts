/** The step columns: 33 bytes a step, however long the trace. */
import { CHUNK_BITS, CHUNK_MASK, CHUNK_ROWS, LONG, LongOnes, Stretches, times } from "./columns";
import type { DeltaReader, DeltaWriter, Rows, RowsKind } from "./delta";
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

  grown(): Chunk {
    const grown = new Chunk(Math.min(CHUNK_ROWS, 2 * this.rows));
    grown.copy(this.columns, 0, this.rows, 0);
    return grown;
  }

  copy(columns: readonly Rows[], from: number, to: number, at: number): void {
    this.columns.forEach((column, i) => column.set(columns[i]?.subarray(from, to) ?? [], at));
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

export class StepColumns implements Steps {
  length = 0;
  private readonly chunks: Chunk[] = [];
  private last = new Chunk(0);
  private readonly loops = new Stretches(0);
  private readonly longRuns = new LongOnes();
  private readonly longReadies = new LongOnes();
  /** After a delta keeps only what is needed to read on. */
  forgets = false;
  /** Steps before this one are gone: they were written. */
  private base = 0;
  /** Of those: when what they woke became ready; for a callback, which only passes a wake on, -1 less that. */
  private readonly woke = times();
  /** Steps before `base` about which something was learnt since, with their `awaited` and `flags`. */
  private late: number[] = [];

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
    const at = (step - this.base) & CHUNK_MASK;
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
    const [id, flag] =
      "task" in awaited
        ? [awaited.task, AWAITS_TASK]
        : "group" in awaited
          ? [awaited.group, AWAITS_GROUP]
          : [awaited.job, AWAITS_JOB];
    this.setAwaited(step, id, flag);
    if (step < this.base) this.late.push(step, id, flag);
  }

  private setAwaited(step: StepIndex, id: number, flag: number): void {
    const row = step - this.base;
    const chunk = this.chunks[row >>> CHUNK_BITS];
    if (chunk === undefined) return;
    const at = row & CHUNK_MASK;
    chunk.awaited[at] = id;
    chunk.flags[at] = ((chunk.flags[at] ?? 0) & CONTINUES) | flag;
  }

  /** A callback only passes on a wake. */
  isCallback(step: StepIndex): boolean {
    return step < this.base ? this.woke.at(step) < 0 : this.task(step) === 0;
  }

  /** When what this step woke became ready: at its end, or when the callback was itself woken. */
  wakeTime(step: StepIndex): Nanoseconds {
    if (step < this.base) return Math.max(this.woke.at(step), -1 - this.woke.at(step));
    return this.task(step) === 0 ? this.readySince(step) : this.end(step);
  }

  task(step: StepIndex): TaskId {
    const row = step - this.base;
    return this.chunks[row >>> CHUNK_BITS]?.tasks[row & CHUNK_MASK] ?? 0;
  }

  loop(step: StepIndex): LoopId {
    return this.loops.at(step);
  }

  start(step: StepIndex): Nanoseconds {
    const row = step - this.base;
    return this.chunks[row >>> CHUNK_BITS]?.starts[row & CHUNK_MASK] ?? 0;
  }

  end(step: StepIndex): Nanoseconds {
    const row = step - this.base;
    const chunk = this.chunks[row >>> CHUNK_BITS];
    if (chunk === undefined) return 0;
    const at = row & CHUNK_MASK;
    const run = chunk.runs[at] ?? 0;
    return (chunk.starts[at] ?? 0) + (run === LONG ? this.longRuns.at(step) : run);
  }

  readySince(step: StepIndex): Nanoseconds {
    const row = step - this.base;
    const chunk = this.chunks[row >>> CHUNK_BITS];
    if (chunk === undefined) return 0;
    const at = row & CHUNK_MASK;
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

  /** What was added since it was last written, which then is gone. */
  write(delta: DeltaWriter): void {
    const added = this.length - this.base;
    for (let step = this.base; step < this.length; step++)
      this.woke.push(this.task(step) === 0 ? -1 - this.readySince(step) : this.end(step));
    delta.number(added);
    for (let from = 0; from < added; from += CHUNK_ROWS)
      this.chunks[from >>> CHUNK_BITS]?.write(delta, Math.min(CHUNK_ROWS, added - from));
    this.loops.write(delta);
    this.longRuns.write(delta);
    this.longReadies.write(delta);
    delta.rows(Float64Array.from(this.late));
    this.late = [];
    // The next steps go where these were.
    this.chunks.length = Math.min(this.chunks.length, 1);
    this.last = this.chunks[0] ?? this.last;
    this.last.flags.fill(0);
    this.last.awaited.fill(0);
    this.base = this.length;
  }

  read(delta: DeltaReader): void {
    for (let left = delta.number(); left > 0;) {
      const rows = Math.min(left, CHUNK_ROWS);
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
      left -= rows;
    }
    this.loops.read(delta);
    this.longRuns.read(delta);
    this.longReadies.read(delta);
    const late = delta.rows(Float64Array);
    for (let i = 0; i < late.length; i += 3) this.setAwaited(late[i] ?? 0, late[i + 1] ?? 0, late[i + 2] ?? 0);
  }

  private wakerOf(step: StepIndex): number {
    return this.chunks[step >>> CHUNK_BITS]?.wakers[step & CHUNK_MASK] ?? 0;
  }

  private flagsOf(step: StepIndex): number {
    return this.chunks[step >>> CHUNK_BITS]?.flags[step & CHUNK_MASK] ?? 0;
  }

  private makeRoom(at: number): void {
    if (at === 0 && this.length === this.base && this.chunks.length > 0) return;
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
