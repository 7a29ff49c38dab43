import assert from "node:assert/strict";
import { loopTop, taskTop, type Layout } from "../../media/timeline/layout";
import { fit, timeToX, type Viewport } from "../../media/timeline/viewport";
import { MS, traceFromText } from "../fixtures/notation";
import { openTimeline, startBrowser, stopBrowser, type TimelinePage } from "./page";
import { crawl, HELLO, HELLO_COLUMNS } from "./traces";

const RUNNING = "#6f8fd0";
const WAITING = "#83878e";
const GROUP = "#8fdda5";

describe("The picture", () => {
  let page: TimelinePage;
  let layout: Layout;
  let view: Viewport;

  before(startBrowser);
  after(stopBrowser);
  beforeEach(async () => {
    page = await openTimeline();
    await page.show(HELLO);
    layout = await page.layout(3);
    view = { ...fit({ from: 0, to: HELLO_COLUMNS * MS }), ...layout.plot };
  });
  afterEach(async () => {
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  /** Middle of a column of the drawing. */
  const x = (column: number): number => timeToX(view, (column + 0.5) * MS);
  const middle = (lane: number): number => taskTop(layout, lane) + layout.laneHeight / 2;

  it("shows running as a solid bar, waiting as a thin line, and nothing after the end", async () => {
    const alice = middle(1);
    const shapes = await page.colors([
      { x: x(5), y: alice },
      { x: x(5), y: alice - 10 },
      { x: x(30), y: alice },
      { x: x(30), y: alice - 10 },
      { x: x(41), y: alice },
    ]);
    const [bar, barEdge, line, aboveLine, afterEnd] = shapes;
    assert.deepEqual([bar, barEdge, line], [RUNNING, RUNNING, WAITING]);
    assert.notEqual(aboveLine, WAITING);
    assert.equal(aboveLine, afterEnd);
  });

  it("shows ready at half height", async () => {
    const y = middle(1);
    const column = Array.from({ length: layout.laneHeight - 4 }, (_, i) => ({
      x: x(37),
      y: taskTop(layout, 1) + 2 + i,
    }));
    const colors = await page.colors(column);
    const background = (await page.colors([{ x: x(41), y }]))[0];
    const painted = colors.filter((color) => color !== background).length;
    assert.ok(painted > 4 && painted <= 16, `${String(painted)} of ${String(colors.length)} pixels`);
    assert.ok(!colors.includes(RUNNING));
  });

  it("puts the tasks in tree order, main first", async () => {
    const names: string[] = [];
    for (const lane of [0, 1, 2]) {
      await page.click(40, middle(lane));
      names.push(await page.text(".details h2 >> nth=0"));
    }
    assert.deepEqual(names, ["main", "Alice", "Bob"]);
  });

  it("shows in the loop's lane who ran", async () => {
    await page.click(x(4), loopTop(layout, 0) + layout.loopHeight / 2);
    assert.equal(await page.text(".details h2 >> nth=0"), "Bob");
    const idle = await page.colors([{ x: x(20), y: loopTop(layout, 0) + layout.loopHeight / 2 }]);
    assert.notEqual(idle[0], RUNNING);
  });

  it("draws a bracket round the members of the gather, and only round them", async () => {
    const start = timeToX(view, 3 * MS) - 3;
    const at = (y: number): readonly { x: number; y: number }[] =>
      Array.from({ length: 7 }, (_, i) => ({ x: start - 3 + i, y }));
    const between = await page.colors(at(taskTop(layout, 2)));
    const above = await page.colors(at(middle(0) + 12));
    assert.ok(between.some((color) => color === GROUP));
    assert.ok(above.every((color) => color !== GROUP));
  });

  it("ticks the member that decided when the gather ended", async () => {
    const right = timeToX(view, 41 * MS) + 5;
    const around = (y: number): readonly { x: number; y: number }[] =>
      Array.from({ length: 16 * 14 }, (_, i) => ({ x: right + (i % 16), y: y - 7 + Math.floor(i / 16) }));
    const bob = await page.colors(around(middle(2)));
    const alice = await page.colors(around(middle(1)));
    assert.ok(bob.filter((color) => color === GROUP).length > 8);
    assert.ok(alice.filter((color) => color === GROUP).length < 3);
  });

  it("tells under the pointer what is there", async () => {
    await page.hover(x(20), middle(1));
    assert.equal(await page.text(".tooltip b"), "Alice (greet)");
    assert.equal(await page.text(".tooltip span"), "Waited 30.0 ms in sleep at hello.py:7");
    await page.hover(x(2), taskTop(layout, 3) + 30);
    assert.equal(await page.page.locator(".tooltip").count(), 0);
  });

  it("finds a step that is thinner than the pointer", async () => {
    const thin = await openTimeline({ width: 700, height: 500 });
    await thin.show(traceFromText(`main: #${".".repeat(2000)}#${".".repeat(2000)}#x`));
    const places = await thin.layout(1);
    const step = timeToX({ ...fit({ from: 0, to: 4003 * MS }), ...places.plot }, 2001.5 * MS);
    await thin.hover(step + 2, taskTop(places, 0) + 19);
    assert.match(await thin.text(".tooltip span"), /^Ran 1\.00 ms/);
    await thin.close();
  });

  it("opens the line of what is clicked, and tells its story", async () => {
    await page.click(x(20), middle(2));
    const [reveal] = await page.posted("reveal");
    assert.equal(reveal?.site.file, "/project/hello.py");
    assert.equal(reveal.site.line, 7);
    assert.match(await page.text(".now"), /^Waited 35\.0 ms in sleep at hello\.py:7$/);
    assert.match(await page.text(".details"), /gather of 2 tasks at hello\.py:11, awaited by main/);
  });

  it("links the story's places to the source", async () => {
    await page.click(x(20), middle(0));
    await page.page.locator(".now .link").click();
    const reveals = await page.posted("reveal");
    assert.deepEqual(
      reveals.map(({ site }) => site.line),
      [11, 11],
    );
  });

  it("a click at the bracket of a gather chooses it, and shows its line", async () => {
    await page.click(timeToX(view, 3 * MS) - 3, taskTop(layout, 2));
    assert.equal(await page.text(".details h2 >> nth=0"), "gather");
    assert.match(await page.text(".members"), /Alice.*Bob.*ended last/s);
    assert.deepEqual(
      (await page.posted("reveal")).map(({ site }) => site.line),
      [11],
    );
  });

  it("says in the headline what concurrency bought", async () => {
    assert.equal(await page.text(".headline"), "3 tasks, 43.0 ms; one after another it would have taken 74.0 ms");
  });

  it("shows every visit of an await site that the editor asks for", async () => {
    const site = { file: "/project/hello.py", line: 7, column: 4, endLine: 7, endColumn: 24 };
    await page.deliver({ type: "show", generation: "test", target: { site } });
    assert.match(await page.text(".details"), /Awaited 2 times at hello\.py:7/);
  });

  it("shows the task that the editor asks for", async () => {
    await page.deliver({ type: "show", generation: "test", target: { task: 3 } });
    assert.equal(await page.text(".details h2 >> nth=0"), "Bob");
  });
});

/** Waits in a call of the library's own calls. */
const NESTED = traceFromText(`
main: ##..........#x
main awaits queue.join @app.py:5:4-20
`);

describe("The await chain", () => {
  before(startBrowser);
  after(stopBrowser);

  it("of a chosen wait goes from the task's own code inwards, and each place leads to its line", async () => {
    const page = await openTimeline();
    await page.show(NESTED);
    await page.press("ArrowDown", "ArrowRight");
    const frames = page.page.locator(".details section", { hasText: "Await chain" }).locator(".chain li");
    assert.deepEqual(await frames.allInnerTexts(), [
      "main app.py:5",
      "Queue.join queues.py:2",
      "Event.wait locks.py:2",
    ]);
    await frames.nth(1).getByRole("button").click();
    await frames.nth(0).getByRole("button").click();
    assert.deepEqual(
      (await page.posted("reveal")).map(({ site, focus }) => [site.file, site.line, focus]),
      [
        ["/usr/lib/python3.12/asyncio/queues.py", 2, undefined],
        ["/project/app.py", 5, undefined],
      ],
    );
    assert.deepEqual(page.errors, []);
    await page.close();
  });
});

describe("A picture that takes longer than a frame", () => {
  before(startBrowser);
  after(stopBrowser);

  /** A hash of all pixels. */
  const pixels = (page: TimelinePage): Promise<number> =>
    page.page.evaluate(() => {
      const canvas = document.querySelector("canvas");
      const ctx = canvas?.getContext("2d");
      if (!canvas || !ctx) throw new Error("There is no picture");
      const data = new Uint32Array(ctx.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
      return data.reduce((hash, pixel) => (Math.imul(hash, 31) + pixel) | 0, 0);
    });

  it("is drawn in several, shows the moved one meanwhile, and ends as if drawn at once", async () => {
    const page = await openTimeline({ height: 1000 });
    await page.show(crawl());
    await page.press("0");
    const whole = await pixels(page);
    // A clock that runs ahead with every look at it leaves time for nothing.
    await page.page.evaluate(() => {
      const now = performance.now.bind(performance);
      let ahead = 0;
      performance.now = () => now() + (ahead += 50);
    });
    await page.page.locator("canvas").focus();
    const frames = await page.page.evaluate(async () => {
      const canvas = document.querySelector("canvas");
      const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
      canvas?.dispatchEvent(new KeyboardEvent("keydown", { key: "w", bubbles: true }));
      let count = 0;
      do {
        await frame();
        count += 1;
      } while (canvas?.hasAttribute("data-unfinished"));
      return count;
    });
    assert.ok(frames > 1, `${String(frames)} frames`);
    const near = await pixels(page);
    assert.notEqual(near, whole);
    // Other lanes and back: nothing of the picture can be kept, so that all of it is drawn in one frame.
    await page.press("c", "c", "c");
    assert.equal(await pixels(page), near);
    await page.press("s", "0");
    assert.equal(await pixels(page), whole);
    assert.deepEqual(page.errors, []);
    await page.close();
  });
});
