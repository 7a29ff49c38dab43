import assert from "node:assert/strict";
import { openTimeline, startBrowser, stopBrowser } from "./page";
import { THEMES, type Theme } from "./themes";
import { crawl, HELLO } from "./traces";

/** Running, ready and the editor's background. */
const COLORS: Readonly<Record<Theme, readonly [string, string, string]>> = {
  dark: ["#6f8fd0", "#c29d5f", "#1f1f1f"],
  light: ["#2078b4", "#b66907", "#ffffff"],
  "hc-black": ["#8fb4ff", "#fcae56", "#000000"],
  "hc-light": ["#0f4a85", "#653a00", "#ffffff"],
};

describe("The timeline looks right", () => {
  before(startBrowser);
  after(stopBrowser);

  for (const theme of THEMES) {
    const [running, ready, background] = COLORS[theme];

    for (const [width, height] of [
      [1200, 700],
      [700, 500],
    ] as const) {
      it(`with three tasks, ${theme}, ${String(width)} × ${String(height)}`, async () => {
        const page = await openTimeline({ theme, width, height });
        await page.show(HELLO);
        const [runs = 0, readies = 0, empty = 0] = await page.count([running, ready, background]);
        assert.ok(runs > 4000, `${String(runs)} pixels are running`);
        assert.ok(readies > 60, `${String(readies)} pixels are ready`);
        assert.ok(empty > 40_000, `${String(empty)} pixels are background`);
        await page.screenshot(`three-${theme}-${String(width)}`);
        await page.press("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight");
        await page.screenshot(`three-${theme}-${String(width)}-chosen`);
        assert.deepEqual(page.errors, []);
        await page.close();
      });
    }

    it(`with 300 tasks, ${theme}`, async () => {
      const page = await openTimeline({ theme });
      await page.show(crawl());
      const [runs = 0] = await page.count([running]);
      assert.ok(runs > 10_000, `${String(runs)} pixels are running`);
      await page.screenshot(`crawl-${theme}`);
      await page.press("w", "w", "w", "w", "ArrowDown", "ArrowDown");
      await page.screenshot(`crawl-${theme}-near`);
      assert.deepEqual(page.errors, []);
      await page.close();
    });
  }

  it("with the system's own colours where those are forced", async () => {
    const page = await openTimeline({ forcedColors: true });
    await page.show(HELLO);
    const link = await page.page.evaluate(() => {
      const probe = document.body.appendChild(document.createElement("span"));
      probe.style.color = "LinkText";
      const [r = 0, g = 0, b = 0] = (getComputedStyle(probe).color.match(/\d+/g) ?? []).map(Number);
      probe.remove();
      return `#${[r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
    });
    const [runs = 0] = await page.count([link]);
    assert.ok(runs > 4000, `${String(runs)} pixels of ${link}`);
    await page.screenshot("three-forced");
    await page.close();
  });

  it("after the theme changed under it", async () => {
    const page = await openTimeline({ theme: "dark" });
    await page.show(HELLO);
    await page.page.evaluate(() => {
      document.body.className = "vscode-light";
      document.documentElement.style.setProperty("--vscode-editor-background", "#ffffff");
    });
    await page.settled();
    const [runs = 0, old = 0] = await page.count([COLORS.light[0], COLORS.dark[0]]);
    assert.ok(runs > 4000 && old === 0);
    await page.close();
  });
});
