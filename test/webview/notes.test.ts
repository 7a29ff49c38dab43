import assert from "node:assert/strict";
import { MS } from "../fixtures/notation";
import { openTimeline, startBrowser, stopBrowser, type TimelinePage } from "./page";
import { HELLO, HELLO_COLUMNS } from "./traces";

declare global {
  interface Window {
    pass: (frames: number) => Promise<void>;
  }
}

describe("A note", () => {
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

  const note = { at: 12 * MS, task: 2, text: "<i>why</i> so long?" };

  it("is written at the time cursor with M and Enter, and given to the host to keep", async () => {
    await page.deliver({
      type: "show",
      generation: "test",
      target: { view: { from: 0, to: 30 * MS, chosen: { kind: "task", task: note.task }, cursor: note.at } },
    });
    await page.press("m");
    await page.page.keyboard.type(note.text);
    await page.page.keyboard.press("Enter");
    await page.settled();
    assert.deepEqual((await page.posted("notes")).at(-1)?.notes, [note]);
    assert.match(await page.text(".notes"), /<i>why<\/i> so long\?/);
    assert.equal(await page.page.evaluate(() => document.activeElement?.tagName), "CANVAS");
    await page.screenshot("note");
  });

  it("comes back with the trace, leads to its moment, and can be taken away", async () => {
    await page.deliver({ type: "notes", generation: "test", notes: [note] });
    await page.page.getByTitle("Go there").click();
    await page.settled();
    assert.equal((await page.viewState())["cursor"], note.at);
    assert.deepEqual((await page.viewState())["chosen"], { kind: "task", task: note.task });
    await page.page.getByRole("button", { name: "Remove this note" }).click();
    await page.settled();
    assert.deepEqual((await page.posted("notes")).at(-1)?.notes, []);
    assert.equal(await page.page.locator(".notes").count(), 0);
  });

  it("is dropped with Esc", async () => {
    await page.press("m");
    await page.page.keyboard.type("never mind");
    await page.page.keyboard.press("Escape");
    await page.settled();
    assert.equal((await page.posted("notes")).length, 0);
    assert.equal(await page.page.locator(".search").count(), 0);
  });
});

describe("The replay", () => {
  before(startBrowser);
  after(stopBrowser);

  it("goes from moment to moment, on and back, and says what every task does then", async () => {
    const page = await openTimeline();
    await page.show(HELLO);
    for (const title of ["On to the next moment", "On to the next moment", "Back to the moment before"]) {
      await page.page.getByTitle(title).click();
      await page.settled();
    }
    const times = (await page.posted("cursor")).flatMap(({ time }) => time ?? []);
    assert.deepEqual(times, [3 * MS, 4 * MS, 3 * MS]);
    assert.match(await page.text(".details"), /At 3.*3 tasks alive.*main waiting for gather.*Alice ready.*Bob ready/s);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  it("takes the time cursor through the run at the speed one chose", async () => {
    const page = await openTimeline({ motion: true });
    await page.show(HELLO);
    // A clock of the test's own: a frame takes 50 ms, however long it takes.
    await page.page.evaluate(() => {
      let now = performance.now();
      performance.now = () => now;
      window.pass = async (frames) => {
        for (let i = 0; i < frames; i++) {
          now += 50;
          await new Promise((done) => requestAnimationFrame(done));
        }
      };
    });
    await page.press(" ");
    const moved = async (speed: string): Promise<number> => {
      await page.page.getByLabel("Speed of the replay").selectOption(speed);
      const before = Number((await page.viewState())["cursor"]);
      await page.page.evaluate(() => window.pass(6));
      return Number((await page.viewState())["cursor"]) - before;
    };
    const usual = await moved("1");
    // A whole run takes twelve seconds.
    assert.ok(Math.abs(usual - (HELLO_COLUMNS * MS * 300) / 12_000) < 1, String(usual));
    for (const speed of [0.25, 4]) {
      const share = (await moved(String(speed))) / usual;
      assert.ok(Math.abs(share - speed) < 0.001, `${String(share)} at ${String(speed)}`);
    }
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  it("has a speed while it plays, and what is pinned and how tall lanes are outlive a reload", async () => {
    const page = await openTimeline();
    await page.show(HELLO);
    await page.press(" ");
    await page.page.getByLabel("Speed of the replay").selectOption("0.25");
    await page.press(" ", "c", "ArrowDown", "p");
    const { density, pinned } = await page.viewState();
    assert.equal(density, "expert");
    assert.equal((pinned as number[]).length, 1);
    await page.page.reload();
    await page.show(HELLO);
    const after = await page.viewState();
    assert.deepEqual([after["density"], after["pinned"]], [density, pinned]);
    assert.deepEqual(page.errors, []);
    await page.close();
  });
});
