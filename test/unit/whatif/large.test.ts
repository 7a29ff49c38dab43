/** Runs of many rounds: no call takes more arguments than it can, nothing is done once a row for all rows, all in slices. */
import assert from "node:assert/strict";
import { readTrace, type Trace } from "../../../extension/trace";
import { projectedTrace, whatIf, type Change, type Lines } from "../../../extension/whatif";
import { rows, TraceWriter, WAKER, type StepRow } from "../../fixtures/writer";

const LINES: Lines = { file: "/app.py", line: 3, endLine: 3, column: undefined };
/** More than a call takes arguments. */
const ROUNDS = 130_000;
/** The most that may be done between two pauses, in rows. */
const SLICE = 20_000;
const TIMEOUT_MS = 120_000;

/** Tasks in turn; `node` of each of their steps. */
function run(tasks: readonly number[], rounds: number, node: (task: number, round: number) => number): Trace {
  const writer = new TraceWriter()
    .header()
    .define(
      { k: "loop", id: 1, thread: "MainThread", class: "loop", t: 0 },
      { k: "file", id: 1, path: "/app.py", user: true },
      { k: "file", id: 2, path: "/usr/lib/python3.12/asyncio/locks.py", user: false },
      { k: "code", id: 1, file: 1, name: "work", line: 1, is: "coroutine" },
      { k: "code", id: 2, file: 2, name: "Semaphore.acquire", line: 1, is: "coroutine" },
      { k: "node", id: 1, parent: 0, code: 1, line: 3 },
      { k: "node", id: 2, parent: 0, code: 1, line: 4 },
      { k: "node", id: 3, parent: 1, code: 2, line: 9 },
    );
  writer.tasks(...tasks.map((task) => ({ task, code: 1 })));
  const steps: StepRow[] = [];
  for (let round = 0; round <= rounds; round++)
    for (const task of tasks) {
      const isLast = round === rounds;
      steps.push(rows.step(task, 1000, 0, round === 0 ? WAKER.unknown : WAKER.timer, isLast ? 0 : node(task, round)));
      if (isLast) steps.push(rows.ended(task, "returned"));
    }
  return readTrace(
    writer
      .steps(1, 1, 0, steps)
      .end(1000 * tasks.length * (rounds + 1))
      .bytes(),
  );
}

function pausesOf(trace: Trace, change: Change): number {
  let pauses = 0;
  const finish = <T>(work: Generator<undefined, T>): T => {
    for (;;) {
      const next = work.next();
      if (next.done === true) return next.value;
      pauses++;
    }
  };
  const projected = readTrace(finish(projectedTrace(finish(whatIf(trace, [change])))));
  assert.ok(projected.complete && projected.tasks.length >= trace.tasks.length);
  return pauses;
}

describe("what if, of a run of many rounds", function () {
  this.timeout(TIMEOUT_MS);

  it("they all begin together", () => {
    const trace = run([1], ROUNDS, () => 1);
    assert.ok(pausesOf(trace, { kind: "concurrent", lines: [LINES] }) > trace.steps.length / SLICE);
  });

  it("a semaphore lets in others, in most of which nobody waited", () => {
    const trace = run([1, 2], ROUNDS / 2, (task, round) => (task === 1 && round === 0 ? 3 : 2));
    assert.ok(pausesOf(trace, { kind: "limit", lines: LINES, limit: 3 }) > trace.steps.length / SLICE);
  });
});
