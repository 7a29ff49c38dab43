import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { gunzip } from "../../../extension/gunzip";
import { bytesInMemory, TraceSource } from "../../../extension/source";
import { summarize, TraceError } from "../../../extension/trace";
import { contentOf, UnzippedBytes, unzipped } from "../../../extension/unzip";
import { gunzip as gunzipOnWeb } from "../../../extension/web/gunzip";
import { traceFromText } from "../../fixtures/notation";

const whole = traceFromText(`
  A: ##....##x
  B: ++##....#x
`);
const zipped = new Uint8Array(gzipSync(whole));

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 50) {
    await Promise.resolve();
    yield bytes.subarray(at, at + 50);
  }
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(piece);
  return new Uint8Array(Buffer.concat(read));
}

describe("a compressed trace", () => {
  it("is told by its bytes, and read as what it unpacks to", async () => {
    for (const bytes of [whole, zipped]) {
      assert.deepEqual(await all(unzipped(inPieces(bytes), gunzip)), whole);
      const source = new TraceSource("a", "file:///a", new UnzippedBytes(bytesInMemory(bytes), gunzip));
      await source.end();
      assert.deepEqual(source.state, { kind: "ended" });
      assert.equal(source.available, whole.length);
      assert.equal(summarize(source.trace).complete, true);
    }
  });

  it("can be read from anywhere, by several at once", async () => {
    const bytes = new UnzippedBytes(bytesInMemory(zipped), gunzip);
    const parts = [100, 0, whole.length - 7, 40, whole.length].map(async (offset) => {
      assert.deepEqual(await bytes.read(offset, 30), whole.slice(offset, offset + 30));
    });
    await Promise.all(parts);
    bytes.dispose();
  });

  it("that was cut off is a trace that was cut off", async () => {
    const source = new TraceSource("a", "file:///a", new UnzippedBytes(bytesInMemory(zipped.slice(0, -40)), gunzip));
    await source.end();
    assert.deepEqual([source.problem, source.trace.truncated], [undefined, true]);
    assert.equal(source.trace.tasks.length, 2);
  });

  it("that is damaged says so", async () => {
    const damaged = zipped.slice();
    damaged.fill(0xff, 60, 70);
    const source = new TraceSource("a", "file:///a", new UnzippedBytes(bytesInMemory(damaged), gunzip));
    await source.end();
    assert.match(source.problem?.message ?? "", /does not unpack beyond byte \d+: /);
  });

  it("that would fill the memory is not unpacked to its end", async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(20 * 2 ** 20)));
    await assert.rejects(
      () => all(unzipped(inPieces(bomb), gunzip, 2 ** 20)),
      (error) => error instanceof TraceError && error.message.includes("more than 1 MB"),
    );
  });

  it("is what is saved of a trace, and what was saved uncompressed is the trace", async () => {
    const source = new TraceSource("a", "file:///a", bytesInMemory(whole));
    await source.end();
    assert.deepEqual(new Uint8Array(await contentOf(source, false)), whole);
    assert.deepEqual(new Uint8Array(gunzipSync(await contentOf(source, true))), whole);
  });

  it("is none while it is empty", async () => {
    const bytes = new UnzippedBytes(bytesInMemory(new Uint8Array()), gunzip);
    assert.equal((await bytes.read(0, 10)).length, 0);
  });
});

// What is cut off or damaged, node's streams tell later than browsers do: see test/package/web.test.ts.
describe("a compressed trace in a browser", () => {
  it("is read as what it unpacks to", async () => {
    assert.deepEqual(await all(unzipped(inPieces(zipped), gunzipOnWeb)), whole);
  });

  it("is not unpacked to its end where it would fill the memory", async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(20 * 2 ** 20)));
    await assert.rejects(
      () => all(unzipped(inPieces(bomb), gunzipOnWeb, 2 ** 20)),
      (error) => error instanceof TraceError && error.message.includes("more than 1 MB"),
    );
  });
});
