import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  busiestStep,
  criticalPath,
  originalWaker,
  readTrace,
  type TaskInfo,
  type Trace,
} from "../../../extension/trace";
import { traceBytes } from "../../fixtures/arbitrary";
import { MS } from "../../fixtures/notation";
import { draw, nameOf, taskNamed } from "../../fixtures/reading";
import { rows, SINCE_WAKER, TraceWriter } from "../../fixtures/writer";

const path = (trace: Trace, name: string): readonly string[] =>
  criticalPath(trace, taskNamed(trace, name).id).map(
    ({ task, state, from, to }) => `${nameOf(trace, task) ?? ""} ${state} ${String((to - from) / MS)}`,
  );

const RUNS = 200;
/** For all runs of a property, on a machine that is busy with other things. */
const TIMEOUT_MS = 60_000;

describe("The critical path", function () {
  this.timeout(TIMEOUT_MS);

  it("of a task alone is what it did", () => {
    const trace = draw("main: ##....++##x");
    assert.deepEqual(path(trace, "main"), ["main running 2", "main waiting 4", "main ready 2", "main running 2"]);
  });

  it("goes through the member of a gather that ended last", () => {
    const trace = draw(`
      main: ##............##x
      A:      +#....#x
      B:       +#.......+#x
      A < main
      B < main
      gather main: A B
      main woken B
    `);
    const parts = path(trace, "main");
    assert.ok(parts.includes("B waiting 7"), parts.join());
    assert.ok(!parts.some((part) => part.startsWith("A")), parts.join());
  });

  it("has a ready part where the loop was kept busy, and whatever kept it is found from that part alone", () => {
    const trace = draw(`
      main: #....++++##x
      hog:   #...###x
      poll:   #.....#x
      main awaits sleep @3
    `);
    assert.deepEqual(path(trace, "main"), ["main running 1", "main waiting 4", "main ready 4", "main running 2"]);
    const ready = criticalPath(trace, taskNamed(trace, "main").id).find(({ state }) => state === "ready");
    assert.ok(ready !== undefined);
    const culprit = busiestStep(trace, 1, ready.from, ready.to) ?? 0;
    assert.equal(nameOf(trace, trace.steps.task(culprit)), "hog");
  });

  it("goes through a step that was too short for the clock to whoever woke it", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .tasks({ task: 1 }, { task: 2, parent: 1, t: MS })
        .steps(1, 1, 0, [
          rows.step(1, MS),
          rows.awaitsTask(2),
          rows.step(2, 4 * MS),
          rows.ended(2, "returned"),
          rows.step(1, 0, SINCE_WAKER, 1),
          rows.ended(1, "returned"),
        ])
        .end(5 * MS)
        .bytes(),
    );
    assert.deepEqual(path(trace, "Task-1"), ["Task-1 running 1", "Task-2 running 4"]);
  });

  it("stays in a task that was woken before it waited, by a callback in the queue", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .tasks({ task: 1 }, { task: 2 })
        .steps(1, 1, 0, [
          rows.step(1, 2 * MS),
          rows.step(2, 3 * MS, 2 * MS),
          rows.callback(MS, SINCE_WAKER, 2),
          rows.step(2, MS, SINCE_WAKER, 1),
          rows.ended(2, "returned"),
        ])
        .end(7 * MS)
        .bytes(),
    );
    assert.deepEqual(path(trace, "Task-2"), [
      "Task-2 ready 2",
      "Task-2 running 3",
      "Task-2 ready 1",
      "Task-2 running 1",
    ]);
  });

  it("is what walking back from the end finds, slice by slice", () => {
    fc.assert(
      fc.property(traceBytes(), (bytes) => {
        const trace = readTrace(bytes);
        for (const task of trace.tasks)
          assert.deepEqual(
            criticalPath(trace, task.id).map(({ task: of, state, from, to }) => ({ task: of, state, from, to })),
            plainPath(trace, task),
          );
      }),
      { numRuns: RUNS },
    );
  });

  it("leaves no gap between a task's creation and its end", () => {
    fc.assert(
      fc.property(traceBytes(), (bytes) => {
        const trace = readTrace(bytes);
        for (const task of trace.tasks) {
          const parts = criticalPath(trace, task.id);
          let t = parts[0]?.from ?? task.ended ?? trace.end;
          for (const part of parts) {
            assert.equal(part.from, t);
            assert.ok(part.to > part.from);
            t = part.to;
          }
          assert.equal(t, Math.max(task.ended ?? trace.end, parts[0]?.from ?? 0));
        }
      }),
      { numRuns: RUNS },
    );
  });
});

interface PlainPart {
  readonly task: number;
  readonly state: "running" | "ready" | "waiting";
  readonly from: number;
  readonly to: number;
}

/** A slice that nothing woke has no waker; who passed a wake on is no task. */
interface PlainSlice extends PlainPart {
  readonly waker: number | undefined;
}

/** From the end back: the slice before each moment, or instead of a wait what ended it. */
function plainPath(trace: Trace, root: TaskInfo): readonly PlainPart[] {
  const { steps } = trace;
  const slices = new Map(trace.tasks.map((task) => [task.id, plainSlices(trace, task)]));
  const parts: PlainPart[] = [];
  let task = root.id;
  let t = root.ended ?? trace.end;
  const back = (state: PlainPart["state"], until: number): void => {
    const from = Math.max(until, root.created);
    if (from < t) parts.unshift({ task, state, from, to: t });
    t = Math.min(t, from);
  };
  while (t > root.created) {
    const slice = slices.get(task)?.find(({ from, to }) => from < t && t <= to);
    if (slice === undefined) {
      // Before it was created, its parent decided.
      const parent = trace.task(task)?.parent;
      if (parent === undefined) break;
      task = parent;
      continue;
    }
    const { waker, state, from, to } = slice;
    const isTheirs = waker !== undefined && steps.task(waker) !== task && steps.start(waker) < t;
    if (to === t && isTheirs && steps.end(waker) > from) {
      back("waiting", steps.end(waker));
      task = steps.task(waker);
    } else back(state, from);
  }
  return parts;
}

function plainSlices(trace: Trace, { id, created }: TaskInfo): readonly PlainSlice[] {
  const { steps } = trace;
  const list = trace.stepsOf(id);
  const slices: PlainSlice[] = [];
  let last: number | undefined;
  for (let i = 0; i < list.length; i++) {
    const step = list.at(i);
    const source = originalWaker(trace, step);
    const waker = source.kind === "step" && steps.task(source.step) !== 0 ? source.step : undefined;
    const [since, start, end] = [steps.readySince(step), steps.start(step), steps.end(step)];
    if (last !== undefined) slices.push({ task: id, state: "waiting", from: last, to: since, waker });
    slices.push({ task: id, state: "ready", from: last === undefined ? created : since, to: start, waker: undefined });
    slices.push({ task: id, state: "running", from: start, to: end, waker: undefined });
    last = end;
  }
  const state = last === undefined ? "ready" : "waiting";
  return [...slices, { task: id, state, from: last ?? created, to: Infinity, waker: undefined }];
}
