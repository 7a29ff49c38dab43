/** Who in a function caught a CancelledError that was raised at one of its awaits, and did not raise it again. */
import { child, functionAround, statementsOf, type Node, type Range, type Source } from "./node";

const CATCHES = /\b(?:BaseException|CancelledError)\b/;
const SUPPRESSES = /(?:^|\.)suppress$/;

/** The `except` clause, or the `with` item of `suppress`; undefined: none of the function around that place. */
export function catcherOf(source: Source, range: Range): Node | undefined {
  const inner = source.innermostAt(range);
  const fn = functionAround(inner);
  for (let at = inner; at.parent !== undefined && at !== fn; at = at.parent) {
    // Not what stands in an `except`, `else` or `finally`: that is no longer tried.
    if (at.field !== "body") continue;
    const found = at.parent.type === "try_statement" ? clauseOf(source, at.parent) : suppressorOf(source, at.parent);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Without its block: "except BaseException as error". */
export function headOf(source: Source, { start, end, children }: Node): string {
  const block = children.find(({ type }) => type === "block");
  return source.text
    .slice(start, block?.start ?? end)
    .replace(/:\s*(?:#.*\s*)*$/, "")
    .trim();
}

/** Only the first that fits gets it. */
function clauseOf(source: Source, { children }: Node): Node | undefined {
  const clause = children.find((one) => one.type === "except_clause" && catches(source, one));
  return clause === undefined || raisesAgain(source, clause) ? undefined : clause;
}

function catches(source: Source, clause: Node): boolean {
  const value = child(clause, "value");
  const type = value?.type === "as_pattern" ? value.children[0] : value;
  return type === undefined || CATCHES.test(source.textOf(type));
}

function raisesAgain(source: Source, clause: Node): boolean {
  const last = statementsOf(clause.children.find(({ type }) => type === "block")).at(-1);
  return last?.type === "raise_statement" && source.textOf(last) === "raise";
}

function suppressorOf(source: Source, node: Node): Node | undefined {
  if (node.type !== "with_statement") return undefined;
  const items = node.children.find(({ type }) => type === "with_clause")?.children ?? [];
  return items.find((item) => {
    const call = child(item, "value");
    const called = child(call, "function");
    const given = child(call, "arguments");
    if (called === undefined || given === undefined) return false;
    return SUPPRESSES.test(source.textOf(called)) && CATCHES.test(source.textOf(given));
  });
}
