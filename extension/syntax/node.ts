/** A parsed Python file as plain objects: no memory of the parser's, so that nobody has to give it back. */

export interface Node {
  /** As tree-sitter's grammar of Python names it: "await", "call", "for_statement". */
  readonly type: string;
  /** What it is to its parent: "left", "body". */
  readonly field: string | undefined;
  /** UTF-16 units into the text; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly parent: Node | undefined;
  /** Without brackets, commas and operators. */
  readonly children: readonly Node[];
  /** Written with `async` before it: a def, a for, a with. */
  readonly isAsync: boolean;
}

/** Lines from 1, columns from 0 in UTF-16 units, as in a trace. */
export interface Range {
  readonly line: number;
  readonly column: number | undefined;
  readonly endLine: number | undefined;
  readonly endColumn: number | undefined;
}

export class Source {
  /** Where each line begins. */
  readonly #lines: readonly number[];
  #byType: ReadonlyMap<string, readonly Node[]> | undefined;

  constructor(
    readonly text: string,
    readonly root: Node,
    /** The parser met something that is not Python as it knows it. */
    readonly hasError: boolean,
  ) {
    const lines = [0];
    for (const end of text.matchAll(/\r\n|\r|\n/g)) lines.push(end.index + end[0].length);
    this.#lines = lines;
  }

  textOf({ start, end }: Node): string {
    return this.text.slice(start, end);
  }

  /** All nodes of a type, in the order of the text. */
  all(type: string): readonly Node[] {
    if (this.#byType === undefined) {
      const byType = new Map<string, Node[]>();
      for (const node of walk(this.root)) {
        const list = byType.get(node.type);
        if (list === undefined) byType.set(node.type, [node]);
        else list.push(node);
      }
      this.#byType = byType;
    }
    return this.#byType.get(type) ?? [];
  }

  /** The line of a place in the text, from 1. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#lines.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#lines[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** Where the line of a place in the text begins. */
  lineStart(offset: number): number {
    return this.#lines[this.lineOf(offset) - 1]!;
  }

  /** Where the line of a place in the text ends, without what ends it. */
  lineEnd(offset: number): number {
    const next = this.#lines[this.lineOf(offset)];
    if (next === undefined) return this.text.length;
    return this.text.slice(0, next).endsWith("\r\n") ? next - 2 : next - 1;
  }

  range({ start, end }: { readonly start: number; readonly end: number }): Required<Range> {
    return {
      line: this.lineOf(start),
      column: start - this.lineStart(start),
      endLine: this.lineOf(end),
      endColumn: end - this.lineStart(end),
    };
  }

  /** The innermost function whose `def` is on this line; decorators stand before it, and count as CPython counts them. */
  functionAt(line: number): Node | undefined {
    let found: Node | undefined;
    for (const node of this.all("function_definition")) {
      const first = node.parent?.type === "decorated_definition" ? node.parent : node;
      if (this.lineOf(node.start) === line || this.lineOf(first.start) === line) found = node;
    }
    return found;
  }

  /** The await at a place of a trace; where that has no columns, the only one that begins on its line. */
  awaitAt(range: Range): Node | undefined {
    const found = this.all("await").filter((node) => this.lineOf(node.start) === range.line && this.#isAt(node, range));
    return found.length === 1 ? found[0] : undefined;
  }

  /** The innermost node where a place of a trace begins; where that has no columns, where its line does. */
  innermostAt({ line, column }: Range): Node {
    const start = this.#lines[line - 1] ?? this.text.length;
    const offset = start + (column ?? this.text.slice(start).search(/\S|$/));
    let node = this.root;
    for (;;) {
      const inner = node.children.find((one) => one.start <= offset && offset < one.end);
      if (inner === undefined) return node;
      node = inner;
    }
  }

  #isAt(node: Node, { column, endLine, endColumn }: Range): boolean {
    if (column === undefined) return true;
    const at = this.range(node);
    return at.column === column && (endLine === undefined || (at.endLine === endLine && at.endColumn === endColumn));
  }
}

export function child(node: Node | undefined, field: string): Node | undefined {
  return node?.children.find((one) => one.field === field);
}

/** The node and all below it, in the order of the text. */
export function* walk(node: Node, into: (node: Node) => boolean = () => true): Generator<Node, void> {
  yield node;
  if (!into(node)) return;
  for (const one of node.children) yield* walk(one, into);
}

const SCOPES: ReadonlySet<string> = new Set(["function_definition", "class_definition", "lambda"]);

/** What runs when this runs: not into functions and classes that are only defined there. */
export function walkHere(node: Node): Generator<Node, void> {
  return walk(node, (one) => one === node || !SCOPES.has(one.type));
}

/** The innermost function around a node; a lambda or a class between hides it. */
export function functionAround(node: Node): Node | undefined {
  for (let at = node.parent; at !== undefined; at = at.parent)
    if (SCOPES.has(at.type)) return at.type === "function_definition" ? at : undefined;
  return undefined;
}

/** The statement a node is in: the child of the innermost block around it. */
export function statementOf(node: Node): Node | undefined {
  for (let at: Node | undefined = node; at !== undefined; at = at.parent)
    if (at.parent?.type === "block" || at.parent?.type === "module") return at;
  return undefined;
}

/** Without comments, which may stand between any two nodes. */
export function statementsOf(block: Node | undefined): readonly Node[] {
  return block?.children.filter(({ type }) => type !== "comment") ?? [];
}
