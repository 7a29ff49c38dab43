import assert from "node:assert/strict";
import * as fc from "fast-check";
import { chromeJson, readTrace, type Trace } from "../../../extension/trace";
import { traceBytes } from "../../fixtures/arbitrary";
import { draw } from "../../fixtures/reading";

interface Event {
  readonly name: string;
  readonly ph: string;
  readonly cat?: string;
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
  readonly id?: number;
  readonly id2?: { readonly local: string };
  readonly s?: string;
  readonly bp?: string;
  readonly args?: { readonly name?: string };
}

const trace = draw(`
  main: ##............##x
  A:      +#....#x
  B:       +#.......+#!
  *:           #
  A < main
  B < main
  gather main: A B
  main woken B
  B raises ValueError: no
`);
const document = JSON.parse([...chromeJson(trace)].join("")) as { readonly traceEvents: readonly Event[] };
const events = document.traceEvents;

describe("Chrome JSON", () => {
  it("has every step and callback, each on its task's own track", () => {
    assert.equal(events.filter(({ cat }) => cat === "running").length + 1, trace.steps.length);
    assert.equal(events.filter(({ cat }) => cat === "callback").length, 1);
  });

  it("has no two slices of a track at once, which Perfetto would drop", () => {
    for (const task of trace.tasks) {
      const slices = events.filter(({ ph, tid }) => ph === "X" && tid === task.id).sort((a, b) => a.ts - b.ts);
      slices.forEach((slice, i) => {
        const before = slices[i - 1];
        assert.ok(before === undefined || before.ts + before.dur <= slice.ts + 1e-6);
      });
    }
  });

  it("has a flow from the step that woke a task to the step it ran then", () => {
    const main = trace.tasks.find(({ name }) => name === "main")?.id;
    const ends = events.filter(({ ph, tid }) => ph === "f" && tid === main);
    assert.equal(ends.length, 1);
    const start = events.find(({ ph, id }) => ph === "s" && id === ends[0]?.id);
    assert.equal(start?.tid, trace.tasks.find(({ name }) => name === "B")?.id);
  });

  it("says how each task ended, and which tasks were awaited together", () => {
    assert.deepEqual(
      events.filter(({ ph }) => ph === "i").map(({ name }) => name),
      ["returned", "returned", "raised"],
    );
    assert.equal(events.filter(({ ph, name }) => ph === "b" && name === "gather").length, 1);
  });
});

/** Microseconds as importers take them for nanoseconds: cut off from the product, or from the digits. */
function nanoseconds(value: number): number {
  const product = Math.trunc(value * 1000);
  const [whole = "", part = ""] = String(value).split(".");
  assert.equal(Number(whole + part.slice(0, 3).padEnd(3, "0")), product, `${String(value)} is two times`);
  return product;
}

interface Placed extends Event {
  readonly from: number;
  readonly to: number;
}

/** What the format, and Perfetto's importer, ask of a document. */
function checkRules(of: Trace): void {
  const text = [...chromeJson(of)].join("");
  assert.ok(text.startsWith('{"traceEvents":['), "it may stop at another key");
  const parsed = JSON.parse(text) as { readonly traceEvents: readonly Event[]; readonly displayTimeUnit?: string };
  assert.equal(parsed.displayTimeUnit, undefined);
  const all = parsed.traceEvents;
  const tracks = new Map<number, Placed[]>();
  const processOf = new Map<number, number>();
  const [processes, threads] = [new Set<number>(), new Set<number>()];
  for (const event of all) {
    const { ph, ts, pid, tid } = event;
    assert.ok(["M", "X", "i", "b", "e", "s", "f"].includes(ph), ph);
    assert.equal(Object.keys(event)[0], "ph");
    assert.ok(Number.isSafeInteger(pid) && pid > 0 && Number.isSafeInteger(tid) && tid > 0, "0 is the kernel's");
    assert.equal(processOf.get(tid) ?? pid, pid, "a thread is in one process");
    processOf.set(tid, pid);
    if (ph === "M") {
      assert.ok((event.args?.name ?? "") !== "");
      (event.name === "process_name" ? processes : threads).add(event.name === "process_name" ? pid : tid);
      continue;
    }
    assert.equal(Object.keys(event)[1], "ts");
    const from = nanoseconds(ts);
    assert.ok(from >= 0 && event.name !== "");
    if (ph === "i") assert.equal(event.s, "t");
    if (ph !== "X") continue;
    const slice = { ...event, from, to: from + nanoseconds(event.dur) };
    const track = tracks.get(tid);
    if (track === undefined) tracks.set(tid, [slice]);
    else track.push(slice);
  }
  for (const { pid, tid } of all) assert.ok(processes.has(pid) && threads.has(tid), "each has a name");
  for (const track of tracks.values()) {
    const inTime = [...track].sort((a, b) => a.from - b.from || a.to - b.to);
    inTime.forEach(({ from }, i) => assert.ok((inTime[i - 1]?.to ?? 0) <= from, "one that overlaps is dropped"));
  }
  const runs = (tid: number): readonly Placed[] =>
    (tracks.get(tid) ?? []).filter(({ cat }) => cat === "running" || cat === "callback");
  for (const [begin, end] of [
    ["b", "e"],
    ["s", "f"],
  ]) {
    const open = new Map<string, Event>();
    for (const event of all) {
      const id = event.id ?? (event.id2 && `${String(event.pid)} ${event.id2.local}`);
      const key = `${String(event.cat)} ${String(id)}`;
      if (event.ph === begin) {
        assert.ok(!open.has(key) && id !== undefined);
        open.set(key, event);
      } else if (event.ph === end) {
        const start = open.get(key);
        assert.ok(start !== undefined && start.name === event.name && start.ts <= event.ts);
        open.delete(key);
      }
    }
    assert.equal(open.size, 0, "each has its end");
  }
  for (const { ph, ts, tid, bp } of all) {
    if (ph !== "s" && ph !== "f") continue;
    const at = nanoseconds(ts);
    if (ph === "s") assert.ok(runs(tid).some(({ from, to }) => from <= at && (at < to || from === to)));
    if (ph === "f") assert.ok(bp === "e" && runs(tid).some(({ from }) => from === at));
  }
}

describe("Chrome JSON as Perfetto takes it", () => {
  it("keeps the rules with groups, jobs, several loops and a step that goes on", () => {
    checkRules(trace);
    checkRules(
      draw(`
        main:   ##...#......>>>>>>
        A:       +#...............
        other:   ##....#x
        A < main
        A awaits executor 1
        gather main: A
        loop 2: other
        {"k": "job", "id": 1, "task": "A", "loop": 1, "executor": "thread", "t": 2}
        killed
      `),
    );
  });

  it("leaves a task in its loop, also where a damaged trace has a job of it in another", () => {
    checkRules(
      draw(`
        A:     ##...#x
        other: ##....#x
        loop 2: other
        {"k": "job", "id": 1, "task": "A", "loop": 2, "executor": "thread", "t": 1}
      `),
    );
  });

  it("keeps the rules whatever a program does", () => {
    fc.assert(fc.property(traceBytes(), (bytes) => checkRules(readTrace(bytes))));
  });
});
