import assert from "node:assert/strict";
import { parsed, pythonParser } from "../../fixtures/python";

describe("the parser", () => {
  it("finds an await where the trace says it is, in columns as editors count them", async () => {
    const text = 'async def f():\r\n    x = ("😀é", await g(1))\r\n    await h(\r\n        2)\r\n';
    const source = await parsed(text);
    const at = (line: number, column: number | undefined, endLine?: number, endColumn?: number) => {
      const node = source.awaitAt({ line, column, endLine, endColumn });
      return node && source.textOf(node);
    };
    assert.equal(at(2, 16, 2, 26), "await g(1)");
    assert.equal(at(2, 15, 2, 26), undefined);
    assert.equal(at(3, 4, 4, 10), "await h(\r\n        2)");
    assert.equal(at(2, undefined), "await g(1)");
  });

  it("does not guess where a line has two awaits and the trace no columns", async () => {
    const source = await parsed("async def f():\n    x = await a(), await b()\n");
    assert.equal(source.awaitAt({ line: 2, column: undefined, endLine: undefined, endColumn: undefined }), undefined);
  });

  it("knows functions by the line of their def or their first decorator", async () => {
    const source = await parsed("@a\n@b\nasync def f():\n    def g(): pass\n");
    const nameAt = (line: number) => source.functionAt(line)?.children.find(({ field }) => field === "name");
    const names = [1, 2, 3, 4].map((line) => nameAt(line)).map((node) => node && source.textOf(node));
    assert.deepEqual(names, ["f", undefined, "f", "g"]);
  });

  it("says where a text is no Python", async () => {
    assert.equal((await parsed("x = 1\n")).hasError, false);
    assert.equal((await parsed("x = = 1\n")).hasError, true);
  });

  it("parses several texts at once, with pauses", async () => {
    const parser = await pythonParser();
    const long = "async def f():\n    await g()\n".repeat(5000);
    let pauses = 0;
    const pause = (): Promise<void> => {
      pauses++;
      return new Promise((resolve) => setImmediate(resolve));
    };
    const sources = await Promise.all([parser.parseSlowly(long, pause), parser.parseSlowly("x = 1\n", pause)]);
    assert.deepEqual(
      sources.map((source) => source?.root.children.length),
      [5000, 1],
    );
    assert.ok(pauses > 0);
  });

  it("gives up on texts that nobody wrote", async () => {
    const parser = await pythonParser();
    assert.equal(parser.parse("x = 1\n".repeat(200_000)), undefined);
    assert.equal(parser.parse(`x = ${"(".repeat(600)}1${")".repeat(600)}\n`), undefined);
    assert.equal(parser.parse("x = 1\n")?.root.children.length, 1);
  });
});
