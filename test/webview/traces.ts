/** Traces the webview tests show. */
import { traceFromText } from "../fixtures/notation";
import { rows, TraceWriter, type StepRow, type TaskRow } from "../fixtures/writer";

/** Greets two people at once. */
export const HELLO = traceFromText(`
main:  ###......................................##x
Alice:    ++#..............................++#x
Bob:      +#...................................#x
Alice < main @hello.py:12:8-20
Bob < main @hello.py:12:24-34
Alice = greet
Bob = greet
Alice awaits sleep @hello.py:7:4-24
Bob awaits sleep @hello.py:7:4-24
gather main: Alice Bob @hello.py:11:4-30
`);

/** How long that takes, in columns of the drawing. */
export const HELLO_COLUMNS = 43;

/** Two files are read in threads at once; then one more is. */
export const JOBS = traceFromText(`
main: ##..................................#...................#x
main awaits future @app.py:4:4-30
main awaits executor 3 @app.py:5:4-30
{"k": "thread", "id": 2, "name": "pool_0"}
{"k": "thread", "id": 3, "name": "pool_1"}
{"k": "code", "id": 90, "file": 1, "name": "read_file", "line": 1, "is": "function"}
{"k": "node", "id": 90, "parent": 0, "code": 90}
{"k": "job", "id": 1, "loop": 1, "task": "main", "site": "@4", "function": 90, "executor": "thread", "t": 1}
{"k": "job", "id": 2, "loop": 1, "task": "main", "site": "@4", "function": 90, "executor": "thread", "t": 2}
{"k": "job_started", "job": 1, "thread": 2, "t": 4}
{"k": "job_started", "job": 2, "thread": 3, "t": 6}
{"k": "job_ended", "job": 2, "outcome": 1, "t": 20}
{"k": "job_ended", "job": 1, "outcome": 1, "t": 34}
{"k": "job", "id": 3, "loop": 1, "task": "main", "site": "@5", "function": 90, "executor": "thread", "t": 37}
{"k": "job_started", "job": 3, "thread": 2, "t": 38}
{"k": "job_ended", "job": 3, "outcome": 2, "t": 55}
`);

/** The oldest steps were given up, and some of the newest never written. */
export const LOST = traceFromText(`
old:  #x
main:                 ##.......#.........
{"k": "lost", "count": 1234, "what": "steps", "t": 16}
{"k": "lost", "count": 5, "what": "steps", "t": 30}
{"k": "lost", "count": 6, "what": "steps", "t": 34}
killed
`);

export const TASKS = 300;
const STEPS_EACH = 330;
const MICROSECOND = 1_000;

/** A crawl: main starts 300 tasks, ten at a time in a gather; each takes some 330 steps, a few block the loop. */
export function crawl(taskCount = TASKS): Uint8Array<ArrayBuffer> {
  const random = generator(7);
  const writer = new TraceWriter().header({ argv: ["crawl.py"] });
  writer.define(
    { k: "loop", id: 1, thread: "MainThread", class: "asyncio.SelectorEventLoop", t: 0 },
    { k: "file", id: 1, path: "/project/crawl.py", user: true },
    { k: "file", id: 2, path: "/usr/lib/python3.12/asyncio/tasks.py", user: false },
    { k: "file", id: 3, path: "/usr/lib/python3.12/asyncio/streams.py", user: false },
    { k: "file", id: 4, path: "/usr/lib/python3.12/asyncio/locks.py", user: false },
    { k: "code", id: 1, file: 1, name: "main", line: 60, is: "coroutine" },
    { k: "code", id: 2, file: 1, name: "fetch", line: 20, is: "coroutine" },
    { k: "code", id: 3, file: 2, name: "sleep", line: 640, is: "coroutine" },
    { k: "code", id: 4, file: 3, name: "StreamReader.readline", line: 500, is: "coroutine" },
    { k: "code", id: 5, file: 4, name: "Semaphore.acquire", line: 380, is: "coroutine" },
    { k: "node", id: 1, parent: 0, code: 1, line: 64, end_line: 64, col: 4, end_col: 30 },
    { k: "node", id: 2, parent: 1, on: "gather" },
    { k: "node", id: 3, parent: 0, code: 2, line: 24, end_line: 24, col: 8, end_col: 40 },
    { k: "node", id: 4, parent: 3, code: 3, line: 656 },
    { k: "node", id: 5, parent: 4, on: "future" },
    { k: "node", id: 6, parent: 0, code: 2, line: 27, end_line: 27, col: 15, end_col: 44 },
    { k: "node", id: 7, parent: 6, code: 4, line: 540 },
    { k: "node", id: 8, parent: 7, on: "future" },
    { k: "node", id: 9, parent: 0, code: 2, line: 22, end_line: 22, col: 15, end_col: 24 },
    { k: "node", id: 10, parent: 9, code: 5, line: 400 },
    { k: "node", id: 11, parent: 10, on: "future" },
  );
  const tasks: TaskRow[] = [{ task: 1, code: 1, t: 0 }];
  for (let i = 2; i <= taskCount; i++) tasks.push({ task: i, parent: 1, code: 2, site: 1, t: i * 10 * MICROSECOND });
  writer.tasks(...tasks);
  for (let g = 0; g < Math.floor(taskCount / 10) - 1; g++) {
    const members = Array.from({ length: 10 }, (_, i) => 2 + g * 10 + i);
    writer.define({ k: "group", id: g + 1, kind: "gather", owner: 1, site: 1, t: (4 + g * 0.1) * 1e6, members });
  }
  let first = 1;
  let clock = 4e6;
  const remaining = new Array<number>(taskCount + 1).fill(STEPS_EACH);
  const nodes = [5, 8, 11];
  let alive = Array.from({ length: taskCount - 1 }, (_, i) => i + 2);
  writer.steps(1, first++, 0, [rows.step(1, 3e6, 0, 0, 2), rows.awaitsGroup(1)]);
  while (alive.length > 0) {
    const block: StepRow[] = [];
    const begin = clock;
    const number = first;
    for (const task of alive) {
      if (random() < 0.4) continue;
      const left = (remaining[task] = (remaining[task] ?? 0) - (random() < 0.02 ? 40 : 1));
      const isSlow = random() < 0.0002;
      const run = isSlow ? 130e6 : Math.round((8 + random() * 60) * MICROSECOND);
      const node = nodes[Math.floor(random() * 3)] ?? 5;
      block.push(rows.step(task, run, Math.round(random() * 900 * MICROSECOND), 0x80000001, left <= 0 ? 0 : node));
      first++;
      clock += run;
      if (left > 0) continue;
      const dice = random();
      block.push(rows.ended(task, dice < 0.03 ? "raised" : dice < 0.08 ? "cancelled" : "returned"));
    }
    alive = alive.filter((task) => (remaining[task] ?? 0) > 0);
    const idle = Math.round(random() * 4e6);
    block.push(rows.idle(idle));
    clock += idle;
    writer.steps(1, number, begin, block);
  }
  writer.steps(1, first, clock, [rows.step(1, 40 * MICROSECOND, 0, 2, 0), rows.ended(1, "returned")]);
  clock += 40 * MICROSECOND;
  return writer.define({ k: "loop_closed", id: 1, t: clock }).end(clock).bytes();
}

/** The same numbers every time, so that a screenshot can be compared with the one before. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}
