/** Awaits one after another become one `gather`, or tasks of a TaskGroup. */
import { awaitingOf, type Awaiting } from "../awaiting";
import { child, statementOf, type Node, type Source } from "../node";
import { asyncioName } from "../scope";
import {
  commentAfter,
  freshName,
  functionRange,
  indentOf,
  LONGEST_LINE,
  lineBreak,
  movedIn,
  unitOf,
  type Change,
} from "./text";

interface Member extends Awaiting {
  /** Comments on lines of their own before it. */
  readonly before: readonly string[];
  /** A comment behind it, or "". */
  readonly behind: string;
}

export function togetherChanges(source: Source, nodes: readonly Node[], hasTaskGroup: boolean): readonly Change[] {
  const members = membersOf(source, nodes);
  const [first] = members ?? [];
  const last = members?.at(-1);
  const indent = first && indentOf(source, first.statement);
  if (members === undefined || first === undefined || last === undefined || indent === undefined) return [];
  const place = {
    indent,
    unit: unitOf(source, first.statement),
    start: source.lineStart(first.statement.start),
    end: source.lineEnd(last.statement.end),
    within: functionRange(first.statement),
  };
  const gather = asyncioName(source, "gather");
  const group = hasTaskGroup ? asyncioName(source, "TaskGroup") : undefined;
  const change = (how: Change["how"], lines: readonly string[]): Change => ({
    how,
    edits: [{ start: place.start, end: place.end, text: lines.join(lineBreak(source)) }],
    within: place.within,
  });
  const gathered = gather === undefined ? undefined : gatherLines(source, members, gather, place);
  return [
    ...(gathered === undefined ? [] : [change("gather", gathered)]),
    ...(group === undefined ? [] : [change("TaskGroup", groupLines(source, members, group, place))]),
  ];
}

/** Statements of one block with nothing but comments between them, each on lines of its own. */
function membersOf(source: Source, nodes: readonly Node[]): readonly Member[] | undefined {
  const members: Member[] = [];
  let previous: Node | undefined;
  for (const node of nodes) {
    const statement = statementOf(node);
    const awaiting = statement && awaitingOf(source, statement);
    const behind = statement && commentAfter(source, statement);
    if (awaiting === undefined || statement === undefined || behind === undefined) return undefined;
    if (indentOf(source, statement) === undefined) return undefined;
    if (previous !== undefined && previous.parent !== statement.parent) return undefined;
    const between = source.text.slice(
      previous === undefined ? statement.start : source.lineEnd(previous.end),
      statement.start,
    );
    const before = between.split(/\r\n|\r|\n/).flatMap((line) => line.trim() || []);
    if (!before.every((line) => line.startsWith("#"))) return undefined;
    members.push({ ...awaiting, before, behind });
    previous = statement;
  }
  return members.length > 1 ? members : undefined;
}

interface Place {
  readonly indent: string;
  readonly unit: string;
}

/** undefined: the results cannot all be bound by one assignment. */
function gatherLines(
  source: Source,
  members: readonly Member[],
  gather: string,
  { indent, unit }: Place,
): readonly string[] | undefined {
  const lefts = members.flatMap(({ left }) => left ?? []);
  const isTyped = lefts.some((left) => child(left.parent, "type") !== undefined);
  if (isTyped || (lefts.length > 0 && lefts.length < members.length)) return undefined;
  const targets = lefts.map((left) =>
    left.type === "pattern_list" ? `(${source.textOf(left)})` : source.textOf(left),
  );
  const begin = `${indent}${targets.length === 0 ? "" : `${targets.join(", ")} = `}await ${gather}(`;
  const calls = members.map(({ call }) => source.textOf(call));
  const line = `${begin}${calls.join(", ")})`;
  const hasComments = members.some(({ before, behind }) => before.length > 0 || behind !== "");
  if (!hasComments && line.length <= LONGEST_LINE && !/[\r\n]/.test(line)) return [line];
  return [
    begin,
    ...members.flatMap(({ before, behind }, i) => [
      ...before.map((comment) => `${indent}${unit}${comment}`),
      `${indent}${unit}${movedIn(calls[i] ?? "", unit)},${behind === "" ? "" : `  ${behind}`}`,
    ]),
    `${indent})`,
  ];
}

function groupLines(
  source: Source,
  members: readonly Member[],
  taskGroup: string,
  { indent, unit }: Place,
): readonly string[] {
  const taken = new Set<string>();
  const group = freshName(source, taken, "group", "task_group");
  const results: string[] = [];
  const begun = members.flatMap(({ call, left, targets, before, behind }, i) => {
    const comment = behind === "" ? "" : `  ${behind}`;
    const create = `${group}.create_task(${movedIn(source.textOf(call), unit)})${comment}`;
    const comments = before.map((one) => `${indent}${unit}${one}`);
    if (left === undefined) return [...comments, `${indent}${unit}${create}`];
    const name = left.type === "identifier" ? `${targets[0] ?? "value"}_task` : `task_${i + 1}`;
    const task = freshName(source, taken, name);
    const type = child(left.parent, "type");
    const bound = source.text.slice(left.start, (type ?? left).end);
    results.push(`${indent}${bound} = ${task}.result()`);
    return [...comments, `${indent}${unit}${task} = ${create}`];
  });
  return [`${indent}async with ${taskGroup}() as ${group}:`, ...begun, ...results];
}
