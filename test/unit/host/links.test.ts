import assert from "node:assert/strict";
import fc from "fast-check";
import { linkQuery, parseLink } from "../../../extension/links";
import { parseView, type Chosen, type TraceView } from "../../../extension/traceView";

const TRACE = "file:///tmp/a%20b/crawl.awaitscope";

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const known = fc.option(count, { nil: undefined });
const time = fc.integer({ min: -1e15, max: 1e15 });
const span = fc.record({ from: time, length: fc.integer({ min: 1, max: 1e15 }) }).map(({ from, length }) => ({
  from,
  to: from + length,
}));
const line = fc.nat({ max: 1e6 }).map((n) => n + 1);
const site = fc.record({
  file: fc.string({ minLength: 1, unit: "binary" }),
  line,
  column: known,
  endLine: fc.constant(undefined),
  endColumn: known,
});
/** Of every kind: a kind without its own is an error of types. */
const KINDS: { readonly [K in Chosen["kind"]]: fc.Arbitrary<Extract<Chosen, { kind: K }>> } = {
  task: fc.record({ kind: fc.constant("task"), task: count }),
  slice: fc.record({
    kind: fc.constant("slice"),
    task: count,
    state: fc.constantFrom("running", "ready", "waiting"),
    at: time,
    step: known,
  }),
  callback: fc.record({ kind: fc.constant("callback"), loop: count, step: known }),
  group: fc.record({ kind: fc.constant("group"), group: count }),
  job: fc.record({ kind: fc.constant("job"), job: count }),
  site: fc.record({ kind: fc.constant("site"), site }),
};

function followed(view: TraceView, trace = TRACE): TraceView | undefined {
  const link = parseLink(linkQuery(trace, view));
  assert.equal(link?.trace, trace);
  return parseView(link.view);
}

describe("A link to a place in a trace", () => {
  for (const [kind, chosen] of Object.entries(KINDS)) {
    it(`leads back to the window, the time cursor, the range and the chosen ${kind} it was made of`, () => {
      const rest = fc.record(
        { cursor: time, range: span, chosen: chosen as fc.Arbitrary<Chosen> },
        { requiredKeys: [] },
      );
      fc.assert(
        fc.property(span, rest, (window, more) => {
          const view = structuredClone({ ...window, ...more });
          assert.deepEqual(followed(view), view);
        }),
      );
    });
  }

  it("leads to the trace alone when it says no more", () => {
    const link = parseLink("trace=file:///crawl.awaitscope");
    assert.equal(link?.trace, "file:///crawl.awaitscope");
    assert.equal(parseView(link.view), undefined);
  });

  it("of before anything but a task could be chosen leads where it did", () => {
    const link = parseLink("trace=file:///crawl.awaitscope&from=-5&to=20&task=7&cursor=12");
    assert.deepEqual(parseView(link?.view), { from: -5, to: 20, cursor: 12, chosen: { kind: "task", task: 7 } });
  });

  it("to less than a nanosecond leads to a window that one can see", () => {
    assert.deepEqual(followed({ from: 1.2, to: 1.4 }), { from: 1, to: 2 });
  });

  it("is believed in nothing", () => {
    assert.equal(parseLink(""), undefined);
    fc.assert(
      fc.property(fc.string(), (query) => {
        const link = parseLink(query);
        const view = link && parseView(link.view);
        if (view !== undefined) assert.ok(Number.isFinite(view.from) && view.to > view.from);
      }),
    );
    for (const query of ["from=1&to=0", "from=NaN&to=2", "from=0&to=Infinity", "from=0"])
      assert.equal(parseView(parseLink(`trace=a&${query}`)?.view), undefined, query);
  });

  it("keeps its window when what it says beside it cannot be", () => {
    for (const query of [
      "task=-1",
      "task=1.5",
      "task=1e300",
      "cursor=soon",
      "rangeFrom=5&rangeTo=5",
      "rangeFrom=0&rangeTo=Infinity",
      "chosen=everything&task=1",
      "chosen=slice&task=1&state=done&at=1",
      "chosen=slice&task=1&state=ready&at=NaN",
      "chosen=callback&loop=-1",
      "chosen=group",
      "chosen=job&job=x",
      "chosen=site&file=/a.py&line=0",
      "chosen=site&line=1",
    ])
      assert.deepEqual(parseView(parseLink(`trace=a&from=0&to=1&${query}`)?.view), { from: 0, to: 1 }, query);
  });
});
