import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Finding } from "../../extension/insights";
import { MS } from "../fixtures/notation";
import { openAlone, openTimeline, pageAlone, startBrowser, stopBrowser } from "./page";
import { HELLO } from "./traces";

const DIST = path.resolve(__dirname, "../../../dist");

describe("The timeline as a file", () => {
  before(startBrowser);
  after(stopBrowser);

  it("is a PNG of twice the picture's size, with all that is in the picture", async () => {
    const page = await openTimeline({ width: 900, height: 500 });
    await page.show(HELLO);
    await page.deliver({ type: "ask", what: "png" });
    const { width, height, expected, counts } = await page.page.evaluate(async () => {
      const answer = await window.fake.answer("picture");
      const bitmap = await createImageBitmap(
        new Blob([answer.bytes as Uint8Array<ArrayBuffer>], { type: "image/png" }),
      );
      const canvas = document.querySelector("canvas");
      const copy = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      copy?.drawImage(bitmap, 0, 0);
      const pixels = copy?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? [];
      const counts: Record<string, number> = {};
      for (let i = 0; i < pixels.length; i += 4) {
        const color = `#${[0, 1, 2].map((part) => (pixels[i + part] ?? 0).toString(16).padStart(2, "0")).join("")}`;
        counts[color] = (counts[color] ?? 0) + 1;
      }
      return { width: bitmap.width, height: bitmap.height, expected: canvas?.clientWidth ?? 0, counts };
    });
    assert.equal(width, expected * 2);
    assert.ok(height > 400);
    // Running, waiting and the group's bracket; edges and letters are not of one colour.
    const colors = ["#6f8fd0", "#83878e", "#8fdda5"];
    const onScreen = await page.count(colors);
    colors.forEach((color, i) => {
      const share = (counts[color] ?? 0) / (4 * (onScreen[i] ?? 0));
      assert.ok(share > 0.8 && share < 1.25, `${String(share)} of ${color}`);
    });
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  it("is an SVG with the names as text and the states as shapes", async () => {
    const page = await openTimeline();
    await page.show(HELLO);
    await page.deliver({ type: "ask", what: "svg" });
    const found = await page.page.evaluate(async () => {
      const answer = await window.fake.answer("picture");
      const parsed = new DOMParser().parseFromString(new TextDecoder().decode(answer.bytes), "image/svg+xml");
      return {
        root: parsed.documentElement.tagName,
        texts: [...parsed.querySelectorAll("text")].map((text) => text.textContent),
        running: parsed.querySelectorAll('rect[fill="#6f8fd0"]').length,
        scripts: parsed.querySelectorAll("script").length,
      };
    });
    assert.equal(found.root, "svg");
    for (const name of ["Alice", "Bob"]) assert.ok(found.texts.includes(name), `${name} in ${found.texts.join(", ")}`);
    assert.ok(found.running >= 5, `${found.running} running bars`);
    assert.equal(found.scripts, 0);
    await page.close();
  });

  it("remembers what is in view, and goes there again", async () => {
    const page = await openTimeline();
    await page.show(HELLO);
    const view = {
      ...{ from: 10 * MS, to: 20 * MS, cursor: 12 * MS },
      range: { from: 11 * MS, to: 15 * MS },
      chosen: { kind: "group", group: 1 } as const,
    };
    await page.deliver({ type: "show", generation: "test", target: { view } });
    await page.deliver({ type: "ask", what: "view" });
    const [answer] = await page.posted("view");
    assert.deepEqual(answer?.view, view);
    await page.close();
  });

  it("is one page that shows the same without VS Code, without a network, and with its names as text", async () => {
    const finding: Finding = {
      rule: "blocked-loop",
      severity: "warning",
      certainty: "Measured",
      message: "</script><b>parse</b>() held the loop",
      site: undefined,
      tasks: [],
      at: 10 * MS,
      cost: 0,
      evidence: [],
      advice: "Await something instead",
    };
    const note = { at: 12 * MS, task: 2, text: "</script><i>why</i> so long?" };
    const html = await pageAlone("<b>hello</b>.awaitscope", HELLO, [finding], [note]);
    const folder = await mkdtemp(path.join(tmpdir(), "awaitscope-page-"));
    const file = path.join(folder, "hello.html");
    await writeFile(file, html);
    const { page, errors, requests } = await openAlone(pathToFileURL(file).href);
    await page.waitForFunction(() => document.querySelector("h1")?.textContent.includes("3 tasks"));
    assert.equal(await page.title(), "<b>hello</b>.awaitscope · Awaitscope");
    assert.equal(await page.getByRole("button", { name: "Run again" }).count(), 0);
    await page.getByText("</script><b>parse</b>() held the loop").waitFor();
    await page.getByText("</script><i>why</i> so long?").waitFor();
    await page.getByTitle("Go there", { exact: true }).click();
    await page.getByRole("heading", { name: "Alice" }).waitFor();
    // Nobody would keep what is changed here.
    assert.equal(await page.getByRole("button", { name: "Remove this note" }).count(), 0);
    await page.keyboard.press("m");
    assert.equal(await page.locator(".search").count(), 0);
    await page.getByRole("button", { name: "Table" }).click();
    for (const name of ["main", "Alice", "Bob"]) await page.getByRole("rowheader", { name }).waitFor();
    await page.getByRole("button", { name: "Table" }).click();
    await page.screenshot({ path: path.join(DIST, "../out/screenshots/standalone.png") });
    assert.deepEqual(errors, []);
    assert.deepEqual(
      requests.filter((url) => !url.startsWith("file:") && !url.startsWith("blob:")),
      [],
    );
    await page.context().close();
    await rm(folder, { recursive: true });
  });
});
