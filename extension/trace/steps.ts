/** The step columns: 33 bytes a step, however long the trace. */
import { CHUNK_BITS, CHUNK_MASK, CHUNK_ROWS, LONG, Stretches } from "./columns";
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
    grown.tasks.set(this.tasks);
    grown.starts.set(this.starts);
    grown.runs.set(this.runs);
    grown.readies.set(this.readies);
    grown.wakers.set(this.wakers);
    grown.nodes.set(this.nodes);
    grown.awaited.set(this.awaited);
    grown.flags.set(this.flags);
    return grown;
  }
}

export class StepColumns implements Steps {
  length = 0;
  private readonly chunks: Chunk[] = [];
  private last = new Chunk(0);
  private readonly loops = new Stretches();
  /** Times of {@link LONG} and more. */
  private readonly longRuns = new Map<StepIndex, Nanoseconds>();
  private readonly longReadies = new Map<StepIndex, Nanoseconds>();

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
    if (run >= LONG) this.longRuns.set(step, run);
    if (ready >= LONG) this.longReadies.set(step, ready);
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
    return (chunk.starts[at] ?? 0) + (run === LONG ? (this.longRuns.get(step) ?? LONG) : run);
  }

  readySince(step: StepIndex): Nanoseconds {
    const chunk = this.chunks[step >>> CHUNK_BITS];
    if (chunk === undefined) return 0;
    const at = step & CHUNK_MASK;
    const ready = chunk.readies[at] ?? 0;
    return (chunk.starts[at] ?? 0) - (ready === LONG ? (this.longReadies.get(step) ?? LONG) : ready);
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
