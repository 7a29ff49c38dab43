/** A loop that awaits call after call becomes one `gather`, or tasks of a TaskGroup. */
import { callOf } from "../awaiting";
import { isPure, overlap, rootOf, targetNames, usesOf } from "../names";
import { child, functionAround, statementOf, statementsOf, walk, walkHere, type Node, type Source } from "../node";
import { asyncioName, parametersOf } from "../scope";
import {
  commentAfter,
  freshName,
  functionRange,
  indentOf,
  isUsedOutside,
  lineBreak,
  movedIn,
  unitOf,
  type Change,
  type TextEdit,
} from "./text";

export function roundsChanges(source: Source, node: Node, hasTaskGroup: boolean): readonly Change[] {
  const loop = loopOf(node);
  const call = callOf(source, node);
  if (loop === undefined || call === undefined) return [];
  const gather = asyncioName(source, "gather");
  const group = hasTaskGroup ? asyncioName(source, "TaskGroup") : undefined;
  const edits =
    loop.type === "list_comprehension"
      ? comprehensionEdits(source, loop, node, call, gather, group)
      : loopEdits(source, loop, node, call, gather, group);
  const within = functionRange(loop);
  return (["gather", "TaskGroup"] as const).flatMap((how) => {
    const own = edits[how];
    return own === undefined ? [] : [{ how, edits: own, within }];
  });
}

type Edits = { readonly [How in "gather" | "TaskGroup"]: readonly TextEdit[] | undefined };
const NONE: Edits = { gather: undefined, TaskGroup: undefined };

function using<T>(name: string | undefined, make: (name: string) => T): T | undefined {
  return name === undefined ? undefined : make(name);
}

function loopOf(node: Node): Node | undefined {
  for (let at = node.parent; at !== undefined; at = at.parent)
    if (at.type === "for_statement" || at.type === "list_comprehension") return at;
  return undefined;
}

/** `[await f(x) for x in xs]`: what is between the brackets stays as it is written. */
function comprehensionEdits(
  source: Source,
  loop: Node,
  node: Node,
  call: Node,
  gather: string | undefined,
  taskGroup: string | undefined,
): Edits {
  const statement = statementOf(loop);
  const indent = statement && indentOf(source, statement);
  if (statement === undefined || indent === undefined) return NONE;
  const cut = { start: node.start, end: call.start };
  // Binds stronger than await does.
  const isPrimary = loop.parent?.type === "attribute" || (loop.parent?.type === "subscript" && loop.field === "value");
  const [open, close] = isPrimary ? ["(", ")"] : ["", ""];
  const gathered = using(gather, (name) => [
    { start: loop.start, end: loop.start + 1, text: `${open}await ${name}(*(` },
    { ...cut, text: "" },
    { start: loop.end - 1, end: loop.end, text: `))${close}` },
  ]);
  const [inner] = statement.children;
  const isAll =
    (statement.type === "return_statement" && inner === loop) ||
    (statement.type === "expression_statement" && inner?.type === "assignment" && child(inner, "right") === loop);
  if (taskGroup === undefined || !isAll || /[\r\n]/.test(source.textOf(loop))) return { ...NONE, gather: gathered };
  const taken = new Set<string>();
  const [group, tasks, task] = ["group", "tasks", "task"].map((name) => freshName(source, taken, name));
  const rest = source.text.slice(call.end, loop.end);
  const unit = unitOf(source, statement);
  const lines = [
    `${indent}async with ${taskGroup}() as ${group ?? ""}:`,
    `${indent}${unit}${tasks ?? ""} = [${group ?? ""}.create_task(${source.textOf(call)})${rest}`,
    "",
  ];
  const start = source.lineStart(statement.start);
  return {
    gather: gathered,
    TaskGroup: [
      { start, end: start, text: lines.join(lineBreak(source)) },
      { start: loop.start, end: loop.end, text: `[${task ?? ""}.result() for ${task ?? ""} in ${tasks ?? ""}]` },
    ],
  };
}

function loopEdits(
  source: Source,
  loop: Node,
  node: Node,
  call: Node,
  gather: string | undefined,
  taskGroup: string | undefined,
): Edits {
  const indent = indentOf(source, loop);
  const [left, right] = [child(loop, "left"), child(loop, "right")];
  const names = targetNames(source, left);
  const body = statementsOf(child(loop, "body"));
  const statement = statementOf(node);
  const [inner] = statement?.children ?? [];
  const isOwnLine =
    commentAfter(source, loop) !== undefined && body.every((one) => indentOf(source, one) !== undefined);
  if (indent === undefined || left === undefined || right === undefined || names === undefined) return NONE;
  if (body[0] !== statement || statement === undefined || inner === undefined || !isOwnLine) return NONE;
  if (names.some((name) => isUsedOutside(source, name, loop))) return NONE;
  const taken = new Set<string>();
  const unit = unitOf(source, loop);
  const over = SIMPLE.has(right.type) ? source.textOf(right) : `(${source.textOf(right)})`;
  const rounds = `for ${source.textOf(left)} in ${over}`;
  const break_ = lineBreak(source);
  const start = source.lineStart(loop.start);
  const group = freshName(source, taken, "group", "task_group");
  const comments = [...walk(loop)].filter(
    ({ type, start: at }) => type === "comment" && (at < call.start || at >= call.end),
  );
  const head = [...comments, ...trailing(source, loop)].map(
    (one) => `${indent}${typeof one === "string" ? one : source.textOf(one)}`,
  );
  const whole = (lines: readonly string[]): readonly TextEdit[] => [
    { start, end: source.lineEnd(loop.end), text: [...head, ...lines].join(break_) },
  ];
  const callText = source.textOf(call);
  if (body.length === 1 && inner === node)
    return {
      gather: using(gather, (name) => whole([`${indent}await ${name}(*(${callText} ${rounds}))`])),
      TaskGroup: using(taskGroup, (name) =>
        whole([
          `${indent}async with ${name}() as ${group}:`,
          `${indent}${unit}${rounds}:`,
          `${indent}${unit}${unit}${group}.create_task(${movedIn(callText, unit)})`,
        ]),
      ),
    };
  const tasks = freshName(source, taken, "tasks");
  const task = freshName(source, taken, "task");
  const begun = (name: string): readonly string[] => [
    `${indent}async with ${name}() as ${group}:`,
    `${indent}${unit}${tasks} = [${group}.create_task(${callText}) ${rounds}]`,
  ];
  const extend = body.length === 1 ? extendOf(source, inner) : undefined;
  if (extend !== undefined)
    return {
      gather: using(gather, (name) => whole([`${indent}${extend}(await ${name}(*(${callText} ${rounds})))`])),
      TaskGroup: using(taskGroup, (name) =>
        whole([...begun(name), `${indent}${extend}(${task}.result() for ${task} in ${tasks})`]),
      ),
    };
  if (!isRepeatable(source, right, loop)) return NONE;
  const target = left.type === "identifier" ? source.textOf(left) : `(${source.textOf(left)})`;
  const result = freshName(source, taken, "result");
  const header = (name: string, all: string): TextEdit => ({
    start: left.start,
    end: right.end,
    text: `${target}, ${name} in zip(${over}, ${all})`,
  });
  return {
    gather: using(gather, (name) => [
      header(result, `await ${name}(*(${callText} ${rounds}))`),
      { start: node.start, end: node.end, text: result },
    ]),
    TaskGroup: using(taskGroup, (name) => [
      { start, end: start, text: [...begun(name), ""].join(break_) },
      header(task, tasks),
      { start: node.start, end: node.end, text: `${task}.result()` },
    ]),
  };
}

/** May stand in a comprehension as it is. */
const SIMPLE: ReadonlySet<string> = new Set(
  "identifier attribute call subscript list tuple set dictionary string list_comprehension parenthesized_expression".split(
    " ",
  ),
);

function trailing(source: Source, loop: Node): readonly string[] {
  const comment = commentAfter(source, loop);
  return comment === undefined || comment === "" ? [] : [comment];
}

const EXTENDS: Readonly<Record<string, readonly [method: string, made: RegExp]>> = {
  append: ["extend", /^(?:\[|list\()/],
  add: ["update", /^(?:\{|set\()/],
};

/** `xs.append(await f(x))`: how `xs`, made in this function, takes many at once. */
function extendOf(source: Source, inner: Node): string | undefined {
  const called = inner.type === "call" ? child(inner, "function") : undefined;
  const object = child(called, "object");
  const method = child(called, "attribute");
  const [name, made] = EXTENDS[method === undefined ? "" : source.textOf(method)] ?? [];
  if (object?.type !== "identifier" || name === undefined || made === undefined) return undefined;
  const values = valuesOf(source, source.textOf(object), inner);
  const isMade = values.length > 0 && values.every((value) => value !== undefined && made.test(source.textOf(value)));
  return isMade ? `${source.textOf(object)}.${name}` : undefined;
}

/** All that a name is bound to in the function; undefined for what is bound in another way than by `name = value`. */
function valuesOf(source: Source, name: string, at: Node): readonly (Node | undefined)[] {
  const fn = functionAround(at);
  if (fn === undefined) return [undefined];
  const values: (Node | undefined)[] = parametersOf(source, fn).some((one) => one.name === name) ? [undefined] : [];
  for (const node of walkHere(fn)) {
    if (!["assignment", "augmented_assignment", "for_statement", "named_expression", "as_pattern"].includes(node.type))
      continue;
    const bound = node.type === "as_pattern" ? node.children[1] : (child(node, "left") ?? child(node, "name"));
    if (bound === undefined || ![...walk(bound)].some((one) => source.textOf(one) === name)) continue;
    const isPlain = node.type === "assignment" && bound.type === "identifier";
    if (isPlain || rootOf(source, bound) !== name || bound.type === "identifier")
      values.push(isPlain ? child(node, "right") : undefined);
  }
  return values;
}

const MAKES_LIST = /^(?:\[|\(|list\(|sorted\(|tuple\(|range\()/;
const LIST_TYPES = /^(?:typing\.)?(?:list|List|tuple|Tuple|Sequence|dict|Dict|set|Set|frozenset)\b/;
const CONSTANT = /^_?[A-Z][A-Z0-9_]*$/;
const VIEWS = /^(?:enumerate|range|sorted|zip|reversed)$/;

/** It can be gone through twice, and gives the same each time. */
function isRepeatable(source: Source, over: Node, loop: Node): boolean {
  const body = usesOf(source, child(loop, "body"));
  const { reads } = usesOf(source, over);
  if (!isPure(source, over) || overlap(body.acted, reads) || overlap(body.writes, reads)) return false;
  switch (over.type) {
    case "list":
    case "tuple":
      return true;
    case "identifier": {
      const name = source.textOf(over);
      if (CONSTANT.test(name)) return true;
      const fn = functionAround(loop);
      const type = fn && parametersOf(source, fn).find((one) => one.name === name)?.type;
      const values = valuesOf(source, name, loop);
      if (type !== undefined && LIST_TYPES.test(type) && values.length === 1) return true;
      return values.length > 0 && values.every((value) => value !== undefined && MAKES_LIST.test(source.textOf(value)));
    }
    case "call": {
      const called = child(over, "function");
      const isView = called?.type === "identifier" && VIEWS.test(source.textOf(called));
      const given = child(over, "arguments")?.children ?? [];
      const isRange = called !== undefined && source.textOf(called) === "range";
      return isView && (isRange || given.every((one) => one.type === "integer" || isRepeatable(source, one, loop)));
    }
    default:
      return false;
  }
}
