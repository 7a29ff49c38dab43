import assert from "node:assert/strict";
import fc from "fast-check";
import { awaitStats, readTrace, TraceReader, type Trace } from "../../../extension/trace";
import { linkQuery, parseLink } from "../../../extension/links";
import { parseView, type Chosen } from "../../../extension/traceView";
import { findChosen, packChosen } from "../../../media/timeline/chosen";
import { LaneBook } from "../../../media/timeline/laneBook";
import { neighbour, sliceAt } from "../../../media/timeline/slices";
import type { Facts, Target } from "../../../media/timeline/targets";
import { unpackState, packState } from "../../../media/timeline/viewState";
import { traceBytes } from "../../fixtures/arbitrary";
import { MS, traceFromText } from "../../fixtures/notation";
import { draw, taskNamed } from "../../fixtures/reading";

function factsOf(trace: Trace): Facts {
  const lanes = new LaneBook(() => trace);
  return { trace, laneOf: lanes.ofTask };
}

/** Everything in the trace that one can choose. */
function* targetsOf({ trace, laneOf }: Facts): Iterable<Target> {
  for (const task of trace.tasks) {
    yield { kind: "task", task: task.id };
    const lane = laneOf(task.id);
    for (
      let slice = sliceAt(trace, lane, task, task.created);
      slice !== undefined;
      slice = neighbour(trace, lane, task, slice, 1)
    )
      yield { kind: "slice", slice };
    // Also those that take no time, which one can point at.
    for (let i = 0; i < lane.length; i++) {
      const [from, to, step] = [lane.start(i), lane.end(i), lane.steps.at(i)];
      yield { kind: "slice", slice: { task: task.id, state: "running", from, to, step } };
    }
  }
  for (const { id } of trace.groups) yield { kind: "group", group: id };
  for (const { id } of trace.jobs) yield { kind: "job", job: id };
  for (const { site } of awaitStats(trace)) yield { kind: "site", site };
  for (let step = 0; step < trace.steps.length; step++)
    if (trace.steps.task(step) === 0) yield { kind: "callback", loop: trace.steps.loop(step), step };
}

function overLink(chosen: Chosen): Chosen | undefined {
  return parseView(parseLink(linkQuery("file:///a", { from: 0, to: 1, chosen }))?.view)?.chosen;
}

function overReload(chosen: Chosen): Chosen | undefined {
  const page = { generation: "g", follow: "off", scroll: 0, table: false, density: undefined } as const;
  const packed = packState({ ...page, from: 0, to: 1, chosen, collapsed: [], pinned: [] });
  return unpackState(JSON.parse(JSON.stringify(packed)))?.chosen;
}

const RUN = `
  main: ##......##....#x
  A:     ++##..#x
  *:               #
  gather main: A
  A awaits sleep @a.py:7:4-24
  {"k": "job", "id": 1, "loop": 1, "task": "main", "site": "@4", "function": 90, "executor": "thread", "t": 1}
`;

describe("What is chosen", () => {
  it("is found again over a link and over a reload, whatever it is", () => {
    const facts = factsOf(draw(RUN));
    const kinds = new Set<string>();
    for (const target of targetsOf(facts)) {
      kinds.add(target.kind);
      for (const over of [overLink, overReload]) {
        const chosen = over(packChosen(target));
        assert.ok(chosen !== undefined, JSON.stringify(target));
        assert.deepEqual(findChosen(facts, chosen, true), target);
      }
    }
    assert.deepEqual([...kinds].sort(), ["callback", "group", "job", "site", "slice", "task"]);
  });

  it("is found again in any program", () => {
    fc.assert(
      fc.property(traceBytes(), (bytes) => {
        const facts = factsOf(readTrace(bytes));
        for (const target of targetsOf(facts)) {
          const chosen = overLink(packChosen(target));
          assert.deepEqual(chosen && findChosen(facts, chosen, true), target);
        }
      }),
    );
  });

  it("is waited for while the trace is read, and not taken for what stands in its place until then", () => {
    const bytes = traceFromText(RUN);
    const whole = factsOf(readTrace(bytes));
    const slices = [...targetsOf(whole)].filter((target) => target.kind === "slice");
    const reader = new TraceReader();
    for (let at = 0; at < bytes.length; at += 16) {
      reader.push(bytes.slice(at, at + 16));
      const facts = factsOf(reader.trace);
      for (const { slice } of slices) {
        const found = findChosen(facts, packChosen({ kind: "slice", slice }), false);
        if (found?.kind !== "slice") assert.equal(found, undefined);
        else assert.deepEqual([found.slice.state, found.slice.from], [slice.state, slice.from]);
      }
    }
  });

  it("that the trace does not have is nothing, however it is asked for", () => {
    const facts = factsOf(draw(RUN));
    for (const chosen of [
      { kind: "task", task: 99 },
      { kind: "slice", task: 99, state: "running", at: 0, step: 0 },
      { kind: "callback", loop: 7, step: undefined },
      { kind: "callback", loop: 7, step: 0 },
      { kind: "callback", loop: 1, step: Number.MAX_SAFE_INTEGER },
      { kind: "group", group: 99 },
      { kind: "job", job: 99 },
      { kind: "site", site: { file: "/etc/passwd", line: 1, column: 0, endLine: 1, endColumn: 1 } },
    ] satisfies readonly Chosen[])
      assert.equal(findChosen(facts, chosen, true), undefined, JSON.stringify(chosen));
  });

  it("of a slice that the task never had is the slice at that time, or the task", () => {
    const facts = factsOf(draw(RUN));
    const task = taskNamed(facts.trace, "A").id;
    const last = facts.trace.stepsOf(task);
    const step = last.at(last.length - 1);
    const asked = { kind: "slice", task, state: "waiting", step } as const;
    const found = findChosen(facts, { ...asked, at: 4 * MS }, true);
    assert.equal(found?.kind === "slice" && found.slice.state, "running");
    assert.deepEqual(findChosen(facts, { ...asked, at: 1e15 }, true), { kind: "task", task });
  });
});
