import assert from "node:assert/strict";
import { openTimeline, startBrowser, stopBrowser, type TimelinePage } from "./page";
import { crawl } from "./traces";

/** What the page makes of a trace: its words and its picture. */
async function lookOf(page: TimelinePage): Promise<unknown> {
  await page.page.locator(".status").waitFor();
  await page.press("0");
  const picture = await page.page.locator("canvas").evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  return { words: await page.text("#app"), picture };
}

describe("A trace", () => {
  let page: TimelinePage;

  before(startBrowser);
  after(stopBrowser);
  afterEach(() => page.close());

  it("is read in a worker", async () => {
    page = await openTimeline();
    await page.show(crawl());
    assert.equal(page.page.workers().length, 1);
    assert.deepEqual(page.errors, []);
  });

  it("looks the same in a page that may not start one", async () => {
    page = await openTimeline();
    await page.show(crawl());
    const wanted = await lookOf(page);
    await page.close();
    page = await openTimeline({ workers: false });
    await page.show(crawl());
    assert.equal(page.page.workers().length, 0);
    assert.deepEqual(await lookOf(page), wanted);
    for (const error of page.errors) assert.match(error, /worker/i);
  });

  it("goes on from where it was when the page was hidden and is shown again", async () => {
    const trace = crawl();
    page = await openTimeline();
    await page.show(trace);
    const wanted = await lookOf(page);
    await page.close();
    page = await openTimeline();
    const turn = (to: "hidden" | "visible"): Promise<void> =>
      page.page.evaluate((state) => {
        Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, to);
    await page.open();
    // In the middle of a block.
    const half = Math.floor(trace.length / 2) + 1;
    await page.send(trace.subarray(0, half));
    await turn("hidden");
    assert.equal((await page.posted("ready")).length, 1);
    await turn("visible");
    assert.deepEqual((await page.posted("ready")).slice(1), [{ type: "ready", generation: "test", offset: half }]);
    await page.send(trace.subarray(half));
    await page.state({ kind: "ended" });
    assert.deepEqual(await lookOf(page), wanted);
    assert.deepEqual(page.errors, []);
  });

  it("is asked for again when the worker that reads it dies", async () => {
    page = await openTimeline();
    await page.show(crawl());
    const wanted = await lookOf(page);
    await page.page.workers()[0]?.evaluate(() => {
      setTimeout(() => {
        throw new Error("out of memory");
      });
    });
    await page.page.waitForFunction(() =>
      window.fake.posted.some((message) => message.type === "ready" && message.generation !== undefined),
    );
    assert.deepEqual((await page.posted("ready")).at(-1), { type: "ready", generation: "test", offset: 0 });
    await page.show(crawl());
    assert.equal(page.page.workers().length, 0);
    assert.deepEqual(await lookOf(page), wanted);
  });
});
