import assert from "node:assert/strict";
import { standMarks } from "../../../extension/inline/standWords";
import { standsAt, type Block } from "../../../extension/trace";
import { draw, taskNamed } from "../../fixtures/reading";

const everyLine = new Map(Array.from({ length: 50 }, (_, line) => [line, line]));
const HERE = `
  A: #............
  B: +#...........
  A awaits sleep @3:4-20
  B awaits sleep @3:4-20
`;

describe("the mark of a line where tasks stand", () => {
  const trace = draw(HERE);
  const stands = standsAt(trace, trace.end);

  it("counts them now, and names them at a moment", () => {
    const [now] = standMarks(trace, { stands, blocks: [] }, everyLine, "now");
    assert.match(now?.text ?? "", /^2 tasks wait here, longest [\d.]+ ms$/);
    assert.equal(now?.state, "waiting");
    const [then] = standMarks(trace, { stands, blocks: [] }, everyLine, "then");
    assert.equal(then?.text, "A and B wait");
  });

  it("says first of all that it blocks the loop, by whom and for how long", () => {
    const [stand] = stands;
    assert.ok(stand);
    const block: Block = {
      site: stand.site,
      function: { file: undefined, name: "f", line: 1 },
      task: taskNamed(trace, "B").id,
      since: trace.end - 4.2e9,
    };
    const [mark, ...others] = standMarks(trace, { stands: [stand], blocks: [block] }, everyLine, "now");
    assert.match(mark?.text ?? "", /^blocks the loop, 4\.2 s · A waits here, [\d.]+ ms$/);
    assert.deepEqual(mark?.tasks, ["B blocks the loop, 4.2 s", "A waits"]);
    assert.equal(mark.state, "blocked");
    assert.deepEqual(others, []);
    const [unknown] = standMarks(trace, { stands: [], blocks: [{ ...block, task: undefined }] }, everyLine, "now");
    assert.deepEqual(unknown?.tasks, ["A callback blocks the loop, 4.2 s"]);
  });

  it("is on no line that was edited", () => {
    const edited = new Map([...everyLine].filter(([line]) => line !== 2));
    assert.deepEqual(standMarks(trace, { stands, blocks: [] }, edited, "now"), []);
  });
});
