/** Tools are called as a chat would call them; in tests VS Code itself says yes to confirmations. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { confirmRun } from "../../../extension/assistant/traceTool";
import { LanguageModelTool } from "../../../extension/keys";
import type { FoundSummary } from "../../../extension/insights";
import { awaitscope, cleanWindow, trace } from "./window";

interface Tools {
  readonly tools: readonly { readonly name: string; readonly inputSchema: object }[];
  invokeTool(
    name: string,
    options: { readonly input: object; readonly toolInvocationToken: undefined },
    token?: vscode.CancellationToken,
  ): Thenable<{ readonly content: readonly { readonly value: string }[] }>;
}

describe("tools for language models", () => {
  const lm = (vscode as unknown as { readonly lm?: Partial<Tools> }).lm as Tools | undefined;
  let api: AwaitscopeApi;

  beforeEach(async () => {
    api = await awaitscope();
    await cleanWindow(api);
  });
  after(() => cleanWindow(api));

  async function call(name: string, input: object, token?: vscode.CancellationToken): Promise<string> {
    assert.ok(lm);
    const { content } = await lm.invokeTool(name, { input, toolInvocationToken: undefined }, token);
    return content.map(({ value }) => value).join("");
  }

  if ((lm as Partial<Tools> | undefined)?.invokeTool === undefined) {
    it("are not needed: the oldest VS Code supported has none", () => assert.equal(api.version, 1));
    return;
  }

  it("show the whole command before it is run, as text", () => {
    const { confirmationMessages } = confirmRun({ file: "a b.py", args: ["-v", "x\n```\n[y](command:z)"], seconds: 9 });
    const { message } = confirmationMessages ?? {};
    assert.ok(message instanceof vscode.MarkdownString);
    assert.equal(message.isTrusted, undefined);
    const [, command] = /^`{3,}sh\n(.*)\n`{3,}$/m.exec(message.value) ?? [];
    assert.equal(command, 'python "a b.py" -v "x\\n```\\n[y](command:z)"');
    assert.match(message.value, /stopped after 9 seconds/);
  });

  it("are there, as the manifest says", () => {
    const names = lm?.tools.map(({ name }) => name) ?? [];
    for (const name of Object.values(LanguageModelTool)) assert.ok(names.includes(name), name);
  });

  it("run a file and tell what its tasks did", async () => {
    const told = JSON.parse(await call(LanguageModelTool.traceFile, { file: "greet.py" })) as FoundSummary;
    assert.deepEqual([told.format, told.complete, told.program.exit_code], ["awaitscope-summary", true, 0]);
    assert.deepEqual(told.awaits.map(({ kind, count }) => `${kind} ${count}`).sort(), ["gather 1", "sleep 3"]);
    assert.equal(api.trace?.name, "greet.py", "and it is in view");
  });

  it("stop a program that does not end, and tell what it did until then", async () => {
    const text = await call(LanguageModelTool.traceFile, { file: "forever.py", seconds: 2 });
    assert.match(text, /^The program was stopped after 2 seconds\. \{/);
    const told = JSON.parse(text.slice(text.indexOf("{"))) as FoundSummary;
    assert.ok((told.awaits[0]?.count ?? 0) > 0);
    assert.equal(api.running, false);
  });

  it("read the trace in view", async () => {
    await trace(api, "raises.py");
    const told = JSON.parse(await call(LanguageModelTool.explainTrace, {})) as FoundSummary;
    const raised = told.tasks[0]?.exception;
    assert.deepEqual([raised?.type, raised?.message], ["ValueError", "on purpose"]);
    assert.deepEqual(
      raised?.traceback.map((frame) => [frame.function, frame.site?.line]),
      [["main", 7]],
    );
  });

  it("tell what was found in it, as the command line does", async () => {
    await trace(api, "blocks.py");
    const told = JSON.parse(await call(LanguageModelTool.explainTrace, {})) as FoundSummary;
    assert.ok(told.findings.some(({ rule }) => rule === "blocked-loop"));
  });

  it("say what is wrong with what they were asked", async () => {
    await assert.rejects(call(LanguageModelTool.traceFile, { file: "gone.py" }), /no file gone\.py/);
    await assert.rejects(call(LanguageModelTool.traceFile, { file: "greet.py", seconds: 0 }), /seconds must be/);
    assert.equal(api.running, false);
  });
});
