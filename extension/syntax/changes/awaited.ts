/** `save()` becomes `await save()`, where that can be. */
import { functionAround, type Node, type Range, type Source } from "../node";
import { functionRange, type Change } from "./text";

export function awaitChange(source: Source, at: Range): Change | undefined {
  const calls = source.all("call").filter((node) => isDropped(source, node, at));
  const [call] = calls;
  if (call === undefined || calls.length > 1 || functionAround(call)?.isAsync !== true) return undefined;
  return {
    how: "await",
    edits: [{ start: call.start, end: call.start, text: "await " }],
    within: functionRange(call),
  };
}

/** A statement of its own: nothing is done with what it gives. */
function isDropped(source: Source, call: Node, { line, column, endLine, endColumn }: Range): boolean {
  if (call.parent?.type !== "expression_statement" || call.parent.children.length !== 1) return false;
  const range = source.range(call);
  if (range.line !== line || (column !== undefined && range.column !== column)) return false;
  return endLine === undefined || (range.endLine === endLine && range.endColumn === endColumn);
}
