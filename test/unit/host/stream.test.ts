import assert from "node:assert/strict";
import { CREDIT, type ToWebview } from "../../../extension/protocol";
import { bytesInMemory, TraceSource } from "../../../extension/source";
import { TimelineStream } from "../../../extension/timeline/stream";
import { traceFromText } from "../../fixtures/notation";
import { TraceWriter } from "../../fixtures/writer";

/** A webview that takes in what it gets and acknowledges when told to. */
class Webview {
  readonly messages: ToWebview[] = [];
  hidden = false;
  automatic = true;
  received = 0;
  generation: string | undefined;
  readonly stream = new TimelineStream(
    (message) => Promise.resolve(this.take(message)),
    (error) => {
      throw error;
    },
    () => undefined,
  );

  ready(): void {
    const known = this.generation === undefined ? {} : { generation: this.generation };
    this.stream.ready({ type: "ready", ...known, offset: this.received });
  }

  acknowledge(): void {
    if (this.generation !== undefined) {
      this.stream.ack({ type: "ack", generation: this.generation, offset: this.received });
    }
  }

  /** Waits until nothing more comes. */
  async settled(): Promise<void> {
    for (let seen = -1; seen !== this.messages.length;) {
      seen = this.messages.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  types(): readonly string[] {
    return this.messages.map(({ type }) => type);
  }

  private take(message: ToWebview): boolean {
    if (this.hidden) return false;
    this.messages.push(message);
    if (message.type === "open" && message.generation !== this.generation) {
      this.generation = message.generation;
      this.received = 0;
    }
    if (message.type === "bytes") {
      assert.equal(message.offset, this.received, "bytes come in order, none twice");
      assert.equal(message.bytes.buffer.byteLength, message.bytes.length, "on a buffer of their own");
      this.received += message.bytes.length;
      if (this.automatic) queueMicrotask(() => this.acknowledge());
    }
    return true;
  }
}

async function ended(bytes: Uint8Array): Promise<TraceSource> {
  const source = new TraceSource("a", "file:///a", bytesInMemory(bytes));
  await source.end();
  return source;
}

/** A valid trace of more than `size` bytes. */
function large(size: number): Uint8Array {
  const writer = new TraceWriter();
  writer.header();
  for (let written = 0; written < size; written += 50_000) writer.define({ k: "padding", text: "x".repeat(50_000) });
  writer.end(1, 0);
  return writer.bytes();
}

describe("the host's half of the timeline's protocol", () => {
  const small = traceFromText("A: ##..##x");

  it("answers ready with the trace, its bytes, and then its end", async () => {
    const webview = new Webview();
    webview.stream.serve(await ended(small));
    webview.ready();
    await webview.settled();
    assert.deepEqual(webview.types(), ["open", "bytes", "state"]);
    assert.equal(webview.received, small.length);
    assert.equal(webview.stream.acknowledged, small.length);
  });

  it("waits for a webview that is slower than its trace", async () => {
    const webview = new Webview();
    webview.stream.serve(await ended(small));
    await webview.settled();
    assert.deepEqual(webview.messages, []);
  });

  it("never has more than the credit unacknowledged", async () => {
    const bytes = large(3 * CREDIT);
    const webview = new Webview();
    webview.automatic = false;
    webview.stream.serve(await ended(bytes));
    webview.ready();
    await webview.settled();
    assert.equal(webview.received, CREDIT);
    webview.acknowledge();
    await webview.settled();
    assert.equal(webview.received, 2 * CREDIT);
    assert.ok(!webview.types().includes("state"), "the end is told after the last byte");
    while (webview.received < bytes.length) {
      webview.acknowledge();
      await webview.settled();
    }
    assert.equal(webview.types().at(-1), "state");
  });

  it("goes on from what a revealed webview still has", async () => {
    const webview = new Webview();
    webview.stream.serve(await ended(small));
    webview.ready();
    await webview.settled();
    webview.messages.length = 0;
    webview.stream.pause();
    webview.ready();
    await webview.settled();
    assert.deepEqual(webview.types(), ["open", "state"]);
  });

  it("starts anew with a webview that lost everything", async () => {
    const webview = new Webview();
    webview.stream.serve(await ended(small));
    webview.ready();
    await webview.settled();
    webview.generation = undefined;
    webview.received = 0;
    webview.ready();
    await webview.settled();
    assert.equal(webview.received, small.length);
  });

  it("sends nothing to a hidden webview, and all of it when it is back", async () => {
    const webview = new Webview();
    webview.stream.serve(await ended(small));
    webview.hidden = true;
    webview.ready();
    await webview.settled();
    webview.hidden = false;
    webview.ready();
    await webview.settled();
    assert.equal(webview.received, small.length);
  });

  it("turns to another trace at once", async () => {
    const webview = new Webview();
    webview.stream.serve(await ended(small));
    webview.ready();
    await webview.settled();
    const other = await ended(traceFromText("B: #....#x\nC: +#...+#x"));
    webview.stream.serve(other);
    await webview.settled();
    assert.equal(webview.generation, other.generation);
    assert.equal(webview.received, other.available);
  });

  it("refuses acknowledgements of other traces and of bytes never sent", async () => {
    const webview = new Webview();
    webview.automatic = false;
    webview.stream.serve(await ended(small));
    webview.ready();
    await webview.settled();
    webview.stream.ack({ type: "ack", generation: "another", offset: 10 });
    webview.stream.ack({ type: "ack", generation: webview.generation ?? "", offset: 1e9 });
    assert.equal(webview.stream.acknowledged, 0);
  });

  it("shows what was asked for while no webview was listening", async () => {
    const webview = new Webview();
    webview.stream.serve(await ended(small));
    webview.stream.show({ task: 1 });
    webview.ready();
    await webview.settled();
    assert.deepEqual(webview.types(), ["open", "show", "bytes", "state"]);
    webview.messages.length = 0;
    webview.ready();
    await webview.settled();
    assert.ok(!webview.types().includes("show"), "once");
  });
});
