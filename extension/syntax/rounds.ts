/** Loops that await in each round what no other round needs. */
import { awaitingOf, callOf, independent, isGuarded, type Awaiting, type CalleeOf } from "./awaiting";
import { CHANGES } from "./callee";
import { isPure, overlap, receiverOf, targetNames, usesOf } from "./names";
import { child, statementOf, statementsOf, walkHere, type Node, type Source } from "./node";

/** The target of a result that goes somewhere else than into a name. */
const UNNAMED = "";

export interface Rounds {
  /** A `for` statement or a list comprehension. */
  readonly loop: Node;
  /** What is awaited in each round, in order. */
  readonly awaits: readonly Awaiting[];
  /** Names that differ from round to round. */
  readonly own: ReadonlySet<string>;
}

/** The loop around an await, if its rounds do not depend on each other. */
export function roundsOf(source: Source, node: Node, calleeOf: CalleeOf): Rounds | undefined {
  const loop = loopAround(node);
  if (loop === undefined || isGuarded(source, loop)) return undefined;
  const rounds =
    loop.type === "for_statement" ? statementRounds(source, loop) : comprehensionRounds(source, loop, node);
  const [first] = rounds?.awaits ?? [];
  if (rounds === undefined || first === undefined || !overlap(usesOf(source, first.call).reads, rounds.own))
    return undefined;
  const isOwn = (name: string): boolean => rounds.own.has(name);
  const isFree = rounds.awaits.every((a) =>
    rounds.awaits.every((b) => {
      // Within a round they may well need each other.
      const apart = { ...a, targets: a.targets.filter((name) => !rounds.own.has(name)) };
      const discards = a.targets.length === 0;
      return independent(
        source,
        [discards ? a : { ...apart, targets: [UNNAMED] }, calleeOf(a.await)],
        [b, calleeOf(b.await)],
        isOwn,
      );
    }),
  );
  return isFree ? rounds : undefined;
}

function loopAround(node: Node): Node | undefined {
  for (let at = node.parent; at !== undefined; at = at.parent)
    switch (at.type) {
      case "for_statement":
      case "list_comprehension":
        return at;
      case "while_statement":
      case "function_definition":
      case "lambda":
      case "set_comprehension":
      case "dictionary_comprehension":
      case "generator_expression":
        return undefined;
    }
  return undefined;
}

function comprehensionRounds(source: Source, loop: Node, node: Node): Rounds | undefined {
  const clauses = loop.children.filter(({ type }) => type === "for_in_clause");
  const [clause] = clauses;
  const call = callOf(source, node);
  const statement = statementOf(loop);
  const isPlain = clauses.length === 1 && clause?.isAsync === false && child(loop, "body") === node;
  if (!isPlain || call === undefined || statement === undefined) return undefined;
  const targets = targetNames(source, child(clause, "left"));
  const others = loop.children.filter((one) => one !== child(loop, "body"));
  if (targets === undefined || !others.every((one) => isPure(source, one))) return undefined;
  return {
    loop,
    awaits: [{ statement, await: node, call, left: undefined, targets: [UNNAMED] }],
    own: new Set(targets),
  };
}

/** What decides whether there is a next round, or undoes one. */
const CONTROL: ReadonlySet<string> = new Set([
  "break_statement",
  "continue_statement",
  "return_statement",
  "raise_statement",
  "assert_statement",
  "try_statement",
  "with_statement",
  "while_statement",
  "yield",
  "global_statement",
  "nonlocal_statement",
  "function_definition",
  "delete_statement",
]);

function statementRounds(source: Source, loop: Node): Rounds | undefined {
  const body = child(loop, "body");
  const targets = targetNames(source, child(loop, "left"));
  if (loop.isAsync || body === undefined || targets === undefined || child(loop, "alternative") !== undefined)
    return undefined;
  for (const node of walkHere(body)) if (CONTROL.has(node.type) || node.isAsync) return undefined;
  const own = new Set(targets);
  const awaits: Awaiting[] = [];
  const others: Node[] = [];
  /** Names from outside of the round that its awaits depend on. */
  const needed = new Set<string>();
  const need = (reads: ReadonlySet<string>): void => {
    for (const name of reads) if (!own.has(name)) needed.add(name);
  };
  const bind = (names: Iterable<string>): void => {
    // Bound anew in each round before anything reads it.
    for (const name of names) if (!needed.has(name)) own.add(name);
  };
  for (const statement of statementsOf(body)) {
    const one = awaitingOf(source, statement) ?? storingOf(source, statement);
    if (one !== undefined) {
      need(usesOf(source, one.call).reads);
      awaits.push(one);
      others.push(...restOf(one));
      if (one.left?.field === "left" && one.targets[0] !== UNNAMED) bind(one.targets);
      continue;
    }
    const isAfter = awaits.length > 0;
    if (!isHarmless(source, statement, isAfter)) return undefined;
    others.push(statement);
    const [inner] = statement.children;
    if (statement.type === "expression_statement" && inner?.type === "assignment") {
      if (!isAfter) need(usesOf(source, child(inner, "right")).reads);
      bind(targetNames(source, child(inner, "left")) ?? []);
    } else if (!isAfter) need(usesOf(source, statement).reads);
  }
  const rest = usesOf(source, ...others);
  const changed = [...rest.writes, ...rest.acted].filter((name) => !own.has(name));
  if (overlap(needed, changed) || targets.some((name) => rest.writes.has(name))) return undefined;
  return { loop, awaits, own };
}

/** `x.append(await f(…))`, `x[k] = await f(…)`, `x += await f(…)`: the result goes into something that is there already. */
export function storingOf(source: Source, statement: Node): Awaiting | undefined {
  const [inner] = statement.type === "expression_statement" ? statement.children : [];
  const isMethod = inner?.type === "call" && receiverOf(inner) !== undefined && CHANGES.has(methodOf(source, inner));
  const given = isMethod ? child(inner, "arguments")?.children : undefined;
  const right = given?.length === 1 ? given[0] : isStore(inner) ? child(inner, "right") : undefined;
  const call = right?.type === "await" ? callOf(source, right) : undefined;
  const left = isMethod ? receiverOf(inner) : child(inner, "left");
  if (right === undefined || call === undefined || left === undefined || !isPure(source, left)) return undefined;
  return { statement, await: right, call, left, targets: [UNNAMED] };
}

function isStore(inner: Node | undefined): boolean {
  if (inner?.type === "augmented_assignment") return child(inner, "left")?.type === "identifier";
  return inner?.type === "assignment" && child(inner, "left")?.type === "subscript";
}

function methodOf(source: Source, call: Node): string {
  const method = child(child(call, "function"), "attribute");
  return method === undefined ? "" : source.textOf(method);
}

/** The statement without the call that is awaited. */
function restOf({ statement, await: node }: Awaiting): readonly Node[] {
  const rest: Node[] = [];
  const without = (one: Node): Node => ({ ...one, children: one.children.filter((x) => x !== node).map(without) });
  rest.push(without(statement));
  return rest;
}

/** It does nothing that anybody outside of the loop sees before the next round. */
function isHarmless(source: Source, statement: Node, isAfter: boolean): boolean {
  for (const node of walkHere(statement)) {
    if (node.type === "await") return false;
    if (node.type !== "expression_statement") continue;
    const [inner] = node.children;
    if (inner === undefined || inner.type === "string") continue;
    if (inner.type === "assignment" || inner.type === "augmented_assignment") {
      const right = child(inner, "right");
      if (!isAfter && right !== undefined && !isPure(source, right)) return false;
    } else if (inner.type !== "call" || receiverOf(inner) === undefined || !CHANGES.has(methodOf(source, inner)))
      return false;
  }
  return true;
}
