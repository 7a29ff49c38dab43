import assert from "node:assert/strict";
import { catcherOf, headOf } from "../../../extension/syntax";
import { parsed } from "../../fixtures/python";

/** Who catches what is raised at the await that is marked with `§`; without its columns too, as Python 3.10 tells it. */
async function caughtBy(...body: readonly string[]): Promise<string | undefined> {
  const marked = ["async def main():", ...body.map((line) => `    ${line}`), ""].join("\n");
  const text = marked.replace("§", "");
  const source = await parsed(text);
  const before = marked.slice(0, marked.indexOf("§")).split("\n");
  const at = { line: before.length, column: before.at(-1)?.length, endLine: undefined, endColumn: undefined };
  const [found, again] = [at, { ...at, column: undefined }].map((range) => catcherOf(source, range));
  assert.equal(found, again);
  return found && headOf(source, found);
}

describe("a CancelledError", () => {
  it("is caught by the first clause around it that is for it", async () => {
    assert.equal(await caughtBy("try:", "    §await f()", "except:", "    pass"), "except");
    assert.equal(
      await caughtBy(
        "try:",
        "    x = 1",
        "    §await f()",
        "except OSError:",
        "    pass",
        "except BaseException as e:",
        "    log(e)",
      ),
      "except BaseException as e",
    );
    assert.equal(
      await caughtBy("try:", "    §await f()", "except (OSError, asyncio.CancelledError):  # both", "    pass"),
      "except (OSError, asyncio.CancelledError)",
    );
  });

  it("goes through clauses that are not, and those that raise it again", async () => {
    assert.equal(await caughtBy("try:", "    §await f()", "except Exception:", "    pass"), undefined);
    assert.equal(
      await caughtBy(
        ...[
          "try:",
          "    try:",
          "        §await f()",
          "    except asyncio.CancelledError:",
          "        log()",
          "        raise",
        ],
        ...["except BaseException:", "    pass"],
      ),
      "except BaseException",
    );
    assert.equal(await caughtBy("try:", "    §await f()", "finally:", "    close()"), undefined);
  });

  it("is not caught where it is not tried any more", async () => {
    assert.equal(await caughtBy("try:", "    f()", "except BaseException:", "    §await g()"), undefined);
    assert.equal(
      await caughtBy("try:", "    f()", "except BaseException:", "    pass", "else:", "    §await g()"),
      undefined,
    );
  });

  it("is suppressed, but by nothing outside of its function", async () => {
    assert.equal(
      await caughtBy("with suppress(OSError), contextlib.suppress(asyncio.CancelledError):", "    §await f()"),
      "contextlib.suppress(asyncio.CancelledError)",
    );
    assert.equal(await caughtBy("with suppress(OSError):", "    §await f()"), undefined);
    assert.equal(
      await caughtBy("try:", "    async def inner():", "        §await f()", "except BaseException:", "    pass"),
      undefined,
    );
  });
});
