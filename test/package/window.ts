/** What the tests of the package do in a window of VS Code, as a person would. */
import type { Frame, Locator, Page } from "playwright-core";

/** For one thing to appear in a window that may only just have been opened, on a busy machine. */
export const PATIENCE_MS = 60_000;

export class VsCodeWindow {
  constructor(readonly page: Page) {}

  /** A line of the editor, which shows spaces as no-break spaces. */
  editorLine(text: string): Locator {
    return this.page
      .locator(".view-line")
      .filter({ hasText: new RegExp(text.replace(/[()]/g, "\\$&").replace(/ /g, "\\s")) });
  }

  /** Waits for a text that is not in the file, drawn at the end of a line: only its pseudo-element knows it. */
  async inEditor(line: string, text: RegExp): Promise<void> {
    return this.inEditors(1, line, text);
  }

  async inEditors(count: number, line: string, text: RegExp): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const drawn = await this.editorLine(line).evaluateAll((elements) =>
        elements.map((element) =>
          [...element.querySelectorAll("span")].map((span) => getComputedStyle(span, "::after").content).join(" "),
        ),
      );
      if (drawn.length === count && drawn.every((one) => text.test(one))) return;
      if (Date.now() > deadline) throw new Error(`After ${line} there is ${drawn.join(" and ")}`);
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  /** Asks for commands; the box that has them. */
  async openPalette(text: string): Promise<Locator> {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input[type=text]");
    await input.waitFor({ timeout: PATIENCE_MS });
    await input.fill(`>${text}`);
    return input;
  }

  /** `stays`: it asks on. */
  async runFromPalette(command: string, { stays = false } = {}): Promise<void> {
    const input = await this.openPalette(command);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: command }).first().waitFor();
    await this.page.keyboard.press("Enter");
    if (!stays) await input.waitFor({ state: "hidden", timeout: PATIENCE_MS });
  }

  /** The webview's content is in a frame of a frame, which VS Code makes when it needs it. */
  async frameWith(text: RegExp): Promise<Frame> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      for (const frame of this.page.frames()) {
        const body = await frame
          .locator("body")
          .innerText({ timeout: 1000 })
          .catch(() => "");
        if (text.test(body)) return frame;
      }
      if (Date.now() > deadline) throw new Error(`No frame says ${text.source}`);
      await this.page.waitForEvent("framenavigated", { timeout: 1000 }).catch(() => undefined);
    }
  }
}
