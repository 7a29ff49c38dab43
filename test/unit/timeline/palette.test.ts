import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ON_RUNNING, STATE_COLORS } from "../../../media/timeline/palette";
import { VARIABLES, THEMES } from "../../webview/themes";
import { contrast, difference, VISIONS } from "./vision";

/** Colours of neighbouring marks that are nearer than this look like one another. */
const APART = 7.5;
/** What WCAG asks of parts of a picture, and of text. */
const PART = 3;
const TEXT = 4.5;

const CSS = readFileSync(path.resolve(__dirname, "../../../../media/timeline/timeline.css"), "utf8");
const SELECTOR = {
  dark: ":root",
  light: "body.vscode-light",
  "hc-black": "body.vscode-high-contrast",
  "hc-light": "body.vscode-high-contrast-light",
} as const;

describe("The colours of the states", () => {
  for (const theme of THEMES) {
    const colors = Object.entries(STATE_COLORS[theme]);
    const background = VARIABLES[theme]["editor-background"] ?? "";

    for (const vision of VISIONS) {
      it(`differ, ${theme}, for ${vision} vision`, () => {
        colors.forEach(([name, color], i) => {
          for (const [other, otherColor] of colors.slice(i + 1)) {
            const apart = difference(vision, color, otherColor);
            assert.ok(apart >= APART, `${name} and ${other} are ${apart.toFixed(1)} apart`);
          }
        });
      });
    }

    it(`stand out from the background, ${theme}, and words from a running bar`, () => {
      for (const [name, color] of colors) {
        const against = contrast(color, background);
        assert.ok(against >= PART, `${name}: ${against.toFixed(1)}`);
      }
      assert.ok(contrast(ON_RUNNING[theme], STATE_COLORS[theme].running) >= TEXT);
    });

    it(`are the same on the canvas and around it, ${theme}`, () => {
      const rule = CSS.slice(CSS.indexOf(`${SELECTOR[theme]} {`)).split("}")[0] ?? "";
      for (const [name, color] of colors) assert.ok(rule.includes(`--state-${name}: ${color};`), `${name} ${color}`);
    });
  }
});
