import assert from "node:assert/strict";
import { loopTop, taskTop } from "../../media/timeline/layout";
import { MS, traceFromText } from "../fixtures/notation";
import { rows, TraceWriter, WAKER } from "../fixtures/writer";
import { openTimeline, startBrowser, stopBrowser, type TimelinePage } from "./page";
import { crawl } from "./traces";

/** A trace that grows: each part is what the recorder flushed since the part before. */
function parts(): readonly Uint8Array[] {
  const writer = new TraceWriter().header();
  writer.define({ k: "loop", id: 1, thread: "MainThread", class: "asyncio.SelectorEventLoop", t: 0 });
  writer.tasks({ task: 1 });
  const ends: number[] = [];
  for (let n = 0; n < 6; n++) {
    writer.steps(1, n + 1, n * 100 * MS, [rows.step(1, 10 * MS, MS, WAKER.timer), rows.idle(90 * MS)]);
    ends.push(writer.bytes().byteLength);
  }
  const bytes = writer.bytes();
  return ends.map((end, i) => bytes.slice(ends[i - 1] ?? 0, end));
}

describe("A live run", () => {
  let page: TimelinePage;
  const [first, second, third, ...rest] = parts() as [Uint8Array, Uint8Array, Uint8Array, ...Uint8Array[]];

  before(startBrowser);
  after(stopBrowser);
  beforeEach(async () => {
    page = await openTimeline();
  });
  afterEach(async () => {
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  const status = (): Promise<readonly string[]> => page.page.locator(".status li").allInnerTexts();
  const end = async (): Promise<number> => Number((await page.viewState())["to"]) / MS;

  it("begins with the page: it says that it is ready, and holds nothing", async () => {
    assert.deepEqual(await page.posted("ready"), [{ type: "ready", offset: 0 }]);
    assert.deepEqual(await status(), ["Waiting for the trace…"]);
  });

  it("promises its tasks while there are none", async () => {
    await page.open();
    assert.match(await page.text(".empty"), /The program has started/);
  });

  it("says what blocks the loop while it does", async () => {
    const lanes = `
      main: ##...........${">".repeat(400)}
      A:     +#..........
      A < main
      A awaits event @app.py:3
      main blocks in crunch @app.py:40
      killed
    `;
    await page.open();
    await page.send(traceFromText(lanes));
    const layout = await page.layout(2);
    const [x, y] = [layout.plot.left + layout.plot.width / 2, layout.laneHeight / 2];
    await page.hover(x, taskTop(layout, 0) + y);
    assert.match(
      await page.text(".tooltip span"),
      /^Has run 400 ms .* blocks the loop.* It stands at app\.py:40 in crunch$/,
    );
    await page.hover(x, taskTop(layout, 1) + y);
    assert.match(
      await page.text(".tooltip span"),
      /^Waiting 410 ms so far for event .* blocked by crunch, app\.py:40$/,
    );
    // In the loop's lane it is the same step.
    await page.click(x, loopTop(layout, 0) + y);
    assert.match(await page.text(".details"), /Seen while it blocked the loop\s+main app\.py:\d+\s+crunch app\.py:40/);
    assert.equal((await page.posted("reveal")).at(-1)?.site.line, 40);
  });

  it("acknowledges what it took in", async () => {
    await page.open();
    await page.send(first);
    await page.send(second);
    assert.equal((await page.posted("ack")).at(-1)?.offset, first.byteLength + second.byteLength);
  });

  it("keeps all of it in view as it grows", async () => {
    await page.open();
    await page.send(first);
    await page.press("0");
    const before = await end();
    await page.send(second);
    await page.send(third);
    await page.press("ArrowDown");
    assert.ok(before < 110 && (await end()) > 300, `${String(before)} then ${String(await end())}`);
    assert.deepEqual(await status(), ["Running"]);
  });

  it("stands still where one looks, and jumps back to the newest", async () => {
    await page.open();
    for (const part of [first, second, third]) await page.send(part);
    await page.press("w", "w", "a");
    const before = await end();
    for (const part of rest) await page.send(part);
    await page.press("ArrowDown", "Escape");
    assert.ok((await end()) <= before + 1);
    // What has grown is told some times a second, and the two keys may have come in one frame.
    await page.page.getByRole("button", { name: "3 new steps, jump to live" }).click();
    await page.settled();
    assert.ok((await end()) > 590);
    assert.equal(await page.page.locator(".live-jump").count(), 0);
  });

  it("is followed on while one drags it up and down", async () => {
    await page.open();
    await page.send(first);
    const canvas = page.page.locator("canvas");
    await page.page.keyboard.down("Shift");
    await canvas.dragTo(canvas, { sourcePosition: { x: 600, y: 500 }, targetPosition: { x: 600, y: 300 } });
    await page.page.keyboard.up("Shift");
    for (const part of [second, third, ...rest]) await page.send(part);
    await page.press("ArrowDown", "Escape");
    assert.ok((await end()) > 590, String(await end()));
    assert.equal(await page.page.locator(".live-jump").count(), 0);
  });

  it("is followed again with L", async () => {
    await page.open();
    for (const part of [first, second, third]) await page.send(part);
    await page.press("w", "w", "a");
    for (const part of rest) await page.send(part);
    assert.ok((await end()) < 500);
    await page.press("l");
    assert.ok((await end()) > 590);
    assert.equal(await page.page.locator(".live-jump").count(), 0);
  });

  it("takes in a burst over some frames, and all of it", async () => {
    const trace = crawl();
    await page.open();
    await page.send(trace);
    assert.equal((await page.posted("ack")).at(-1)?.offset, trace.byteLength);
    // Each acknowledgement is a slice.
    assert.ok((await page.posted("ack")).length > 2);
    await page.page.getByText(/^300 tasks/).waitFor();
  });

  it("can be stopped, and run again when it has ended", async () => {
    await page.open();
    await page.send(first);
    await page.page.locator("button", { hasText: "Stop" }).click();
    await page.state({ kind: "ended" });
    await page.page.locator("button", { hasText: "Run again" }).click();
    assert.deepEqual(
      (await page.posted("command")).map(({ command }) => command),
      ["stop", "runAgain"],
    );
  });

  it("that was killed says so, and keeps what was recorded", async () => {
    await page.open();
    await page.send(first);
    await page.state({ kind: "ended" });
    await page.page.getByText("The program was killed here; everything up to 100 ms was kept").waitFor();
  });

  it("that never started a loop says so instead of an empty picture", async () => {
    await page.show(
      new TraceWriter()
        .header()
        .end(5 * MS)
        .bytes(),
    );
    assert.match(await page.text(".empty"), /No asyncio loop was started/);
    assert.deepEqual(await status(), ["Ended, exit code 0"]);
  });

  it("that could not be started says why", async () => {
    await page.open({ kind: "failed", message: "No Python 3.10 or newer was found. Choose an interpreter." });
    assert.match(await page.text(".empty"), /No Python 3\.10 or newer was found/);
  });

  it("with a damaged trace shows what was read before the damage", async () => {
    const broken = new TraceWriter().raw(first).block(2, new Uint8Array(7)).bytes();
    await page.open();
    await page.send(broken);
    assert.match((await status()).join(), /damaged.*Everything up to 100 ms was kept/s);
    await page.press("ArrowDown");
    assert.equal(await page.text(".details h2 >> nth=0"), "Task-1");
  });

  it("asks again from where it stands when bytes were lost on the way", async () => {
    await page.open();
    await page.send(first);
    await page.page.evaluate(() => {
      window.fake.deliver({ type: "bytes", generation: "test", offset: 1e6, bytes: new Uint8Array(4) });
    });
    assert.deepEqual((await page.posted("ready")).at(-1), {
      type: "ready",
      generation: "test",
      offset: first.byteLength,
    });
  });

  it("takes in only what is new of bytes that come twice", async () => {
    await page.open();
    await page.send(first);
    await page.page.evaluate(
      (bytes) => window.fake.deliver({ type: "bytes", generation: "test", offset: 0, bytes: Uint8Array.from(bytes) }),
      [...first, ...second],
    );
    const both = first.byteLength + second.byteLength;
    await page.page.waitForFunction(
      (until) => window.fake.posted.some((message) => message.type === "ack" && message.offset >= until),
      both,
    );
    await page.page.getByText(/^1 task, 200 ms/).waitFor();
    assert.equal((await page.posted("ack")).at(-1)?.offset, both);
    assert.deepEqual(await status(), ["Running"]);
  });

  it("is forgotten when the host opens another", async () => {
    await page.show(traceFromText("old: #..#x"));
    await page.deliver({ type: "open", generation: "next", name: "next.py", state: { kind: "running" } });
    assert.match(await page.text(".empty"), /The program has started/);
    assert.equal(await page.text(".headline"), "next.py");
  });
});
