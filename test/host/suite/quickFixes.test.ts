import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Setting } from "../../../extension/keys";
import { awaitscope, cleanWindow, trace, until } from "./window";

const AWAITS = [13, 14];
const LOOP = 18;
const CALL = 20;

describe("quick fixes", () => {
  let api: AwaitscopeApi;
  let uri: vscode.Uri;
  let document: vscode.TextDocument;

  before(async () => {
    api = await awaitscope();
    await cleanWindow(api);
    uri = await trace(api, "serial.py");
    document = await vscode.workspace.openTextDocument(uri);
    const rules = ["serial-awaits", "await-in-loop", "never-awaited"];
    await until(api, "the findings", () => rules.every((rule) => told().includes(rule)));
  });
  afterEach(async () => {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });
  after(() => cleanWindow(api));

  const told = (): readonly unknown[] =>
    vscode.languages.getDiagnostics(uri).map(({ code }) => (typeof code === "object" ? code.value : code));

  async function offered(line: number): Promise<readonly vscode.CodeAction[]> {
    const { range } = document.lineAt(line);
    const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uri,
      range,
    );
    return all.filter(({ title }) => /together|coroutine/.test(title));
  }

  /** The program still says what it said, but for what was wrong. */
  async function apply(line: number, title: string): Promise<string> {
    const action = (await offered(line)).find((one) => one.title === title);
    assert.ok(action?.edit !== undefined, `${title} is not offered`);
    assert.equal(action.isPreferred, !title.includes("TaskGroup"));
    assert.ok(await vscode.workspace.applyEdit(action.edit));
    const python = vscode.workspace.getConfiguration().get<string>(Setting.pythonPath) ?? "python3";
    const { stdout, status, stderr } = spawnSync(python, ["-c", document.getText()], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const [awaits, pages] = stdout.split(/\r?\n/);
    assert.equal(awaits, "page of one page of two");
    assert.equal(pages, "['page of a', 'page of b', 'page of c']");
    return stdout;
  }

  it("gather awaits, from the first of them and from the last", async () => {
    for (const line of AWAITS) {
      await apply(line, "Run these awaits together with asyncio.gather");
      const text = document.getText();
      assert.match(
        text,
        /\n {4}one, two = await asyncio\.gather\(\n {8}fetch\("one"\), {2}# the first\n {8}fetch\("two"\),\n {4}\)\n/,
      );
      await vscode.commands.executeCommand("workbench.action.files.revert");
    }
  });

  it("start awaits in a TaskGroup", async () => {
    await apply(AWAITS[0] ?? 0, "Run these awaits together in a TaskGroup");
    assert.match(document.getText(), /async with asyncio\.TaskGroup\(\) as group:\n {8}one_task = /);
  });

  it("gather the rounds of a loop", async () => {
    await apply(LOOP, "Run all rounds of this loop together with asyncio.gather");
    assert.match(
      document.getText(),
      /pages\.extend\(await asyncio\.gather\(\*\(fetch\(name\) for name in \["a", "b", "c"\]\)\)\)/,
    );
  });

  it("start the rounds of a loop in a TaskGroup", async () => {
    await apply(LOOP, "Run all rounds of this loop together in a TaskGroup");
    assert.match(document.getText(), /tasks = \[group\.create_task\(fetch\(name\)\) for name in/);
  });

  it("await a coroutine that was dropped", async () => {
    assert.match(await apply(CALL, "Await this coroutine"), /noted/);
    assert.match(document.getText(), /\n {4}await note\(\)\n/);
  });

  it("follow their lines, and are gone once their function is edited", async () => {
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "# a new line\n"));
    assert.equal((await offered(LOOP + 1)).length, 2);
    await editor.edit((edit) => edit.insert(new vscode.Position(LOOP - 1, 0), "    pages.append('x')\n"));
    assert.deepEqual(await offered(LOOP + 2), []);
  });
});
