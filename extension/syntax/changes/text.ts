/** What changes of a text are made of: they keep its line ends, indentation and comments. */
import { child, functionAround, statementOf, walk, type Node, type Source } from "../node";

/** UTF-16 units into the text; the end is exclusive. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A way to put a finding right. */
export interface Change {
  readonly how: "await" | "gather" | "TaskGroup";
  /** Ascending, none inside another. */
  readonly edits: readonly TextEdit[];
  /** The function that was looked at: if its text is another one now, so may be what it means. */
  readonly within: { readonly start: number; readonly end: number };
}

export function applied(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** Longer lines are broken. */
export const LONGEST_LINE = 88;

/** What ends the lines of a text. */
export function lineBreak(source: Source): string {
  return /\r\n|\r|\n/.exec(source.text)?.[0] ?? "\n";
}

/** The spaces or tabs before a statement; undefined: something else stands before it on its line. */
export function indentOf(source: Source, statement: Node): string | undefined {
  const before = source.text.slice(source.lineStart(statement.start), statement.start);
  return /^[ \t\f]*$/.test(before) ? before : undefined;
}

/** One level of indentation, as the function has it. */
export function unitOf(source: Source, at: Node): string {
  const fn = functionAround(at);
  const [first] = child(fn, "body")?.children ?? [];
  const outer = fn === undefined ? undefined : indentOf(source, fn);
  const inner = first === undefined ? undefined : indentOf(source, first);
  if (inner === undefined || outer === undefined || !inner.startsWith(outer) || inner === outer) return "    ";
  return inner.slice(outer.length);
}

/** A comment behind a statement; "" for none, undefined: something else follows on its line. */
export function commentAfter(source: Source, statement: Node): string | undefined {
  const after = source.text.slice(statement.end, source.lineEnd(statement.end)).trim();
  return after === "" || after.startsWith("#") ? after : undefined;
}

/** With the lines of a call moved in by so much, unless that would change a text in it. */
export function movedIn(text: string, by: string): string {
  return /"""|'''|\\/.test(text) ? text : text.replace(/(\r\n|\r|\n)(?=[^\r\n])/g, `$1${by}`);
}

/** A name that nothing in the file has; of these, or with a number behind. */
export function freshName(source: Source, taken: Set<string>, ...wanted: readonly string[]): string {
  const isFree = (name: string): boolean =>
    !taken.has(name) && !source.all("identifier").some((node) => source.textOf(node) === name);
  const last = wanted.at(-1) ?? "value";
  let name = wanted.find(isFree);
  for (let n = 2; name === undefined; n++) if (isFree(`${last}_${n}`)) name = `${last}_${n}`;
  taken.add(name);
  return name;
}

/** Whether a name is read or bound in its function, but outside of this loop and of other loops that bind it. */
export function isUsedOutside(source: Source, name: string, loop: Node): boolean {
  const fn = functionAround(loop);
  if (fn === undefined) return true;
  for (const node of walk(fn, (one) => one !== loop)) {
    if (node.type !== "identifier" || source.textOf(node) !== name) continue;
    if (node.parent?.type === "attribute" && node.field === "attribute") continue;
    if (node.parent?.type === "keyword_argument" && node.field === "name") continue;
    if (!isBoundByLoop(source, node, name)) return true;
  }
  return false;
}

function isBoundByLoop(source: Source, node: Node, name: string): boolean {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    const clauses = at.type === "for_statement" ? [at] : at.children.filter(({ type }) => type === "for_in_clause");
    for (const clause of clauses) {
      const left = child(clause, "left");
      if (left !== undefined && [...walk(left)].some((one) => source.textOf(one) === name)) return true;
    }
    if (at.type === "function_definition") return false;
  }
  return false;
}

export function functionRange(node: Node): { readonly start: number; readonly end: number } {
  const { start, end } = functionAround(node) ?? statementOf(node) ?? node;
  return { start, end };
}
