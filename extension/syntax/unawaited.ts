/** Calls of a function whose result nobody awaits or hands on where they stand. */
import { child, functionAround, type Node, type Source } from "./node";

/** A statement of its own, what a name is bound to, or one of several in brackets. */
const KEPT: ReadonlySet<string> = new Set([
  "expression_statement",
  "assignment",
  "named_expression",
  "list",
  "tuple",
  "set",
  "dictionary",
  "pair",
  "expression_list",
  "list_comprehension",
  "set_comprehension",
]);

/** `name`: as a trace calls the function, "Service.save". */
export function unawaitedCalls(source: Source, name: string): readonly Node[] {
  const last = name.split(".").at(-1);
  return source.all("call").filter((call) => nameCalled(source, call) === last && KEPT.has(call.parent?.type ?? ""));
}

/** Of functions and methods that are called on some lines. */
export function namesCalled(source: Source, isOn: (line: number) => boolean): ReadonlySet<string> {
  const calls = source.all("call").filter((call) => isOn(source.range(call).line));
  return new Set(calls.flatMap((call) => nameCalled(source, call) ?? []));
}

/** Of the function that a node is in. */
export function functionName(source: Source, node: Node): string | undefined {
  const name = child(functionAround(node), "name");
  return name && source.textOf(name);
}

function nameCalled(source: Source, call: Node): string | undefined {
  const called = child(call, "function");
  const own = called?.type === "attribute" ? child(called, "attribute") : called;
  return own?.type === "identifier" ? source.textOf(own) : undefined;
}
