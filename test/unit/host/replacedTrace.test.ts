import assert from "node:assert/strict";
import { mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ToWebview } from "../../../extension/protocol";
import { TraceFile } from "../../../extension/session/traceFile";
import { TraceSource } from "../../../extension/source";
import { TimelineStream } from "../../../extension/timeline/stream";
import { summarize } from "../../../extension/trace";
import { traceFromText } from "../../fixtures/notation";

const long = traceFromText("A: ##....##....##....##x\nB: ++##....#x\n");
const short = traceFromText("C: ##....##x\n");

describe("a trace that its program makes shorter", () => {
  let folder: string;
  let path: string;
  let source: TraceSource;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "awaitscope-test-"));
    path = join(folder, "t.awaitscope");
    await writeFile(path, long);
    source = new TraceSource("t", "file:///t", new TraceFile(path));
    await source.pull();
  });

  afterEach(async () => {
    source.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function replace(content: Uint8Array): Promise<void> {
    await writeFile(`${path}.part`, content);
    await rename(`${path}.part`, path);
  }

  function names(): readonly string[] {
    return summarize(source.trace).tasks.map((task) => task.name);
  }

  it("is read anew, whatever its length", async () => {
    for (const [content, tasks] of [
      [short, ["C"]],
      [long, ["A", "B"]],
    ] as const) {
      const { generation } = source;
      await replace(content);
      await source.pull();
      assert.deepEqual(names(), tasks);
      assert.equal(source.available, content.length);
      assert.notEqual(source.generation, generation);
    }
  });

  it("is shown anew by a view that had the old one", async () => {
    const messages: ToWebview[] = [];
    const received: number[] = [];
    const stream = new TimelineStream(
      (message) => {
        messages.push(message);
        if (message.type === "bytes") received.push(...message.bytes);
        return Promise.resolve(true);
      },
      (error) => {
        throw error;
      },
      () => undefined,
    );
    stream.serve(source);
    stream.ready({ type: "ready", offset: 0 });
    while (received.length < long.length) await new Promise((resolve) => setImmediate(resolve));
    received.length = 0;
    await replace(short);
    await source.pull();
    while (received.length < short.length) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(Buffer.from(received), Buffer.from(short));
    const opened = messages.filter((message) => message.type === "open").map(({ generation }) => generation);
    assert.equal(opened.at(-1), source.generation);
    assert.equal(new Set(opened).size, 2);
    stream.dispose();
  });

  it("stays as it is while its file is only removed, or goes on in the same file", async () => {
    const { generation } = source;
    await source.pull();
    await rm(path);
    await source.pull();
    assert.deepEqual(names(), ["A", "B"]);
    assert.equal(source.generation, generation);
  });

  it("is read anew when the file was cut", async () => {
    await truncate(path, 0);
    await source.pull();
    assert.equal(source.available, 0);
    await writeFile(path, short);
    await source.pull();
    assert.deepEqual(names(), ["C"]);
  });
});
