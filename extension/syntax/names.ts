/** Names that a piece of Python reads, binds, and acts on. Where it cannot be told, a name is said to be all of them. */
import { child, walk, type Node, type Source } from "./node";

export interface Uses {
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
  /** Objects whose inside may change, or that do something: `x.send()`, `x[1] = 2`, `async with x`, `await x`. */
  readonly acted: ReadonlySet<string>;
}

/** Methods that only look, as long as nobody awaits what they give. */
const LOOKS = new Set(
  (
    "capitalize casefold copy count decode encode endswith find format get hex index is_integer isalnum isalpha isdigit " +
    "isoformat items join keys lower lstrip partition removeprefix removesuffix replace rfind rsplit rstrip split " +
    "splitlines startswith strftime strip timestamp title total_seconds translate upper values zfill"
  ).split(" "),
);

/** The name at the left end of `a.b[c].d`. */
export function rootOf(source: Source, node: Node | undefined): string | undefined {
  switch (node?.type) {
    case "identifier":
      return source.textOf(node);
    case "attribute":
      return rootOf(source, child(node, "object"));
    case "subscript":
      return rootOf(source, child(node, "value"));
    case "parenthesized_expression":
    case "as_pattern":
      return rootOf(source, node.children[0]);
    case undefined:
    default:
      return undefined;
  }
}

/** Names bound by the left side of an assignment; undefined: it stores into something else, too. */
export function targetNames(source: Source, left: Node | undefined): readonly string[] | undefined {
  switch (left?.type) {
    case "identifier":
      return [source.textOf(left)];
    case "pattern_list":
    case "tuple_pattern":
    case "list_pattern":
    case "list_splat_pattern": {
      const inner = left.children.map((one) => targetNames(source, one));
      return inner.every((names) => names !== undefined) ? inner.flat() : undefined;
    }
    case undefined:
    default:
      return undefined;
  }
}

/** Whatever may run is looked at, functions that are only defined there too. */
export function usesOf(source: Source, ...nodes: readonly (Node | undefined)[]): Uses {
  const reads = new Set<string>();
  const writes = new Set<string>();
  const acted = new Set<string>();
  const act = (node: Node | undefined): void => {
    const root = rootOf(source, node);
    if (root !== undefined) acted.add(root);
  };
  const store = (left: Node | undefined): void => {
    if (left === undefined) return;
    for (const node of walk(left)) {
      if (node.type === "identifier" && !isLabel(node) && !isBase(node)) writes.add(source.textOf(node));
      if (node.type === "attribute" || node.type === "subscript") act(node);
    }
  };
  for (const top of nodes) {
    if (top === undefined) continue;
    for (const node of walk(top)) {
      switch (node.type) {
        case "identifier":
          if (!isLabel(node)) reads.add(source.textOf(node));
          break;
        case "assignment":
        case "augmented_assignment":
        case "for_statement":
        case "for_in_clause":
          store(child(node, "left"));
          if (node.isAsync) act(child(node, "right"));
          break;
        case "named_expression":
          store(child(node, "name"));
          break;
        case "function_definition":
        case "class_definition":
          store(child(node, "name"));
          break;
        case "delete_statement":
        case "as_pattern_target":
        case "import_statement":
        case "import_from_statement":
        case "global_statement":
        case "nonlocal_statement":
        case "case_pattern":
          for (const one of node.children) store(one);
          break;
        case "with_item":
          act(child(node, "value"));
          break;
        case "await":
          act(node.children[0]);
          break;
        case "call":
          if (!onlyLooks(source, node)) act(receiverOf(node));
          break;
      }
    }
  }
  return { reads, writes, acted };
}

/** What a method is called on. */
export function receiverOf(call: Node): Node | undefined {
  const called = child(call, "function");
  return called?.type === "attribute" ? child(called, "object") : undefined;
}

/** Builtins that give a value of what they are given, and do nothing else. */
const PURE = new Set(
  "abs bool bytes dict enumerate float frozenset int len list max min range repr reversed round set sorted str sum tuple zip".split(
    " ",
  ),
);
const IMPURE_TYPES = new Set(["await", "yield", "named_expression", "lambda"]);

/** It gives a value and does nothing that anybody could notice. */
export function isPure(source: Source, node: Node): boolean {
  for (const one of walk(node)) {
    if (IMPURE_TYPES.has(one.type) || one.isAsync) return false;
    if (one.type !== "call") continue;
    const called = child(one, "function");
    if (!(called?.type === "identifier" && PURE.has(source.textOf(called))) && !onlyLooks(source, one)) return false;
  }
  return true;
}

function onlyLooks(source: Source, call: Node): boolean {
  const name = child(child(call, "function"), "attribute");
  const isUsed = ["await", "with_item", "as_pattern"].includes(call.parent?.type ?? "");
  return name !== undefined && !isUsed && LOOKS.has(source.textOf(name));
}

/** No name of this place: `x.LABEL`, `f(LABEL=1)`. */
function isLabel(node: Node): boolean {
  const { parent, field } = node;
  return (
    (parent?.type === "attribute" && field === "attribute") || (parent?.type === "keyword_argument" && field === "name")
  );
}

/** `BASE.x = 1`, `x[BASE] = 1`: looked at, not bound. */
function isBase(node: Node): boolean {
  const type = node.parent?.type;
  return type === "attribute" || type === "subscript";
}

export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string> | readonly string[]): boolean {
  for (const name of b) if (a.has(name)) return true;
  return false;
}
