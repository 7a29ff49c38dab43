import assert from "node:assert/strict";
import { bytesInMemory, TraceSource, type TraceBytes } from "../../../extension/source";
import { summarize } from "../../../extension/trace";
import { traceFromText } from "../../fixtures/notation";

const whole = traceFromText(`
  A: ##....##x
  B: ++##....#x
`);

/** A file that someone else is writing. */
class GrowingFile implements TraceBytes {
  size = 0;
  closed = false;

  constructor(private readonly content: Uint8Array) {}

  read(offset: number, length: number): Promise<Uint8Array> {
    return Promise.resolve(this.content.slice(offset, Math.min(offset + length, this.size)));
  }

  dispose(): void {
    this.closed = true;
  }
}

describe("a trace in the host", () => {
  it("is read to its end", async () => {
    const source = new TraceSource("a", "file:///a", bytesInMemory(whole));
    await source.end();
    assert.equal(source.available, whole.length);
    assert.deepEqual(source.state, { kind: "ended" });
    assert.equal(summarize(source.trace).complete, true);
  });

  it("grows with its file and tells of it", async () => {
    const file = new GrowingFile(whole);
    const source = new TraceSource("a", "file:///a", file);
    let told = 0;
    source.onDidChange(() => told++);
    await source.pull();
    assert.equal(told, 0, "nothing new, nothing told");
    for (const size of [10, 200, whole.length]) {
      file.size = size;
      await source.pull();
      assert.equal(source.available, size);
    }
    assert.equal(told, 3);
    assert.deepEqual(source.state, { kind: "running" });
  });

  it("takes in what was written while it was reading", async () => {
    const file = new GrowingFile(whole);
    const source = new TraceSource("a", "file:///a", file);
    file.size = 100;
    const first = source.pull();
    file.size = whole.length;
    await Promise.all([first, source.pull(), source.pull()]);
    assert.equal(source.available, whole.length);
  });

  it("keeps what was recorded of a killed program", async () => {
    const source = new TraceSource("a", "file:///a", bytesInMemory(whole.slice(0, -20)));
    await source.end();
    assert.deepEqual(source.state, { kind: "ended" });
    assert.equal(source.trace.truncated, true);
    assert.equal(source.trace.tasks.length, 2);
  });

  it("has failed, with what to do next, when it is no trace", async () => {
    const source = new TraceSource("a", "file:///a", bytesInMemory(new TextEncoder().encode("hello, I am a text")));
    await source.end();
    assert.ok(source.state.kind === "failed");
    assert.match(source.state.message, /not an Awaitscope trace\. Open/);
  });

  it("ends at damage and keeps what was before it", async () => {
    const damaged = whole.slice();
    damaged.set([255, 255, 255, 255], damaged.length - 40);
    const source = new TraceSource("a", "file:///a", bytesInMemory(damaged));
    await source.end();
    assert.equal(source.state.kind, "ended");
    assert.ok(source.trace.header !== undefined);
  });

  it("lets go of its file", () => {
    const file = new GrowingFile(whole);
    new TraceSource("a", "file:///a", file).dispose();
    assert.equal(file.closed, true);
  });
});
