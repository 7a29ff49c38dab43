import assert from "node:assert/strict";
import type { FindingsMessage } from "../../extension/protocol";
import { MS } from "../fixtures/notation";
import { openTimeline, startBrowser, stopBrowser, type TimelinePage } from "./page";
import { HELLO } from "./traces";

const site = { file: "/w/app.py", line: 3, column: 4, endLine: 3, endColumn: 9 };
const LATE = {
  rule: "blocked-loop",
  severity: "error",
  certainty: "Measured",
  message: "<b>time.sleep</b>() held the loop for 300 ms",
  site,
  tasks: [2],
  at: 12 * MS,
  cost: 300 * MS,
  evidence: [{ label: "Task-3 was ready for 280 ms", at: 13 * MS, task: 3 }],
  advice: "Await something instead",
} as const;
const EARLY = { ...LATE, severity: "warning", message: "Somebody stood in line", tasks: [1], at: 4 * MS } as const;
const HINT = { ...LATE, severity: "hint", message: "You may know" } as const;
const FOUND: FindingsMessage = { type: "findings", generation: "test", findings: [LATE, EARLY, HINT] };

describe("Findings in the timeline", () => {
  let page: TimelinePage;

  before(startBrowser);
  after(stopBrowser);
  beforeEach(async () => {
    page = await openTimeline();
    await page.show(HELLO);
    await page.deliver(FOUND);
    await page.settled();
  });
  afterEach(async () => {
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  it("are listed as text, the most severe first, without hints", async () => {
    const text = await page.text(".findings");
    assert.match(text, /<b>time\.sleep<\/b>.*Somebody stood/s);
    assert.doesNotMatch(text, /You may know/);
  });

  it("are walked through in order of time with N and Shift+N, each with its task, moment, line, evidence and what to do", async () => {
    await page.press("n");
    assert.equal((await page.viewState())["cursor"], EARLY.at);
    await page.press("n");
    assert.equal((await page.viewState())["cursor"], LATE.at);
    assert.deepEqual((await page.viewState())["chosen"], { kind: "task", task: 2 });
    assert.match(await page.text(".findings"), /Task-3 was ready for 280 ms.*What to do: Await something instead/s);
    assert.deepEqual((await page.posted("reveal")).at(-1)?.site, site);
    await page.screenshot("findings");
    await page.press("Shift+N");
    assert.equal((await page.viewState())["cursor"], EARLY.at);
  });

  it("are replaced by the next ones, and none are shown of another trace", async () => {
    await page.deliver({ ...FOUND, findings: [EARLY] });
    await page.settled();
    assert.doesNotMatch(await page.text(".findings"), /time\.sleep/);
    await page.deliver({ ...FOUND, generation: "other" });
    await page.settled();
    assert.equal(await page.page.locator(".findings").count(), 0);
  });
});
