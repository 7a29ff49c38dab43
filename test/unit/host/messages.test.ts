import assert from "node:assert/strict";
import fc from "fast-check";
import { parseToHost } from "../../../extension/timeline/messages";
import { parseSite } from "../../../extension/traceView";

describe("what a webview says", () => {
  it("is understood when it is of the protocol", () => {
    assert.deepEqual(parseToHost({ type: "ready", offset: 0 }), { type: "ready", offset: 0 });
    assert.deepEqual(parseToHost({ type: "ready", offset: 7, generation: "g" }), {
      type: "ready",
      offset: 7,
      generation: "g",
    });
    assert.deepEqual(parseToHost({ type: "command", command: "stop" }), { type: "command", command: "stop" });
    const site = { file: "/a.py", line: 3, column: 4, endLine: 3, endColumn: 9 };
    assert.deepEqual(parseToHost({ type: "reveal", site }), { type: "reveal", site });
    assert.deepEqual(parseToHost({ type: "reveal", site, focus: true }), { type: "reveal", site, focus: true });
  });

  for (const message of [
    undefined,
    "ready",
    { type: "ready", offset: -1 },
    { type: "ready", offset: NaN },
    { type: "ack", offset: 1 },
    { type: "command", command: "rm" },
    { type: "reveal", site: { file: 1, line: 1 } },
    { type: "reveal", site: { file: "/a.py", line: 0 } },
    { type: "unheard" },
  ]) {
    it(`is nothing when it is ${JSON.stringify(message)}`, () => assert.equal(parseToHost(message), undefined));
  }

  it("names no end before its start", () => {
    const site = parseSite({ file: "/a.py", line: 3, column: 4, endLine: 0, endColumn: 9 });
    assert.equal(site?.endLine, undefined);
  });

  it("never makes the host fail, whatever it is", () => {
    fc.assert(
      fc.property(fc.anything(), (message) => {
        parseToHost(message);
        parseSite(message);
      }),
    );
  });
});
