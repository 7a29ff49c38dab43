import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AWAITS_VIEW,
  Color,
  Command,
  ContextKey,
  InternalCommand,
  LanguageModelTool,
  Setting,
  ViewType,
  WALKTHROUGH,
} from "../../../extension/keys";

interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string; readonly enablement?: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default?: unknown }>> };
    readonly colors: readonly { readonly id: string; readonly defaults: Readonly<Record<string, string>> }[];
    readonly languageModelTools: readonly { readonly name: string; readonly when?: string }[];
    readonly customEditors: readonly { readonly viewType: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly when: string }[]>>;
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly when: string;
      readonly steps: readonly { readonly media: { readonly markdown: string } }[];
    }[];
  };
}

const root = process.cwd();
const text = readFileSync(join(root, "package.json"), "utf8");
const { contributes, activationEvents, capabilities, icon } = JSON.parse(text) as Manifest;
const views = Object.values(contributes.views).flat();
/** Not in a browser without a remote machine, told by what VS Code knows before the extension runs. */
const CAN_RUN = "(!isWeb || remoteName)";
const sorted = (values: Iterable<string>) => [...values].sort();

describe("the manifest and the typed keys", () => {
  it("name the same commands", () => {
    assert.deepEqual(sorted(contributes.commands.map(({ command }) => command)), sorted(Object.values(Command)));
    assert.ok(contributes.commands.every(({ category }) => category === "Awaitscope"));
  });

  it("put only known commands into menus, and none that only links use", () => {
    const known = new Set<string>(Object.values(Command));
    for (const item of Object.values(contributes.menus).flat()) assert.ok(known.has(item.command), item.command);
    for (const id of Object.values(InternalCommand)) {
      assert.ok(!contributes.commands.some(({ command }) => command === id));
    }
  });

  it("show what runs a program only where one can run", () => {
    const { traceFile, traceWithArguments, traceModule, stop, runAgain } = Command;
    const running = [traceFile, traceWithArguments, traceModule, stop, runAgain] as const;
    for (const id of running) {
      const items = Object.entries(contributes.menus).flatMap(([menu, all]) =>
        all.filter(({ command }) => command === id).map(({ when }) => ({ menu, when })),
      );
      assert.ok(
        items.some(({ menu }) => menu === "commandPalette"),
        id,
      );
      for (const { menu, when } of items) {
        const isHidden = when.includes(CAN_RUN) || `(${when})` === CAN_RUN || when.includes(ContextKey.running);
        assert.ok(isHidden, `${id} in ${menu}`);
      }
    }
    assert.deepEqual(
      contributes.walkthroughs.map(({ when }) => `(${when})`),
      [CAN_RUN],
    );
  });

  it("name the same settings, each with a default, at most twelve", () => {
    const { properties } = contributes.configuration;
    assert.deepEqual(sorted(Object.keys(properties)), sorted(Object.values(Setting)));
    assert.ok(Object.values(properties).every((property) => property.default !== undefined));
    assert.ok(Object.keys(properties).length <= 12);
  });

  it("name the same colours, each for all four kinds of theme", () => {
    assert.deepEqual(sorted(contributes.colors.map(({ id }) => id)), sorted(Object.values(Color)));
    for (const { id, defaults } of contributes.colors) {
      assert.deepEqual(sorted(Object.keys(defaults)), ["dark", "highContrast", "highContrastLight", "light"], id);
    }
  });

  it("use only context keys that are set somewhere", () => {
    const known = new Set<string>(Object.values(ContextKey));
    const conditions = [
      ...contributes.commands.map(({ enablement }) => enablement ?? ""),
      ...Object.values(contributes.menus)
        .flat()
        .map(({ when }) => when.replace(`view == ${AWAITS_VIEW}`, "")),
      ...views.map(({ when }) => when),
    ];
    const used = new Set(conditions.flatMap((condition) => condition.match(/awaitscope\.\w+/g) ?? []));
    for (const key of used) assert.ok(known.has(key), key);
    assert.deepEqual(sorted(used), sorted(known));
  });

  it("name the same tools for language models, and run nothing in folders that are not trusted", () => {
    const { languageModelTools: tools } = contributes;
    assert.deepEqual(sorted(tools.map(({ name }) => name)), sorted(Object.values(LanguageModelTool)));
    assert.equal(
      tools.find(({ name }) => name === LanguageModelTool.traceFile)?.when,
      `isWorkspaceTrusted && ${CAN_RUN}`,
    );
  });

  it("name the same views", () => {
    assert.deepEqual(
      contributes.customEditors.map(({ viewType }) => viewType),
      [ViewType.trace],
    );
    assert.deepEqual(
      views.map(({ id }) => id),
      [AWAITS_VIEW],
    );
    assert.ok(activationEvents.includes(`onWebviewPanel:${ViewType.timeline}`));
  });

  it("restrict what names an executable in workspaces that are not trusted", () => {
    assert.deepEqual(capabilities.untrustedWorkspaces.restrictedConfigurations, [Setting.pythonPath]);
  });

  it("point at files that are there", () => {
    assert.deepEqual(
      contributes.walkthroughs.map(({ id }) => id),
      [WALKTHROUGH],
    );
    const media = contributes.walkthroughs.flatMap(({ steps }) => steps.map((step) => step.media.markdown));
    for (const path of [icon, ...media]) assert.ok(existsSync(join(root, path)), path);
  });
});
