import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Command, Setting } from "../../../extension/keys";
import {
  awaitscope,
  cleanWindow,
  hoverText,
  inThemes,
  inWorkspace,
  lensIs,
  screenshot,
  set,
  startTracing,
  trace,
  until,
  untilEnded,
} from "./window";

describe("findings in the Problems panel", () => {
  let api: AwaitscopeApi;
  let uri: vscode.Uri;

  const found = (): readonly vscode.Diagnostic[] =>
    vscode.languages
      .getDiagnostics(uri)
      .filter(({ source, code }) => source === "Awaitscope" && code === "blocked-loop");

  beforeEach(async () => {
    api = await awaitscope();
    await cleanWindow(api);
    uri = await trace(api, "blocks.py");
    // What was told while it lasted may still be there.
    await until(
      api,
      "the finding",
      () => found().length === 1 && / held the loop for /.test(found()[0]?.message ?? ""),
    );
  });
  after(async () => {
    await set(Setting.findings, undefined);
    await cleanWindow(api);
  });

  it("stand on the call that blocked the loop, name it, and say how that is known", () => {
    const [diagnostic] = found();
    assert.equal(diagnostic?.range.start.line, 6);
    assert.match(diagnostic.message, /^time\.sleep\(\) held the loop for .*\nMeasured/);
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Warning);
    assert.ok((diagnostic.relatedInformation?.length ?? 0) > 0);
  });

  it("are over the line and in its hover, with what to do and a way to the timeline", async () => {
    await lensIs(uri, /^7: \$\(warning\) blocked-loop: time\.sleep\(\) held/);
    const story = await hoverText(uri, 6, 6);
    assert.match(story, /\*\*blocked&#45;loop\*\*: .*timeout.*asyncio&#46;to&#95;thread/);
    assert.match(story, /Show in timeline\]\(command:awaitscope\.showVisit/);
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    editor.selection = new vscode.Selection(6, 6, 6, 6);
    assert.match(await vscode.commands.executeCommand<string>(Command.describeLine), /blocked-loop: time\.sleep/);
    await inThemes(async (theme) => {
      await vscode.commands.executeCommand("editor.action.showHover");
      await screenshot(`finding inline ${theme}`);
    });
  });

  it("move with their line, and go when it is edited", async () => {
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "# a new line\n"));
    await until(api, "it to move", () => found()[0]?.range.start.line === 7);
    await editor.edit((edit) => edit.insert(new vscode.Position(7, 20), "  # awaitscope: ignore[blocked-loop]"));
    await until(api, "it to go", () => found().length === 0);
  });

  it("go with the rule that is turned off", async () => {
    await set(Setting.findings, { off: ["blocked-loop"] });
    await until(api, "it to go", () => found().length === 0);
    await set(Setting.findings, undefined);
    await until(api, "it to be back", () => found().length === 1);
  });
});

describe("findings while the program runs", () => {
  let api: AwaitscopeApi;
  const signals = ["released", "woken"].map(inWorkspace);

  const messages = (uri: vscode.Uri, rule: string): readonly string[] =>
    vscode.languages
      .getDiagnostics(uri)
      .filter(({ source, code }) => source === "Awaitscope" && code === rule)
      .map(({ message }) => message);

  const clean = async (): Promise<void> => {
    await cleanWindow(api);
    await Promise.all(signals.map((file) => rm(file.fsPath, { force: true })));
  };
  before(async () => {
    api = await awaitscope();
    await clean();
  });
  after(() => clean());

  it("say what blocks the loop now, then that it hangs, each replaced as it goes on and gone when it is over", async () => {
    const uri = await startTracing(api, "in_turn.py");
    const blocks = (): string | undefined => messages(uri, "blocked-loop").find((one) => / now; /.test(one));
    await until(api, "the block", () => blocks() !== undefined);
    assert.match(blocks() ?? "", /has held the loop for [\d.]+ m?s now; 1 other task cannot run\.\nMeasured/);
    // Over the line it is said in the same moment; for how long by now, the line's own mark counts.
    await lensIs(
      uri,
      /: \$\((warning|error)\) blocked-loop now: time\.sleep\(\) holds the loop; 1 other task cannot run$/,
    );
    const mark = (): string | undefined => api.standing(uri).find(({ state }) => state === "blocked")?.text;
    await until(api, "the line's mark", () => /^blocks the loop, [\d.]+ m?s/.test(mark() ?? ""));
    const first = blocks();
    await until(api, "it to be told anew", () => blocks() !== undefined && blocks() !== first);
    assert.equal(messages(uri, "blocked-loop").length, 1, "not piled up");
    const counted = mark();
    await until(api, "the mark to count on", () => mark() !== undefined && mark() !== counted);
    await vscode.commands.executeCommand("workbench.panel.markers.view.focus");
    await inThemes((theme) => screenshot(`findings blocked now ${theme}`));

    await writeFile(signals[0]?.fsPath ?? "", "");
    await until(api, "the loop to go on", () => blocks() === undefined);
    assert.match(
      messages(uri, "blocked-loop")[0] ?? "",
      /held the loop for [\d.]+ m?s\.|held the loop for [\d.]+ m?s;/,
    );

    const hangs = (): string | undefined => messages(uri, "stuck")[0];
    await until(api, "what hangs", () => hangs() !== undefined);
    assert.match(hangs() ?? "", /^2 tasks have waited for .* with nothing left to wake them; .* for event\.\nLikely/);
    const before = hangs();
    await until(api, "it to be told anew", () => hangs() !== undefined && hangs() !== before);
    assert.equal(messages(uri, "stuck").length, 1);
    await inThemes((theme) => screenshot(`findings stuck now ${theme}`));

    await writeFile(signals[1]?.fsPath ?? "", "");
    await untilEnded(api);
    await until(api, "it to be over", () => hangs() === undefined);
    assert.equal(blocks(), undefined);
  });
});
