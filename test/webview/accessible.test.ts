import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Finding } from "../../extension/insights/types";
import { MS } from "../fixtures/notation";
import { openTimeline, startBrowser, stopBrowser, type TimelinePage } from "./page";
import { THEMES } from "./themes";
import { HELLO } from "./traces";

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

declare global {
  interface Window {
    axe?: { run(): Promise<{ violations: readonly Violation[] }> };
  }
}

const FINDING: Finding = {
  rule: "blocked-loop",
  severity: "error",
  certainty: "Measured",
  message: "time.sleep() held the loop for 300 ms",
  site: { file: "/w/app.py", line: 3, column: 4, endLine: 3, endColumn: 9 },
  tasks: [2],
  at: 12 * MS,
  cost: 300 * MS,
  evidence: [{ label: "Task-3 was ready for 280 ms", at: 13 * MS, task: 3 }],
  advice: "Await something instead",
};

/** What can be on screen, and how one gets there from the state before. */
const STATES: readonly (readonly [name: string, go: (page: TimelinePage) => Promise<unknown>])[] = [
  ["picture", (page) => page.show(HELLO)],
  ["chosen slice", (page) => page.press("ArrowDown", "ArrowRight")],
  ["critical path", (page) => page.click(40, 160)],
  ["search", (page) => page.press("/")],
  ["search that found", (page) => page.page.keyboard.type("greet")],
  [
    "note being written",
    async (page) => {
      await page.page.keyboard.press("Escape");
      await page.press("m");
    },
  ],
  [
    "note kept",
    async (page) => {
      await page.page.keyboard.type("why so long?");
      await page.page.keyboard.press("Enter");
    },
  ],
  [
    "range",
    async (page) => {
      const canvas = page.page.locator("canvas");
      await canvas.dragTo(canvas, { sourcePosition: { x: 400, y: 300 }, targetPosition: { x: 600, y: 300 } });
    },
  ],
  ["time cursor and await tree", (page) => page.press("Escape", "Escape", " ", " ", "w")],
  ["findings", (page) => page.deliver({ type: "findings", generation: "test", findings: [FINDING] })],
  ["finding shown", (page) => page.press("n")],
  ["table", (page) => page.press("t")],
  ["table filtered", (page) => page.page.getByRole("searchbox").fill("bob")],
  ["help", (page) => page.page.locator("button", { hasText: "?" }).click()],
];

/** What axe finds serious or worse. */
async function violations(page: TimelinePage): Promise<readonly string[]> {
  const found = await page.page.evaluate(async () => (await window.axe?.run())?.violations ?? []);
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

describe("The timeline is for everybody", () => {
  before(startBrowser);
  after(stopBrowser);

  for (const [theme, width] of THEMES.flatMap((theme) => [1200, 700].map((width) => [theme, width] as const))) {
    it(`to axe, ${theme}, ${String(width)} pixels wide, in all states`, async () => {
      const page = await openTimeline({ theme, width });
      // Past the page's own policy, which rightly forbids scripts from elsewhere.
      await page.page.evaluate(await readFile(require.resolve("axe-core/axe.min.js"), "utf8"));
      for (const [name, go] of STATES) {
        await go(page);
        await page.settled();
        assert.deepEqual(await violations(page), [], name);
        await page.screenshot(`state-${theme}-${String(width)}-${name.replaceAll(" ", "-")}`);
      }
      assert.deepEqual(page.errors, []);
      await page.close();
    });
  }

  for (const width of [700, 420]) {
    it(`to who has a panel of ${String(width)} pixels: nothing of the bar overlaps or is cut`, async () => {
      const page = await openTimeline({ width, height: 600 });
      await page.show(HELLO);
      await page.press(" ", " ");
      const boxes = await page.page.locator(".bar h1, .bar .status, .bar .buttons > *").evaluateAll((all) =>
        all.map((one) => {
          const { left, right, top, bottom } = one.getBoundingClientRect();
          return { left, right, top, bottom, isCut: one.scrollWidth > one.clientWidth + 1, is: one.textContent };
        }),
      );
      assert.ok(boxes.length >= 9, boxes.map(({ is }) => is).join());
      const below = await page.page.locator(".body").evaluate((body) => body.getBoundingClientRect().top);
      boxes.forEach((box, i) => {
        const { left, right, top, bottom, isCut, is } = box;
        assert.ok(left >= 0 && right <= width && top >= 0 && bottom <= below && !isCut, `${is} is cut`);
        for (const other of boxes.slice(0, i)) {
          const apart = other.right <= left || right <= other.left || other.bottom <= top || bottom <= other.top;
          assert.ok(apart, `${is} is over ${other.is}`);
        }
      });
      assert.equal(await page.page.evaluate(() => document.documentElement.scrollWidth), width);
      await page.screenshot(`narrow-${String(width)}`);
      await page.close();
    });
  }

  it("Esc takes away one thing at a time, the last one first", async () => {
    const page = await openTimeline();
    await page.show(HELLO);
    const { ruler, plot } = await page.layout(3);
    await page.click(plot.left + 100, ruler.top + 10);
    await page.press("ArrowDown");
    const canvas = page.page.locator("canvas");
    await canvas.dragTo(canvas, { sourcePosition: { x: 400, y: 300 }, targetPosition: { x: 600, y: 300 } });
    await page.press("?");
    const there = async (): Promise<readonly string[]> => {
      const found: string[] = [];
      if ((await page.page.locator("dialog").count()) > 0) found.push("help");
      const text = await page.text(".details");
      if (text.includes("Range of")) found.push("range");
      const { chosen, cursor } = await page.viewState();
      if (chosen !== undefined) found.push("chosen");
      if (cursor !== undefined) found.push("cursor");
      return found;
    };
    const all = ["help", "range", "chosen", "cursor"];
    for (let gone = 0; gone <= all.length; gone++) {
      assert.deepEqual(await there(), all.slice(gone));
      await page.page.keyboard.press("Escape");
      await page.settled();
    }
    await page.close();
  });

  for (const [motion, what] of [
    [false, "from moment to moment where motion is not wanted"],
    [true, "smoothly where it is"],
  ] as const) {
    it(`the replay goes ${what}`, async () => {
      const page = await openTimeline({ motion });
      await page.show(HELLO);
      await page.press(" ");
      await page.page.waitForFunction(
        () => window.fake.posted.filter(({ type }) => type === "cursor").length > 3,
        undefined,
        { polling: 50 },
      );
      await page.press(" ");
      const times = (await page.posted("cursor")).map(({ time }) => time ?? 0);
      // In this trace everything begins and ends at whole milliseconds.
      assert.equal(
        times.every((time) => time % MS === 0),
        !motion,
        times.join(),
      );
      assert.ok(times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0)));
      await page.close();
    });
  }
});
