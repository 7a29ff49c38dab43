import assert from "node:assert/strict";
import { oneAfterAnother, taskTimes, TraceReader, type Trace } from "../../../extension/trace";
import { emptiness, headline, statusOf } from "../../../media/timeline/status";
import { packState, unpackState, type ViewState } from "../../../media/timeline/viewState";
import { MS } from "../../fixtures/notation";
import { draw, taskNamed } from "../../fixtures/reading";
import { TraceWriter } from "../../fixtures/writer";

const ended = { kind: "ended" } as const;
const running = { kind: "running" } as const;

function read(writer: TraceWriter): Trace {
  const reader = new TraceReader();
  reader.push(writer.bytes());
  reader.finish();
  return reader.trace;
}

const texts = (
  trace: Trace,
  state: typeof ended | typeof running | { kind: "failed"; message: string },
): readonly string[] => statusOf(trace, state, undefined).map((status) => status.text);

describe("The status", () => {
  it("of a program that ended has its exit code", () => {
    assert.deepEqual(texts(draw("main: #x"), ended), ["Ended, exit code 0"]);
    assert.deepEqual(texts(draw("main: #x\nexit 3"), ended), ["Ended, exit code 3"]);
  });

  it("of a killed program says what was kept", () => {
    assert.deepEqual(texts(draw("main: #....\nkilled"), ended), [
      "The program was killed here; everything up to 5.00 ms was kept",
    ]);
  });

  it("counts lost events", () => {
    assert.deepEqual(texts(draw("main: #x\nlost 1234"), ended), ["1,234 events were lost", "Ended, exit code 0"]);
  });

  it("passes on why nothing can be shown", () => {
    const state = { kind: "failed", message: "No Python 3.10 or newer was found. Choose one." } as const;
    assert.deepEqual(texts(read(new TraceWriter().header()), state), [state.message]);
  });

  it("of a recorder that failed says that the program went on", () => {
    const trace = read(new TraceWriter().header().define({ k: "failed", message: "disk full", t: 5e6 }).end(9e6));
    assert.match(
      texts(trace, ended)[0] ?? "",
      /^The recorder stopped .*: disk full\. The program went on without it\.$/,
    );
  });
});

describe("An empty picture", () => {
  it("says that no loop was started, and what to do", () => {
    const empty = emptiness(read(new TraceWriter().header().end(5e6)), ended, undefined);
    assert.equal(empty?.title, "No asyncio loop was started");
    assert.match(empty.advice, /asyncio\.run/);
  });

  it("of a program that still runs promises its tasks", () => {
    const reader = new TraceReader();
    assert.equal(emptiness(reader.trace, running, undefined)?.title, "The program has started");
  });

  it("of a program that was killed early says so", () => {
    const empty = emptiness(read(new TraceWriter().header()), ended, undefined);
    assert.equal(empty?.title, "The program was killed before its first task ran");
  });

  it("is none once there is a task", () => {
    assert.equal(emptiness(draw("main: #x"), ended, undefined), undefined);
  });
});

describe("The headline", () => {
  const inMilliseconds = (text: string): number => {
    return oneAfterAnother(draw(text)) / MS;
  };

  it("says what concurrency bought", () => {
    assert.equal(headline(3, 1e9, 2e9), "3 tasks, 1.00 s; one after another it would have taken 2.00 s");
    assert.equal(headline(1, 2e9, 2e9), "1 task, 2.00 s");
  });

  it("adds up runs and waits for the outside, not waits for other tasks", () => {
    const total = inMilliseconds(`
      main: ##..............#x
      A:      +#.........#x
      B:       +#..........#x
      gather main: A B
    `);
    assert.equal(total, 3 + 2 + 2 + 9 + 10);
  });

  it("does not count an idle worker's wait for work", () => {
    const waiting = "main: #.....#x\nW:     #.....";
    const total = inMilliseconds(`${waiting}\nW awaits queue.get @w.py:3\nkilled`);
    assert.ok(total < 9, String(total));
  });
});

describe("A task's totals", () => {
  it("add up to its life", () => {
    const trace = draw(`
      main: ##...++#....#x
      A:      +##.........
      killed
    `);
    const main = taskTimes(trace, taskNamed(trace, "main").id);
    assert.deepEqual(main, { steps: 3, run: 4 * MS, ready: 2 * MS, wait: 7 * MS });
    const open = taskTimes(trace, taskNamed(trace, "A").id);
    assert.deepEqual(open, { steps: 1, run: 2 * MS, ready: MS, wait: 9 * MS });
  });
});

describe("What the page remembers", () => {
  const state: ViewState = {
    generation: "g",
    from: 1,
    to: 2,
    cursor: 5,
    range: { from: 1, to: 2 },
    chosen: { kind: "group", group: 3 },
    follow: "off",
    scroll: 3,
    table: false,
    density: "compact",
    collapsed: [2],
    pinned: [],
  };

  it("comes back as it was", () => {
    assert.deepEqual(unpackState(packState(state)), state);
    assert.deepEqual(unpackState(JSON.parse(JSON.stringify(packState(state)))), state);
  });

  it("is forgotten when it is anything else", () => {
    const packed = packState(state) as Record<string, unknown>;
    for (const value of [
      undefined,
      null,
      7,
      "x",
      {},
      { ...packed, version: 2 },
      { ...packed, from: 2, to: 1 },
      { ...packed, to: null },
      { ...packed, scroll: Number.NaN },
      { ...packed, follow: "always" },
    ]) {
      assert.equal(unpackState(value), undefined);
    }
  });

  it("keeps the rest when what was chosen is not understood", () => {
    const packed = packState(state) as object;
    const known = JSON.parse(
      JSON.stringify({ ...packed, cursor: undefined, range: undefined, chosen: undefined }),
    ) as object;
    const odd = { cursor: "now", range: { from: 2, to: 1 }, chosen: { kind: "group", group: -1 } };
    assert.deepEqual(unpackState({ ...packed, ...odd }), unpackState(known));
    assert.equal(unpackState(known)?.chosen, undefined);
  });
});
