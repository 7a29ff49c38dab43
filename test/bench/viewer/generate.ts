/** Writes traces of any size, as a busy service would leave them: many tasks, short steps, waits of every length. */
import * as fs from "node:fs";
import { integers, rows, TraceWriter, type TaskRow } from "../../fixtures/writer";

/** A step makes a task ready, running and waiting: three changes of state. */
export const EVENTS_A_STEP = 3;
/** Tasks that live as long as the program, and tasks that come and go. */
export const LONG_LIVED = 200;
const SHORT_LIVED_STEPS = 12;
const ROWS_A_BLOCK = 4096;
/** Bytes before the rows of a block of steps, and of a row. */
const HEAD = 16;
const ROW = 20;
const TAG_IDLE = 0xffffffff;
const TAG_ENDED = 0xfffffffe;
const FROM_IO = 0x80000001;
const FROM_TIMER = 0x80000002;

/** Of executor jobs, for each block of steps. */
const JOBS = 8;

/** `all`: also groups, executor jobs, and a second loop in a thread of its own. */
export type Kind = "steps" | "all";

/** Writes about `events` events to `file`; returns how many. */
export function generate(file: string, events: number, kind: Kind = "steps"): number {
  const random = generator(events);
  const out = fs.openSync(file, "w");
  const isAll = kind === "all";
  fs.writeSync(out, head(isAll));
  const wanted = Math.round(events / EVENTS_A_STEP);
  const block = new Uint32Array(4 + ROWS_A_BLOCK * 5);
  /** Each loop's steps and clock; the first one's is what is looked at last. */
  const loops = [1, 2].slice(0, isAll ? 2 : 1).map((id) => ({ id, steps: 0, clock: 5e6 }));
  let steps = 0;
  let group = 0;
  let job = 0;
  let nextTask = LONG_LIVED + 2;
  /** Of short-lived tasks: steps left. */
  const young = new Map<number, number>();
  for (let turn = 0; steps < wanted; turn++) {
    const loop = loops[turn % loops.length]!;
    let { clock } = loop;
    if (isAll) {
      fs.writeSync(out, jobs(job + 1, loop.id, clock));
      job += JOBS;
    }
    if (young.size < 20 && loop.id === 1) {
      if (isAll) {
        const row = { id: group + 1, kind: "gather", owner: 3 + 2 * (group % 90), site: 6, t: clock } as const;
        if (group > 0) fs.writeSync(out, new TraceWriter().groupEnds([group, "returned", clock]).bytes());
        fs.writeSync(out, new TraceWriter().groups(row).bytes());
        group += 1;
      }
      const born: TaskRow[] = Array.from({ length: 20 }, (_, i) => ({ ...task(nextTask + i, clock), group }));
      for (const { task: id } of born) young.set(id, SHORT_LIVED_STEPS + Math.floor(random() * 10));
      // A long trace has more steps a task, not lanes without end.
      if (nextTask < 4000) fs.writeSync(out, new TraceWriter().tasks(...born).bytes());
      else young.clear();
      nextTask += 20;
    }
    let used = 4;
    const push = (a: number, b: number, c: number, d: number, e: number): void => {
      block[used] = a;
      block[used + 1] = b;
      block[used + 2] = c;
      block[used + 3] = d;
      block[used + 4] = e;
      used += 5;
    };
    block.set([loop.id, loop.steps + 1, clock % 2 ** 32, Math.floor(clock / 2 ** 32)]);
    if (steps === 0) {
      push(1, 40e3, 0, 0, 8); // main, which waits until the end
      steps += 1;
      loop.steps += 1;
      clock += 40e3;
    }
    while (used < block.length - 15 && steps < wanted) {
      const isYoung = young.size > 0 && loop.id === 1 && random() < 0.05;
      const drawn = isYoung ? (young.keys().next().value ?? 2) : 2 + Math.floor(random() * LONG_LIVED);
      const id = isAll && !isYoung ? ofLoop(drawn, loop.id) : drawn;
      const run = random() < 0.000005 ? 120e6 : Math.floor(2e3 + random() * random() * 60e3);
      const dice = random();
      const waker =
        dice < 0.4 ? FROM_IO : dice < 0.7 ? FROM_TIMER : 1 + Math.floor(random() * Math.min(loop.steps, 50));
      push(id, run, Math.floor(random() * 200e3), loop.steps === 0 ? 0 : waker, 3 + Math.floor(random() * 3));
      steps += 1;
      loop.steps += 1;
      clock += run;
      const left = isYoung ? (young.get(id) ?? 0) - 1 : 1;
      if (isYoung) young.set(id, left);
      if (left <= 0) {
        young.delete(id);
        push(TAG_ENDED, id, random() < 0.02 ? 2 : 1, 0, 0);
      }
      if (random() < 0.1) {
        const idle = Math.floor(random() * 400e3);
        push(TAG_IDLE, idle, 0, 0, 0);
        clock += idle;
      }
    }
    fs.writeSync(out, byPlanes(new Uint8Array(block.buffer, 0, used * 4)));
    loop.clock = clock;
  }
  const clock = Math.max(...loops.map((loop) => loop.clock));
  const first = (loops[0]?.steps ?? 0) + 1;
  const tail = new TraceWriter().steps(1, first, clock, [rows.step(1, 40e3, 0, 0, 0), rows.ended(1, "returned")]);
  fs.writeSync(out, tail.end(clock + 40e3).bytes());
  fs.closeSync(out);
  return (steps + 1) * EVENTS_A_STEP;
}

/** A block of steps as the runtime writes it: a byte that is the same in every row only once. */
function byPlanes(plain: Uint8Array): Uint8Array {
  const rows = (plain.byteLength - HEAD) / ROW;
  const written = Array.from({ length: ROW }, (_, plane) => {
    for (let row = 1; row < rows; row++) if (plain[HEAD + row * ROW + plane] !== plain[HEAD + plane]) return plane;
    return -1;
  }).filter((plane) => plane >= 0);
  const length = HEAD + 8 + ROW + written.length * rows;
  const block = new Uint8Array(8 + length + (-length & 3));
  block.set(integers([5, block.length - 8]));
  block.set(plain.subarray(0, HEAD), 8);
  block.set(integers([rows, written.reduce((sum, plane) => sum + 2 ** plane, 0)]), 8 + HEAD);
  block.set(plain.subarray(HEAD, HEAD + ROW), 16 + HEAD);
  written.forEach((plane, i) => {
    const at = 16 + HEAD + ROW + i * rows;
    for (let row = 0; row < rows; row++) block[at + row] = plain[HEAD + row * ROW + plane] ?? 0;
  });
  return block;
}

function task(id: number, t: number): TaskRow {
  return { task: id, parent: 1, code: 2, site: 1, t };
}

/** The task, or the one after it if it is not of this loop: those of the second loop have even numbers. */
function ofLoop(task: number, loop: number): number {
  return task % 2 === loop % 2 ? task : 2 + ((task - 1) % LONG_LIVED);
}

/** Some executor jobs, one after another; numbered from `first` on. */
function jobs(first: number, loop: number, t: number): Uint8Array {
  const writer = new TraceWriter();
  for (let i = 0; i < JOBS; i++) {
    const [id, asked] = [first + i, t + i * 4e6];
    const of = { loop, task: ofLoop(2 + i, loop), site: 6, function: 7, executor: "thread" };
    writer.define(
      { k: "job", id, ...of, t: asked },
      { k: "job_started", job: id, thread: 1, t: asked + 1e5 },
      { k: "job_ended", job: id, t: asked + 3e6, outcome: 1 },
    );
  }
  return writer.bytes();
}

function head(isAll: boolean): Uint8Array {
  const writer = new TraceWriter().header({ argv: ["service.py"] });
  writer.define(
    { k: "loop", id: 1, thread: "MainThread", class: "asyncio.SelectorEventLoop", t: 0 },
    { k: "file", id: 1, path: "/project/service.py", user: true },
    { k: "file", id: 2, path: "/usr/lib/python3.12/asyncio/tasks.py", user: false },
    { k: "file", id: 3, path: "/usr/lib/python3.12/asyncio/queues.py", user: false },
    { k: "code", id: 1, file: 1, name: "main", line: 60, is: "coroutine" },
    { k: "code", id: 2, file: 1, name: "serve", line: 20, is: "coroutine" },
    { k: "code", id: 3, file: 2, name: "sleep", line: 640, is: "coroutine" },
    { k: "code", id: 4, file: 3, name: "Queue.get", line: 150, is: "coroutine" },
    { k: "node", id: 1, parent: 0, code: 1, line: 64, end_line: 64, col: 4, end_col: 30 },
    { k: "node", id: 2, parent: 0, code: 2, line: 24, end_line: 24, col: 8, end_col: 40 },
    { k: "node", id: 3, parent: 2, code: 3, line: 656 },
    { k: "node", id: 6, parent: 0, code: 2, line: 27, end_line: 27, col: 15, end_col: 44 },
    { k: "node", id: 4, parent: 6, code: 4, line: 158 },
    { k: "node", id: 5, parent: 6, on: "future" },
    { k: "node", id: 8, parent: 1, on: "gather" },
  );
  if (isAll)
    writer.define(
      { k: "loop", id: 2, thread: "Thread-1", class: "asyncio.SelectorEventLoop", t: 0 },
      { k: "thread", id: 1, name: "ThreadPoolExecutor-0_0" },
      { k: "code", id: 5, file: 1, name: "compress", line: 90, is: "function" },
      { k: "node", id: 7, parent: 0, code: 5, line: 90 },
    );
  const loop = (id: number): number => (isAll && id % 2 === 0 ? 2 : 1);
  const tasks = Array.from({ length: LONG_LIVED }, (_, i) => ({
    ...task(i + 2, (i + 1) * 10e3),
    loop: loop(i + 2),
  }));
  return writer.tasks({ task: 1, code: 1, t: 0 }, ...tasks).bytes();
}

/** The same numbers every time, so that two runs measure the same trace. */
function generator(seed: number): () => number {
  let state = seed % 2 ** 32;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
