/** Awaits one after another in a block, none of which needs another's result or its turn. */
import { awaitingOf, independent, isGuarded, type Awaiting, type CalleeOf } from "./awaiting";
import { isPure, overlap, targetNames, usesOf } from "./names";
import { child, statementOf, statementsOf, type Node, type Source } from "./node";

export interface SerialAwait extends Awaiting {
  /** Nothing but comments stands between it and the one before. */
  readonly isNext: boolean;
}

/** All those around one await, itself included; empty where it has to be awaited alone. */
export function serialRun(source: Source, node: Node, calleeOf: CalleeOf): readonly SerialAwait[] {
  const block = statementOf(node)?.parent;
  if (block === undefined || isGuarded(source, node)) return [];
  return runsOf(source, block, calleeOf).find((run) => run.some((one) => one.await === node)) ?? [];
}

function runsOf(source: Source, block: Node, calleeOf: CalleeOf): readonly (readonly SerialAwait[])[] {
  const runs: SerialAwait[][] = [];
  let run: SerialAwait[] = [];
  /** Names that depend on results of the run. */
  let results = new Set<string>();
  let isNext = true;
  const begin = (one: Awaiting | undefined): void => {
    if (run.length > 1) runs.push(run);
    run = one === undefined ? [] : [{ ...one, isNext: true }];
    results = new Set(one?.targets);
    isNext = true;
  };
  for (const statement of statementsOf(block)) {
    const one = awaitingOf(source, statement);
    if (one !== undefined) {
      const callee = calleeOf(one.await);
      const isFree =
        run.length > 0 &&
        !overlap(usesOf(source, one.call).reads, results) &&
        run.every((other) => independent(source, [other, calleeOf(other.await)], [one, callee]));
      if (!isFree) begin(one);
      else {
        run.push({ ...one, isNext });
        for (const name of one.targets) results.add(name);
        isNext = true;
      }
    } else if (!isQuiet(source, statement)) begin(undefined);
    else {
      const { reads, writes } = usesOf(source, statement);
      // What is bound anew was not meant for the awaits before it.
      if (overlap(writes, results) && !overlap(reads, results)) begin(undefined);
      else if (overlap(reads, results)) for (const name of writes) results.add(name);
      isNext = false;
    }
  }
  begin(undefined);
  return runs;
}

/** It binds names to values, and nothing else. */
function isQuiet(source: Source, statement: Node): boolean {
  if (statement.type === "pass_statement") return true;
  const [inner] = statement.type === "expression_statement" ? statement.children : [];
  if (inner?.type === "string") return true;
  if (inner?.type !== "assignment") return false;
  const right = child(inner, "right");
  return targetNames(source, child(inner, "left")) !== undefined && (right === undefined || isPure(source, right));
}
