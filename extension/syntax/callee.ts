/** What an awaited function does besides giving its result, as far as its own text says. */
import { child, walkHere, type Node, type Source } from "./node";
import { receiverOf, rootOf, usesOf } from "./names";
import { definitionOf, modulePaths, parametersOf, type Parameter } from "./scope";

export interface Callee {
  readonly definition: Node;
  readonly parameters: readonly Parameter[];
  /** Of its parameters: those it does something with or to, rather than only reading them. */
  readonly acted: ReadonlySet<string>;
  /** Names from outside that it writes, or whose objects it changes or acts on: a shared client, a cache, a counter. */
  readonly shared: ReadonlySet<string>;
  /** All names from outside that it reads. */
  readonly outside: ReadonlySet<string>;
  /** Somebody sees in which order it runs: it prints, logs, asks. */
  readonly isSeen: boolean;
  /** It awaits nothing but `sleep` and gives no result: it is there to let time pass. */
  readonly onlyPaces: boolean;
  /** One call of it may wait at the same await again and again. */
  readonly hasLoop: boolean;
}

const SEEN = new Set(["print", "input", "open", "exec", "eval"]);
const LOGGERS = /^(?:_?log|_?logger|logging|console|warnings)$/i;
/** What a class or a constant is asked changes nothing, as far as anybody follows the naming rules. */
const CLASS_LIKE = /^_?[A-Z]/;
/** Calls of calls of … */
const DEEPEST = 4;
const LOOPS = new Set(["for_statement", "while_statement", "for_in_clause"]);

const known = new WeakMap<Node, Callee>();

export function calleeOf(source: Source, definition: Node): Callee {
  let callee = known.get(definition);
  if (callee === undefined) known.set(definition, (callee = lookAt(source, definition, 0)));
  return callee;
}

function lookAt(source: Source, definition: Node, depth: number): Callee {
  const parameters = parametersOf(source, definition);
  const names = new Set(parameters.map(({ name }) => name));
  const body = child(definition, "body");
  const inner = [...(body === undefined ? [] : walkHere(body))];
  const outer = new Set(
    inner.flatMap((node) =>
      node.type === "global_statement" || node.type === "nonlocal_statement" ? node.children.map(textOf) : [],
    ),
  );
  const uses = usesOf(source, body);
  const locals = new Set([...uses.writes].filter((name) => !outer.has(name)));
  const modules = modulePaths(source);
  const acted = new Set<string>();
  const shared = new Set<string>();
  let isSeen = false;
  for (const name of uses.writes) if (outer.has(name)) shared.add(name);
  for (const name of uses.acted) {
    if (names.has(name)) acted.add(name);
    else if (LOGGERS.test(name)) isSeen = true;
    else if (!locals.has(name) && !isModule(modules, name)) shared.add(name);
  }
  for (const call of inner) {
    if (call.type !== "call") continue;
    const called = child(call, "function");
    if (called?.type !== "identifier") continue;
    const name = textOf(called);
    if (SEEN.has(name)) isSeen = true;
    const inside = depth < DEEPEST ? definitionOf(source, name, call) : undefined;
    if (inside === undefined || inside === definition) continue;
    const below = lookAt(source, inside, depth + 1);
    isSeen ||= below.isSeen;
    for (const one of below.shared) if (!locals.has(one)) (names.has(one) ? acted : shared).add(one);
    for (const { name: parameter, value } of argumentsOf(source, call, below.parameters))
      if (parameter !== undefined && below.acted.has(parameter) && value.type === "identifier") {
        const passed = textOf(value);
        if (names.has(passed)) acted.add(passed);
        else if (!locals.has(passed)) shared.add(passed);
      }
  }
  // A class that is called makes an object of one's own.
  for (const name of shared)
    if (CLASS_LIKE.test(name) && !uses.writes.has(name) && !isStored(name)) shared.delete(name);

  function textOf(node: Node): string {
    return source.textOf(node);
  }
  function isStored(name: string): boolean {
    return inner.some((node) => {
      const left = ["assignment", "augmented_assignment"].includes(node.type) ? child(node, "left") : undefined;
      const isPlain = left === undefined || left.type === "identifier";
      if (!isPlain && rootOf(source, left) === name) return true;
      return node.type === "call" && CHANGES.has(methodOf(node)) && rootOf(source, receiverOf(node)) === name;
    });
  }
  function methodOf(call: Node): string {
    const method = child(child(call, "function"), "attribute");
    return method === undefined ? "" : textOf(method);
  }
  const awaits = inner.filter(({ type }) => type === "await");
  return {
    definition,
    parameters,
    acted,
    shared,
    outside: new Set([...uses.reads].filter((name) => !locals.has(name) && !names.has(name))),
    isSeen,
    onlyPaces:
      awaits.length > 0 && awaits.every((node) => isSleep(source, node)) && !inner.some((node) => givesResult(node)),
    hasLoop: inner.some((node) => isInLoop(node, definition)),
  };
}

/** Methods that change what they are called on. */
export const CHANGES: ReadonlySet<string> = new Set(
  "add append appendleft clear discard extend insert pop popleft put put_nowait remove reverse send set setdefault sort update write".split(
    " ",
  ),
);

/** `import a.b`: then `a.b.f()` is no method of an object. */
function isModule(modules: ReadonlySet<string>, root: string): boolean {
  return modules.has(root) || [...modules].some((path) => path.startsWith(`${root}.`));
}

/** Awaits `sleep` itself: that is there for the time it takes. */
export function isSleep(source: Source, node: Node): boolean {
  const call = node.children[0];
  const called = call?.type === "call" ? child(call, "function") : undefined;
  const name = called?.type === "attribute" ? child(called, "attribute") : called;
  return name?.type === "identifier" && source.textOf(name) === "sleep";
}

function givesResult(node: Node): boolean {
  return node.type === "yield" || (node.type === "return_statement" && node.children.length > 0);
}

/** An await, or what awaits unseen, that is done again and again. */
function isInLoop(node: Node, within: Node): boolean {
  const awaits = node.type === "await" || (node.isAsync && node.type !== "function_definition");
  if (!awaits) return false;
  if (node.isAsync && LOOPS.has(node.type)) return true;
  for (let at = node.parent; at !== undefined && at !== within; at = at.parent)
    if (LOOPS.has(at.type) || at.type.endsWith("_comprehension") || at.type === "generator_expression") return true;
  return false;
}

export interface Argument {
  /** Of the parameter, where that is known. */
  readonly name: string | undefined;
  readonly value: Node;
}

export function argumentsOf(
  source: Source,
  call: Node,
  parameters: readonly Parameter[],
  skip = 0,
): readonly Argument[] {
  let position = skip;
  return (child(call, "arguments")?.children ?? []).flatMap((node): Argument[] => {
    if (node.type === "comment") return [];
    const label = node.type === "keyword_argument" ? child(node, "name") : undefined;
    const value = label === undefined ? node : child(node, "value");
    if (value === undefined) return [];
    if (label !== undefined) return [{ name: source.textOf(label), value }];
    if (node.type.endsWith("splat")) position = Infinity;
    return [{ name: parameters[position++]?.name, value }];
  });
}
