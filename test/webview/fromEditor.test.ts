import assert from "node:assert/strict";
import { MS } from "../fixtures/notation";
import { openTimeline, startBrowser, stopBrowser, type TimelinePage } from "./page";
import { HELLO } from "./traces";

/** The await of both greetings, as the editor names it. */
const SLEEP = { file: "/project/hello.py", line: 7, column: 4, endLine: 7, endColumn: 24 };

describe("What the editor points at", () => {
  let page: TimelinePage;

  before(startBrowser);
  after(stopBrowser);
  beforeEach(async () => {
    page = await openTimeline();
    await page.show(HELLO);
  });
  afterEach(async () => {
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  const picture = (): Promise<string> =>
    page.page.locator("canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const light = (site: typeof SLEEP | undefined, generation = "test") =>
    page.deliver({ type: "highlight", generation, ...(site && { site }) });

  it("is lit: the visits of the await at the caret, and nothing is chosen or moved by it", async () => {
    const [plain, state] = [await picture(), await page.viewState()];
    await light(SLEEP);
    const lit = await picture();
    assert.notEqual(lit, plain);
    assert.deepEqual(await page.viewState(), state);
    await page.screenshot("lit from the editor");
    await light({ ...SLEEP, line: 70, endLine: 70 });
    assert.equal(await picture(), plain, "an await that was never reached has no visits");
    await light(SLEEP);
    assert.equal(await picture(), lit);
    await light(undefined);
    assert.equal(await picture(), plain);
  });

  it("is not lit in the timeline of another trace, and not in the next one", async () => {
    const plain = await picture();
    await light(SLEEP, "other");
    assert.equal(await picture(), plain);
    await light(SLEEP);
    await page.deliver({ type: "open", generation: "next", name: "hello.py", state: { kind: "ended" } });
    await page.show(HELLO);
    assert.equal(await picture(), plain);
  });

  it("puts the time cursor there, where the tree says who waits for what, and tells nobody back", async () => {
    const before = (await page.posted("cursor")).length;
    await page.deliver({ type: "moment", generation: "test", time: 20 * MS, task: 2 });
    assert.equal((await page.viewState())["cursor"], 20 * MS);
    assert.match(await page.text(".await-tree"), /Alice\s+waiting for sleep at hello\.py:7/);
    // The editor knows: an echo would move it again.
    assert.ok((await page.posted("cursor")).slice(before).every(({ time }) => time === 20 * MS));
    await page.deliver({ type: "moment", generation: "other", time: 30 * MS, task: 2 });
    assert.equal((await page.viewState())["cursor"], 20 * MS);
  });

  it("comes into view, wherever one looked before, and a replay stops for it", async () => {
    await page.press("w", "w", "w", "w", "d", "d", "d", "d", " ");
    await page.deliver({ type: "moment", generation: "test", time: 4 * MS, task: 3 });
    const { from, to } = (await page.viewState()) as { readonly from: number; readonly to: number };
    assert.ok(from <= 4 * MS && 4 * MS <= to, `${from} to ${to}`);
    assert.equal((await page.viewState())["cursor"], 4 * MS);
    await page.settled();
    assert.equal((await page.viewState())["cursor"], 4 * MS);
  });
});
