/** Pictures of the editor beside the timeline, for people to look at: few tasks, many, findings, a live run, a change, an edit. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Command } from "../../../extension/keys";
import {
  awaitscope,
  cleanWindow,
  GATHER,
  golden,
  inWorkspace,
  lensIs,
  screenshot,
  set,
  startTracing,
  trace,
  until,
  untilEnded,
} from "./window";

/** As the other kept pictures name them. */
const THEMES = {
  dark: "Default Dark Modern",
  light: "Default Light Modern",
  "hc-black": "Default High Contrast",
  "hc-light": "Default High Contrast Light",
} as const;

const CROWD = `import asyncio


async def fetch(limit, page):
    async with limit:
        await asyncio.sleep(0.01 + page % 7 / 100)
    return page


async def pages():
    for page in range(300):
        yield page
        if page % 50 == 0:
            await asyncio.sleep(0.02)


async def main():
    limit = asyncio.Semaphore(20)
    tasks = []
    async for page in pages():
        tasks.append(asyncio.create_task(fetch(limit, page)))
    for done in asyncio.as_completed(tasks):
        await done


asyncio.run(main())
`;
const SLOWER = CROWD.replace("Semaphore(20)", "Semaphore(5)");

describe("the editor beside the timeline", () => {
  let api: AwaitscopeApi;
  let crowd: vscode.Uri;

  beforeEach(async () => {
    api = await awaitscope();
    crowd = inWorkspace("crowd.py");
    await cleanWindow(api);
    await vscode.commands.executeCommand("workbench.action.closeSidebar");
  });
  after(async () => {
    rmSync(crowd.fsPath, { force: true });
    await vscode.commands.executeCommand("workbench.view.explorer");
    await set("workbench.colorTheme", undefined);
    await cleanWindow(api);
  });

  /** `beside`: what else is to be seen. */
  async function look(uri: vscode.Uri, name: string, beside?: () => Thenable<unknown>): Promise<void> {
    await vscode.commands.executeCommand("workbench.action.closePanel");
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    await until(api, "the timeline", () => api.timelines().some(({ received, of }) => of > 0 && received === of));
    for (const [short, theme] of Object.entries(THEMES)) {
      await set("workbench.colorTheme", theme);
      await beside?.();
      await screenshot(`editor ${name}-${short}`);
    }
  }

  it("can be looked at with three tasks", async () => {
    const uri = await trace(api, "greet.py");
    await until(api, "the numbers", () => golden(api, uri).includes(GATHER));
    await lensIs(uri, /^5: 2 tasks/);
    await look(uri, "three-tasks");
  });

  it("can be looked at with three hundred tasks, and with what changed since another run", async () => {
    writeFileSync(crowd.fsPath, SLOWER);
    await trace(api, "crowd.py");
    const before = vscode.Uri.parse(api.trace?.uri ?? "");
    writeFileSync(crowd.fsPath, CROWD);
    await vscode.commands.executeCommand(Command.runAgain);
    await until(api, "another run", () => api.trace !== undefined && api.trace.uri !== before.toString());
    await untilEnded(api);
    await until(api, "the numbers", () => golden(api, crowd).some((line) => line.includes("×300")));
    await lensIs(crowd, /^4: 300 tasks · .* typical/);
    await lensIs(crowd, /^10: generator in 1 task/);
    await look(crowd, "crowd");

    await vscode.commands.executeCommand(Command.compare, before);
    await until(api, "the changes", () => golden(api, crowd).some((line) => line.includes(" → ")));
    await look(crowd, "compared");
    await vscode.commands.executeCommand(Command.stopComparing);
  });

  it("can be looked at with findings: in the Problems panel, over their lines, in the timeline, and with what to change", async () => {
    const uri = await trace(api, "serial.py");
    const rules = ["serial-awaits", "await-in-loop", "never-awaited"];
    const told = (): readonly unknown[] => vscode.languages.getDiagnostics(uri).map(({ code }) => code);
    await until(api, "the findings", () => rules.every((rule) => told().includes(rule)));
    await lensIs(uri, /^14: \$\(info\) serial-awaits: /);
    await look(uri, "findings", () => vscode.commands.executeCommand("workbench.panel.markers.view.focus"));
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    editor.selection = new vscode.Selection(13, 12, 13, 12);
    await look(uri, "quick-fix", () => vscode.commands.executeCommand("editor.action.quickFix"));
  });

  it("can be looked at while a program hangs", async () => {
    const uri = await startTracing(api, "hung.py");
    await until(api, "the marks", () => api.standing(uri).some(({ text }) => text.startsWith("3 tasks wait here, ")));
    await lensIs(uri, /^11: .*stuck now/);
    await look(uri, "hung");
  });

  it("can be looked at after an edit", async () => {
    const uri = await trace(api, "greet.py");
    await until(api, "the numbers", () => golden(api, uri).includes(GATHER));
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(3, 0), "# a new line\n");
      edit.insert(new vscode.Position(5, 24), "2 * ");
    });
    await until(api, "the numbers to move and to go", () => golden(api, uri).length === 2);
    await lensIs(uri, /^1: edited since this run/);
    await look(uri, "edited");
    assert.equal(golden(api, uri).length, 2);
  });
});
