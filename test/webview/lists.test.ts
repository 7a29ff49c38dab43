import assert from "node:assert/strict";
import { rows, TraceWriter } from "../fixtures/writer";
import { openTimeline, startBrowser, stopBrowser, type TimelinePage } from "./page";

const SITE = { file: "/project/crawl.py", line: 24, column: 8, endLine: 24, endColumn: 40 };

/** main gathers the others; each takes one step and then waits at SITE, for ever. */
function fanOut(tasks: number): Uint8Array<ArrayBuffer> {
  const members = Array.from({ length: tasks - 1 }, (_, i) => i + 2);
  return new TraceWriter()
    .header({ argv: ["crawl.py"] })
    .define(
      { k: "loop", id: 1, thread: "MainThread", class: "asyncio.SelectorEventLoop", t: 0 },
      { k: "file", id: 1, path: SITE.file, user: true },
      { k: "code", id: 1, file: 1, name: "main", line: 60, is: "coroutine" },
      { k: "code", id: 2, file: 1, name: "fetch", line: 20, is: "coroutine" },
      { k: "node", id: 1, parent: 0, code: 1, line: 64, end_line: 64, col: 4, end_col: 30 },
      { k: "node", id: 2, parent: 1, on: "gather" },
      { k: "node", id: 3, parent: 0, code: 2, line: 24, end_line: 24, col: 8, end_col: 40 },
      { k: "node", id: 4, parent: 3, on: "future" },
    )
    .tasks({ task: 1, code: 1 }, ...members.map((task) => ({ task, parent: 1, code: 2, site: 1 })))
    .define({ k: "group", id: 1, kind: "gather", owner: 1, site: 1, t: 0, members })
    .steps(1, 1, 0, [
      rows.step(1, 1e6, 0, 0x80000001, 2),
      ...members.map((task) => rows.step(task, 1e6, 0, 0x80000001, 4)),
    ])
    .end(tasks * 1e6)
    .bytes();
}

describe("A list that is too long to be shown", () => {
  let page: TimelinePage;

  before(startBrowser);
  after(stopBrowser);
  beforeEach(async () => {
    page = await openTimeline();
  });
  afterEach(async () => {
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  const choose = (target: { readonly group: number } | { readonly site: typeof SITE }): Promise<void> =>
    page.deliver({ type: "show", generation: "test", target });
  /** The section with this heading, and how many lines it lists. */
  async function section(heading: RegExp): Promise<{ readonly text: string; readonly listed: number }> {
    const found = page.page.locator(".details section", { has: page.page.getByRole("heading", { name: heading }) });
    return { text: (await found.innerText()).trim(), listed: await found.locator("li").count() };
  }

  it("ends in how many more of 300 tasks are alive at the time cursor", async () => {
    await page.show(fanOut(300));
    await page.deliver({ type: "moment", generation: "test", time: 299e6, task: 300 });
    const { text, listed } = await section(/^At /);
    assert.match(text, /300 tasks alive.*… and 100 more tasks$/s);
    assert.equal(listed, 200);
    await page.screenshot("many-alive");
  });

  it("ends in how many more tasks a group has, and visits a place", async () => {
    await page.show(fanOut(300));
    await choose({ group: 1 });
    const group = await section(/^gather$/);
    assert.match(group.text, /… and 249 more tasks$/);
    assert.equal(group.listed, 50);
    await choose({ site: SITE });
    const visits = await section(/crawl\.py:24/);
    assert.match(visits.text, /Awaited 299 times.*… and 249 more visits$/s);
    assert.equal(visits.listed, 50);
  });

  it("says it of one more as of one", async () => {
    await page.show(fanOut(52));
    await choose({ group: 1 });
    assert.match((await section(/^gather$/)).text, /… and 1 more task$/);
    await choose({ site: SITE });
    assert.match((await section(/crawl\.py:24/)).text, /… and 1 more visit$/);
  });

  it("says nothing when nothing is left out", async () => {
    await page.show(fanOut(51));
    await choose({ group: 1 });
    const { text, listed } = await section(/^gather$/);
    assert.doesNotMatch(text, /more/);
    assert.equal(listed, 50);
  });
});
