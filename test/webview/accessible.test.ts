import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import type { Finding } from "../../extension/insights/types";
import { MS, traceFromText } from "../fixtures/notation";
import { rows, TraceWriter } from "../fixtures/writer";
import { openAlone, openTimeline, pageAlone, startBrowser, stopBrowser, type TimelinePage } from "./page";
import { THEMES } from "./themes";
import { HELLO, JOBS, LOST } from "./traces";

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

declare global {
  interface Window {
    axe?: { run(options: unknown): Promise<{ violations: readonly Violation[] }> };
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

/** Goes on: nothing says that it ended. */
const LIVE = traceFromText(`
main: ##......#......#
killed
`);

const DAMAGED = new TraceWriter().raw(LIVE).block(2, new Uint8Array(7)).bytes();

const WHAT_IF = new TraceWriter()
  .header({ what_if: { headline: "5 ns instead of 9 ns", assumptions: ["Nothing else changes"], recorded: 9 } })
  .tasks({ task: 1 })
  .steps(1, 1, 0, [rows.step(1, 5)])
  .end(9)
  .bytes();

/** What a screen reader finds where nothing is chosen yet. */
const FIRST_SCREEN = `
- banner:
  - heading "3 tasks, 43.0 ms; one after another it would have taken 74.0 ms" [level=1]
  - list "State of the run":
    - listitem: Ended, exit code 0
  - toolbar "Timeline":
    - button "Play"
    - button "Back to the moment before": ‹
    - button "On to the next moment": ›
    - button "Fit"
    - button "Table"
    - button "Run again"
    - button "Keys and gestures": "?"
- main "Timeline":
  - application "Timeline of 3 tasks"
  - paragraph: Arrow keys go from slice to slice and from task to task, Enter goes to the source, T shows the same facts as a table, question mark lists all keys.
- complementary "Details":
  - heading "What you see" [level=2]
  - list:
    - listitem: running its own code
    - listitem: ready, but the loop is busy with something else
    - listitem: waiting in an await
    - listitem: blocked the loop for more than 100 ms
    - listitem: awaited together; ✓ marks the task that ended last
  - heading "Longest awaits" [level=2]
  - table:
    - rowgroup:
      - row "Where What Times In all":
        - columnheader "Where"
        - columnheader "What"
        - columnheader "Times"
        - columnheader "In all"
    - rowgroup:
      - row "hello.py:7 sleep 2 67.0 ms":
        - cell "hello.py:7":
          - button "hello.py:7"
        - cell "sleep"
        - cell "2"
        - cell "67.0 ms"
      - row "hello.py:11 gather 1 38.0 ms":
        - cell "hello.py:11":
          - button "hello.py:11"
        - cell "gather"
        - cell "1"
        - cell "38.0 ms"
- status
`.trim();

/** How one gets to each from the state before. */
type States = readonly (readonly [name: string, go: (page: TimelinePage) => Promise<unknown>])[];

/** What can be on screen of one trace. */
const OF_ONE: States = [
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

/** What other traces bring. */
const OF_OTHERS: States = [
  [
    "group",
    async (page) => {
      await page.show(HELLO, "group");
      await page.deliver({ type: "show", generation: "group", target: { group: 1 } });
      await page.page.getByRole("heading", { name: "gather" }).waitFor();
    },
  ],
  [
    "await site",
    async (page) => {
      await page.press("Escape");
      await page.page.getByRole("button", { name: "hello.py:7" }).click();
      await page.page.getByRole("heading", { name: "hello.py:7" }).waitFor();
    },
  ],
  [
    "executor job",
    async (page) => {
      await page.show(JOBS, "job");
      await page.press("ArrowDown");
      await page.page.locator("section", { hasText: "Its executor jobs" }).locator(".when").first().click();
      await page.page.getByRole("heading", { name: "Executor job" }).waitFor();
    },
  ],
  ["no tasks yet", (page) => page.open({ kind: "running" }, "live")],
  [
    "live, looking elsewhere",
    async (page) => {
      await page.send(LIVE);
      await page.press("w", "w", "a");
      await page.page.getByRole("button", { name: "live" }).waitFor();
    },
  ],
  ["killed", (page) => page.show(LOST, "killed")],
  ["task of which something was lost", (page) => page.press("ArrowDown", "ArrowDown")],
  ["damaged", (page) => page.show(DAMAGED, "damaged")],
  ["not started", (page) => page.open({ kind: "failed", message: "No Python 3.10 was found." }, "failed")],
  ["what if", (page) => page.show(WHAT_IF, "what if")],
  ["what if, and why", (page) => page.page.locator(".what-if summary").click()],
];

/** Past the page's own policy, which rightly forbids scripts from elsewhere. */
async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(await readFile(require.resolve("axe-core/axe.min.js"), "utf8"));
}

/** What axe finds, however slight. */
async function violations(page: Page, ...without: readonly string[]): Promise<readonly string[]> {
  const rules = Object.fromEntries(without.map((id) => [id, { enabled: false }]));
  const found = await page.evaluate(async (options) => (await window.axe?.run(options))?.violations, { rules });
  if (found === undefined) throw new Error("axe is not there");
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

/** Of two places that speak, a screen reader may leave out either. */
const speaking = (page: Page): Promise<number> => page.locator("[aria-live], [role=status], [role=alert]").count();

describe("The timeline is for everybody", () => {
  before(startBrowser);
  after(stopBrowser);

  const looks = [...THEMES, "forced colours"] as const;
  for (const [look, width] of looks.flatMap((look) => [1200, 700].map((width) => [look, width] as const))) {
    const isForced = look === "forced colours";
    // axe asks for the fill of the text, which the browser goes on giving as the author's: black on white is grey to it.
    const without = isForced ? ["color-contrast"] : [];

    for (const [what, states] of [
      ["in all states", OF_ONE],
      ["of all kinds of traces", OF_OTHERS],
    ] as const) {
      it(`to axe, ${look}, ${String(width)} pixels wide, ${what}, with one place that speaks`, async () => {
        const page = await openTimeline({ width, ...(isForced ? { forcedColors: true } : { theme: look }) });
        await bringAxe(page.page);
        for (const [name, go] of states) {
          await go(page);
          await page.settled();
          assert.deepEqual(await violations(page.page, ...without), [], name);
          assert.equal(await speaking(page.page), 1, name);
          await page.screenshot(`state-${look}-${String(width)}-${name}`.replaceAll(/[ ,]+/g, "-"));
        }
        assert.deepEqual(page.errors, []);
        await page.close();
        // axe computes for a second or more in each state where the machine is busy.
      }).timeout(60_000);
    }
  }

  it("to axe as a page that stands alone", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "awaitscope-page-"));
    const file = path.join(folder, "hello.html");
    await writeFile(file, await pageAlone("hello.awaitscope", HELLO, [FINDING]));
    const { page, errors } = await openAlone(pathToFileURL(file).href);
    await page.getByText(FINDING.message).waitFor();
    await bringAxe(page);
    assert.deepEqual(await violations(page), []);
    assert.equal(await speaking(page), 1);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.reload();
    await page.getByText(FINDING.message).waitFor();
    await bringAxe(page);
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(errors, []);
    await page.context().close();
    await rm(folder, { recursive: true });
  });

  it("by its roles and names, in the order they are read", async () => {
    const page = await openTimeline();
    await page.show(HELLO);
    assert.equal(await page.page.locator("body").ariaSnapshot(), FIRST_SCREEN);
    await page.close();
  });

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
