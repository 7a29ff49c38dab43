/** What names mean in a file: modules, functions, and how asyncio is called there. */
import { child, functionAround, type Node, type Source } from "./node";

/** `import a.b` binds `a`, and `a.b.f` is a function of a module; `import a.b as c` binds `c`. By the path one writes. */
export function modulePaths(source: Source): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const node of source.all("import_statement")) {
    for (const one of node.children) {
      const alias = child(one, "alias");
      paths.add(source.textOf(alias ?? one));
    }
  }
  return paths;
}

/** How one writes `asyncio.NAME` here; undefined: not without an import more. */
export function asyncioName(source: Source, name: string): string | undefined {
  for (const node of source.root.children) {
    if (node.type === "import_statement")
      for (const one of node.children) {
        const module = child(one, "name") ?? one;
        if (source.textOf(module) === "asyncio") return `${source.textOf(child(one, "alias") ?? one)}.${name}`;
      }
    if (node.type === "import_from_statement") {
      const from = child(node, "module_name");
      if (from === undefined || source.textOf(from) !== "asyncio") continue;
      for (const one of node.children) {
        if (one.field !== "name") continue;
        const imported = child(one, "name") ?? one;
        if (source.textOf(imported) === name) return source.textOf(child(one, "alias") ?? one);
      }
    }
  }
  return undefined;
}

/** The function that a plain name means where it is called; methods have no plain names. */
export function definitionOf(source: Source, name: string, at: Node): Node | undefined {
  const around = new Set<Node>();
  for (let one: Node | undefined = at; one !== undefined; one = one.parent) around.add(one);
  let found: Node | undefined;
  for (const node of source.all("function_definition")) {
    if (nameOf(source, node) !== name || isMethod(node)) continue;
    const outer = functionAround(node);
    // Two of the same name: which one it is depends on what ran.
    if (outer === undefined || around.has(outer)) {
      if (found !== undefined) return undefined;
      found = node;
    }
  }
  return found;
}

export function nameOf(source: Source, definition: Node): string {
  const name = child(definition, "name");
  return name === undefined ? "" : source.textOf(name);
}

function isMethod(definition: Node): boolean {
  const outer = definition.parent?.type === "decorated_definition" ? definition.parent : definition;
  return outer.parent?.parent?.type === "class_definition";
}

export interface Parameter {
  readonly name: string;
  /** As written: "int". */
  readonly type: string | undefined;
}

/** Without `*args` and `**kwargs`. */
export function parametersOf(source: Source, definition: Node): readonly Parameter[] {
  return (child(definition, "parameters")?.children ?? []).flatMap((node) => {
    const name = child(node, "name") ?? (node.type === "identifier" ? node : node.children[0]);
    const isPlain = ["identifier", "typed_parameter", "default_parameter", "typed_default_parameter"].includes(
      node.type,
    );
    if (!isPlain || name?.type !== "identifier") return [];
    const type = child(node, "type");
    return [{ name: source.textOf(name), type: type && source.textOf(type) }];
  });
}
