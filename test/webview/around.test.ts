import assert from "node:assert/strict";
import { gapsOf } from "../../media/timeline/gaps";
import { forEachJob } from "../../media/timeline/jobRows";
import { taskTop, type Layout } from "../../media/timeline/layout";
import { fit, timeToX, type Viewport } from "../../media/timeline/viewport";
import { readTrace } from "../../extension/trace";
import { MS, traceFromText } from "../fixtures/notation";
import { openTimeline, startBrowser, stopBrowser, type TimelinePage } from "./page";
import { JOBS, LOST } from "./traces";

/** b fails, so the TaskGroup cancels a. */
const CANCEL = traceFromText(`
main: ##..............##x
a:      ##..........##c
b:        ###......#!
a < main @app.py:5:4-9
b < main @app.py:6:4-9
taskgroup main: a b @app.py:4:4-20
b raises ValueError: no such page
{"k": "cancel", "task": "a", "by": "b", "group": 1, "t": 14}
`);

describe("What is around the tasks", () => {
  let page: TimelinePage;
  let layout: Layout;

  before(startBrowser);
  after(stopBrowser);
  afterEach(async () => {
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  async function show(bytes: Uint8Array, tasks: number, columns: number): Promise<Viewport> {
    page = await openTimeline();
    await page.show(bytes);
    layout = await page.layout(tasks);
    return { ...fit({ from: 0, to: columns * MS }), ...layout.plot };
  }

  /** The middle of each job's line. */
  function lines(view: Viewport): readonly { readonly x: number; readonly y: number }[] {
    const found: { x: number; y: number }[] = [];
    const { jobs, end } = readTrace(JOBS);
    const lane = { top: taskTop(layout, 0), height: layout.laneHeight };
    forEachJob(jobs, end, view, layout.density, lane, ({ x0, x1, y }) => found.push({ x: (x0 + x1) / 2, y }));
    return found;
  }

  it("what could not be recorded is said beside the picture, once for all loops", async () => {
    const what = "callbacks of <protocols>";
    const lines = [1, 2].map((loop) => JSON.stringify({ k: "partial", loop, what }));
    await show(traceFromText(`main: #x\nother: #x\nloop 2: other\n${lines.join("\n")}`), 2, 1);
    const section = page.page.locator("section", { hasText: "Not recorded" }).last();
    assert.deepEqual(await section.locator("li").allTextContents(), [what]);
  });

  it("executor jobs that run at once are lines over one another, each pointed at by itself", async () => {
    const view = await show(JOBS, 1, 57);
    const [first, second, third] = lines(view);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    assert.notEqual(first.y, second.y);
    assert.equal(first.y, third.y);
    await page.screenshot("jobs");
    const colors = await page.colors([first, second]);
    assert.deepEqual(colors, ["#6f8fd0", "#6f8fd0"]);
    for (const [at, words] of [
      [first, /read_file in thread pool_0 at app\.py:4: took 30\.0 ms, after 3\.00 ms in the queue/],
      [second, /read_file in thread pool_1 at app\.py:4: took 14\.0 ms/],
      [third, /read_file in thread pool_0 at app\.py:5: took 17\.0 ms.*it raised/],
    ] as const) {
      await page.hover(at.x, at.y);
      assert.match(await page.text(".tooltip span"), words);
    }
  });

  it("an executor job can be chosen, fitted, and leads to its line; its task lists it", async () => {
    const view = await show(JOBS, 1, 57);
    const [, second] = lines(view);
    await page.click(second?.x ?? 0, second?.y ?? 0);
    assert.equal(await page.text(".details h2 >> nth=0"), "Executor job");
    assert.match(await page.text(".details"), /Handed over by main/);
    assert.equal((await page.posted("reveal")).at(-1)?.site.line, 4);
    await page.screenshot("job-chosen");
    await page.press("f");
    const { from, to } = (await page.viewState()) as { from: number; to: number };
    assert.ok(from > MS && from < 2 * MS && to > 20 * MS && to < 21 * MS, `${String(from)} to ${String(to)}`);
    await page.page.locator(".details .link", { hasText: "main" }).click();
    await page.page.locator(".details section", { hasText: "Its executor jobs" }).locator(".when").nth(2).click();
    await page.settled();
    assert.match(await page.text(".details"), /took 17\.0 ms/);
  });

  it("where events were lost is hatched, with the exact count", async () => {
    const trace = readTrace(LOST);
    assert.deepEqual(gapsOf(trace, 0), [
      { from: MS, to: 16 * MS, count: 1234 },
      { from: 26 * MS, to: 34 * MS, count: 11 },
    ]);
    const view = await show(LOST, 2, trace.end / MS);
    await page.screenshot("lost");
    assert.match(await page.text(".status"), /1,245 events were lost/);
    const row = async (from: number, to: number): Promise<number> => {
      const [x0, x1] = [timeToX(view, from * MS), timeToX(view, to * MS)];
      const y = layout.height - 20;
      const colors = await page.colors(Array.from({ length: Math.floor(x1 - x0) }, (_, i) => ({ x: x0 + i, y })));
      return colors.filter((color) => color !== "#1f1f1f").length / colors.length;
    };
    assert.ok((await row(2, 15)) > 0.1 && (await row(27, 33)) > 0.1);
    assert.ok((await row(18, 25)) < 0.05);
  });

  it("who cancelled the chosen task is an arrow", async () => {
    const view = await show(CANCEL, 3, 18);
    const between = async (): Promise<number> => {
      const x = timeToX(view, 14 * MS);
      // The head of an arrow from below.
      const y = taskTop(layout, 1) + layout.laneHeight / 2;
      const around = Array.from({ length: 21 * 14 }, (_, i) => ({ x: x - 10 + (i % 21), y: y + Math.floor(i / 21) }));
      return (await page.colors(around)).filter((color) => color === "#d3a4ee").length;
    };
    assert.equal(await between(), 0);
    await page.click(40, taskTop(layout, 1) + 10);
    await page.screenshot("cancelled");
    assert.ok((await between()) > 3);
    assert.match(await page.text(".details"), /cancelled/);
    await page.screenshot("cancelled");
  });
});
