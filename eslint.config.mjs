import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * The "may import" column of ARCHITECTURE.md.
 * @param {string} room files of the room
 * @param {{ node?: boolean, vscode?: boolean, not?: readonly string[] }} allowed `not`: rooms it must not reach into
 */
function room(room, { node = false, vscode = false, not = [] }) {
  const rule = /** @type {const} */ ("@typescript-eslint/no-restricted-imports");
  const patterns = [
    ...(vscode ? [] : [{ regex: "^vscode$", message: `${room} runs without VS Code.` }]),
    ...(node ? [] : [{ regex: "^node:", message: `${room} runs without node.` }]),
    ...not.map((other) => ({ regex: `^\\.\\.?/(.*/)?${other}(/|$)`, message: `${room} must not know ${other}.` })),
  ];
  const globals = node ? [] : ["Buffer", "process", "require", "__dirname"];
  return {
    files: [`${room}/**/*.{ts,tsx}`],
    rules: { [rule]: ["error", { patterns }], "no-restricted-globals": ["error", ...globals] },
  };
}

const host = ["session", "saved", "web", "inline", "timeline", "compare(?=/)", "assistant", "cli", "extension$"];

export default defineConfig(
  globalIgnores(["node_modules", "dist", "out", ".cache", ".vscode-test"]),
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      // `type` aliases and interfaces both have their uses; numbers read well in messages.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `noUncheckedIndexedAccess` makes honest code write `array[i]!` after a bounds check.
      "@typescript-eslint/no-non-null-assertion": "off",
      // Callbacks of one expression that return nothing: `() => this.draw()`.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Name what you export." },
        { selector: "TSEnumDeclaration", message: "Use a union of literals." },
      ],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  room("extension/syntax", { not: ["trace", "insights", "findings", "protocol", ...host] }),
  room("extension/trace", { not: ["syntax", "insights", "protocol", ...host] }),
  room("extension/insights", { not: ["protocol", ...host] }),
  room("extension/whatif", { not: ["insights", "protocol", ...host] }),
  room("extension/session", { node: true, vscode: true, not: ["insights", "inline", "timeline", "cli", "extension$"] }),
  room("extension/findings", { vscode: true, not: ["session", "inline", "timeline", "cli", "extension$"] }),
  room("extension/saved", {
    vscode: true,
    not: ["insights", "session", "inline", "timeline", "cli", "extension$"],
  }),
  room("extension/web", { vscode: true, not: ["session", "cli"] }),
  room("extension/compare", { vscode: true, not: ["session", "cli", "extension$"] }),
  room("extension/inline", { vscode: true, not: ["session", "timeline", "cli", "extension$"] }),
  room("extension/timeline", { vscode: true, not: ["insights", "session", "inline", "cli", "extension$"] }),
  room("extension/cli", { node: true, not: ["session", "inline", "timeline", "protocol", "extension$"] }),
  room("media", { not: ["insights", "session", "inline", "cli", "extension$"] }),
  {
    files: ["test/**/*.ts"],
    rules: {
      // mocha's `it` takes what `describe` gives it; node:assert's own functions are not promises to await.
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", name: ["describe", "it"], package: "mocha" }] },
      ],
      "no-restricted-properties": [
        "error",
        { object: "it", property: "only" },
        { object: "describe", property: "only" },
      ],
    },
  },
  { files: ["scripts/**/*.mjs"], extends: [tseslint.configs.recommended] },
);
