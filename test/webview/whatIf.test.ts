import assert from "node:assert/strict";
import { readTrace } from "../../extension/trace";
import { atOnce, linesOf, projectedTrace, whatIfNow } from "../../extension/whatif";
import { traceFromText } from "../fixtures/notation";
import { rows, TraceWriter } from "../fixtures/writer";
import { openTimeline, startBrowser, stopBrowser } from "./page";

const SITE = { file: "/project/app.py", line: 3, column: undefined, endLine: undefined, endColumn: undefined };
const SERIAL = traceFromText(`
  main: #..........#..........#x
  main awaits sleep @3:8-20
  exit 0
`);

describe("The timeline of a run that never was", () => {
  before(startBrowser);
  after(stopBrowser);

  it("says so, on what it rests, and draws it", async () => {
    const result = whatIfNow(readTrace(SERIAL), [{ kind: "concurrent", lines: [linesOf(SITE)] }]);
    const page = await openTimeline();
    await page.show(atOnce(projectedTrace(result)));
    const told = page.page.locator("details.what-if");
    assert.equal(
      await told.locator("summary").textContent(),
      "What if: 13.0 ms instead of 23.0 ms, if the 2 awaits at app.py:3 began together",
    );
    assert.equal(await told.locator("li").first().isVisible(), false);
    await told.locator("summary").click();
    assert.deepEqual(await told.locator("li").allTextContents(), result.assumptions);
    assert.match((await page.page.locator(".headline").textContent()) ?? "", /^3 tasks, 13\.0 ms/);
    // It has no end to tell of, and cannot be run.
    assert.deepEqual(await page.page.locator(".status li").allTextContents(), []);
    assert.equal(await page.page.getByRole("button", { name: "Run again" }).count(), 0);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  it("shows whatever a trace says as text", async () => {
    const evil = "<img src=x onerror=alert(1)>";
    const page = await openTimeline();
    const writer = new TraceWriter().header({ what_if: { headline: evil, assumptions: [evil], recorded: 1 } });
    await page.show(
      writer
        .tasks({ task: 1 })
        .steps(1, 1, 0, [rows.step(1, 5)])
        .end(9)
        .bytes(),
    );
    assert.equal(await page.page.locator("details.what-if summary").textContent(), `What if: ${evil}`);
    assert.equal(await page.page.locator("img").count(), 0);
    await page.close();
  });
});
