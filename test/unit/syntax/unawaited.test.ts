import assert from "node:assert/strict";
import { unawaitedCalls } from "../../../extension/syntax";
import { parsed } from "../../fixtures/python";

async function linesOf(name: string, ...lines: readonly string[]): Promise<readonly number[]> {
  const source = await parsed(`${lines.join("\n")}\n`);
  return unawaitedCalls(source, name).map((call) => source.range(call).line);
}

describe("calls of a function that nobody awaits", () => {
  it("are those whose coroutine is dropped or only kept", async () => {
    const body = [
      "save()",
      "later = save()",
      "both = [save(), save()]",
      "some = [save() for _ in x]",
      "if (c := save()): pass",
    ];
    assert.deepEqual(await linesOf("save", ...body), [1, 2, 3, 3, 4, 5]);
    assert.deepEqual(await linesOf("Service.save", "self.save()", "save"), [1]);
  });

  it("are not those that are awaited, given away, or of another function", async () => {
    const body = [
      "await save()",
      "create_task(save())",
      "return_(save)",
      "saves()",
      "x = await save()",
      "f(*[y, save])",
    ];
    assert.deepEqual(await linesOf("save", ...body), []);
    assert.deepEqual(await linesOf("save", "async def f():", "    return save()"), []);
  });
});
