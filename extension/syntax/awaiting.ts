/** Statements that await one call, and whether two of them could as well run at the same time. */
import { argumentsOf, isSleep, type Callee } from "./callee";
import { isPure, overlap, receiverOf, rootOf, targetNames, usesOf } from "./names";
import { child, functionAround, walkHere, type Node, type Source } from "./node";
import { modulePaths, parametersOf } from "./scope";

export interface Awaiting {
  readonly statement: Node;
  readonly await: Node;
  readonly call: Node;
  /** What the result is bound to. */
  readonly left: Node | undefined;
  readonly targets: readonly string[];
}

/** The function that an await calls, where its text is known. */
export type CalleeOf = (node: Node) => Callee | undefined;

/** `x = await f(…)`, `x, y = await a.f(…)` or `await f(…)`. */
export function awaitingOf(source: Source, statement: Node): Awaiting | undefined {
  const [inner] = statement.type === "expression_statement" ? statement.children : [];
  if (inner === undefined || statement.children.length !== 1) return undefined;
  const right = inner.type === "assignment" ? child(inner, "right") : inner;
  const left = inner.type === "assignment" ? child(inner, "left") : undefined;
  const targets = left === undefined ? [] : targetNames(source, left);
  const call = right?.type === "await" ? callOf(source, right) : undefined;
  if (right === undefined || call === undefined || targets === undefined) return undefined;
  return { statement, await: right, call, left, targets };
}

/** The call that is awaited: of a name or a method, with arguments that do nothing by themselves. */
export function callOf(source: Source, node: Node): Node | undefined {
  const call = node.children[0];
  if (call?.type !== "call" || isSleep(source, node)) return undefined;
  const called = child(call, "function");
  const given = child(call, "arguments");
  const isPlain = called?.type === "identifier" || (called?.type === "attribute" && isPath(called));
  return isPlain && given?.type === "argument_list" && isPure(source, given) ? call : undefined;
}

function isPath(node: Node): boolean {
  if (node.type === "identifier") return true;
  const object = child(node, "object");
  return node.type === "attribute" && object !== undefined && isPath(object);
}

const GUARDS: ReadonlySet<string> = new Set(["try_statement", "with_statement", "except_clause", "finally_clause"]);
/** Clients that are made for many requests at once. */
const CLIENT = /^(?:aiohttp\.ClientSession|ClientSession|httpx\.AsyncClient|AsyncClient)$/;

/** Something around it, in its function, depends on what happens in which order: an exception, a lock, a clean-up. */
export function isGuarded(source: Source, node: Node): boolean {
  const fn = functionAround(node);
  if (fn?.isAsync !== true) return true;
  for (let at = node.parent; at !== undefined && at !== fn; at = at.parent)
    if (GUARDS.has(at.type) && !onlyEntersClients(source, at)) return true;
  for (const one of walkHere(fn)) if (one.type === "yield") return true;
  return false;
}

function onlyEntersClients(source: Source, node: Node): boolean {
  const items = node.children.find(({ type }) => type === "with_clause")?.children ?? [];
  return node.type === "with_statement" && items.every((item) => isClient(source, valueOf(item)));
}

function valueOf(item: Node): Node | undefined {
  const value = child(item, "value");
  return value?.type === "as_pattern" ? value.children[0] : value;
}

function isClient(source: Source, node: Node | undefined): boolean {
  const called = node?.type === "call" ? child(node, "function") : undefined;
  return called !== undefined && CLIENT.test(source.textOf(called));
}

/** Names that stand for things one talks to, whatever else is known of them. */
const TALKED_TO =
  /(?:^|_)(?:conn|connection|cur|cursor|db|session|client|stream|reader|writer|sock|socket|ws|websocket|channel|tx|transaction|lock|sem|semaphore|queue|page|browser|redis|pool)s?$/i;
const VALUES = new Set(
  "int str float bool bytes complex Decimal UUID Path date datetime timedelta PurePath uuid.UUID datetime.date datetime.datetime pathlib.Path".split(
    " ",
  ),
);
const LITERALS = new Set([
  "integer",
  "float",
  "string",
  "concatenated_string",
  "true",
  "false",
  "none",
  "unary_operator",
  "binary_operator",
]);
const CONSTANT = /^_?[A-Z][A-Z0-9_]*$/;

/** Whether the second could have been begun before the first had ended. `isOwn`: names that differ between the two. */
export function independent(
  source: Source,
  [a, calleeA]: readonly [Awaiting, Callee | undefined],
  [b, calleeB]: readonly [Awaiting, Callee | undefined],
  isOwn: (name: string) => boolean = () => false,
): boolean {
  const reads = usesOf(source, b.call).reads;
  if (overlap(reads, a.targets)) return false;
  for (const [one, callee] of [
    [a, calleeA],
    [b, calleeB],
  ] as const) {
    if (callee?.onlyPaces === true) return false;
    // Without a result it is there for what it does: fine if that is the same work on something else.
    if (one.targets.length === 0 && (callee === undefined || calleeA?.definition !== calleeB?.definition)) return false;
    if (one.targets.length === 0 && callee !== undefined && (callee.shared.size > 0 || callee.isSeen)) return false;
  }
  if (calleeA !== undefined && calleeB !== undefined) {
    if (overlap(calleeA.shared, calleeB.outside) || overlap(calleeB.shared, calleeA.outside)) return false;
  }
  if (calleeA !== undefined && overlap(calleeA.shared, reads)) return false;
  const modules = modulePaths(source);
  const seen = rootsOf(source, a.call, modules);
  for (const name of rootsOf(source, b.call, modules))
    if (
      seen.has(name) &&
      !isOwn(name) &&
      !isValue(source, name, b.await) &&
      !areApart(source, name, [a, calleeA], [b, calleeB])
    )
      return false;
  return true;
}

/** Names of things that a call is given or is a method of. */
function rootsOf(source: Source, call: Node, modules: ReadonlySet<string>): ReadonlySet<string> {
  const receiver = receiverOf(call);
  const isModule = receiver !== undefined && modules.has(source.textOf(receiver));
  return usesOf(source, isModule ? undefined : receiver, child(call, "arguments")).reads;
}

/** Numbers, strings and the like: nothing can happen to them. */
function isValue(source: Source, name: string, at: Node): boolean {
  if (CONSTANT.test(name)) return true;
  const fn = functionAround(at);
  const type = fn && parametersOf(source, fn).find((one) => one.name === name)?.type;
  if (type !== undefined && type.split("|").every((part) => VALUES.has(part.trim()) || part.trim() === "None"))
    return true;
  if (fn === undefined) return false;
  const values: (Node | undefined)[] = [];
  for (const node of walkHere(fn)) {
    if (
      node.type === "as_pattern" &&
      node.parent?.type === "with_item" &&
      rootOf(source, node.children[1]?.children[0]) === name
    )
      values.push(node.children[0]);
    const left = child(node, "left");
    if (node.type === "assignment" && left !== undefined && targetNames(source, left)?.includes(name) === true)
      values.push(left.type === "identifier" ? child(node, "right") : undefined);
    else if (left !== undefined && usesOf(source, node).writes.has(name) && node.type !== "assignment")
      values.push(undefined);
  }
  return (
    values.length > 0 &&
    values.every(
      (value) =>
        value !== undefined && (isClient(source, value) || (LITERALS.has(value.type) && isPure(source, value))),
    )
  );
}

/** Both calls only look at the thing they share, or talk to different parts of it. */
function areApart(
  source: Source,
  name: string,
  ...both: readonly (readonly [Awaiting, Callee | undefined])[]
): boolean {
  const [one, other] = both.map(([{ call }]) => pathOf(source, receiverOf(call)));
  const isPart = (a: string, b: string): boolean => `${a}.`.startsWith(`${b}.`);
  const differ = one !== undefined && other !== undefined && !isPart(one, other) && !isPart(other, one);
  return both.every(([{ call }, callee]) => {
    const receiver = receiverOf(call);
    const isReceiver = rootOf(source, receiver) === name;
    const first = callee?.parameters[0]?.name;
    const hasSelf = receiver !== undefined && (first === "self" || first === "cls");
    if (isReceiver && !differ) {
      const leavesAlone = callee !== undefined && hasSelf && !callee.acted.has(first);
      if (!leavesAlone || pathOf(source, receiver) !== name || callee.shared.size > 0) return false;
    }
    const given = argumentsOf(source, call, callee?.parameters ?? [], hasSelf ? 1 : 0);
    return given.every(({ name: parameter, value }) => {
      if (!usesOf(source, value).reads.has(name)) return true;
      // Made into something else before it is given away: a text, a sum.
      if (value.type === "string" || value.type === "binary_operator") return true;
      return callee !== undefined && parameter !== undefined && !callee.acted.has(parameter) && !TALKED_TO.test(name);
    });
  });
}

function pathOf(source: Source, node: Node | undefined): string | undefined {
  return node === undefined ? undefined : source.textOf(node).replace(/\s/g, "");
}
