/** Definitions: JSON objects, one a line. They are untrusted: a field of the wrong type is read as if it were absent. */
import { LEAVES } from "./kinds";
import type { TraceModel } from "./model";
import type { GroupKind, Header } from "./types";

type Fields = Readonly<Record<string, unknown>>;

const GROUP_KINDS: readonly GroupKind[] = [
  "gather",
  "taskgroup",
  "wait",
  "as_completed",
  "wait_for",
  "timeout",
  "shield",
];

/** The greatest time a double holds exactly, about 104 days. */
export const MAX_TIME = Number.MAX_SAFE_INTEGER;
const MAX_ID = 0xffffffff;
/** Frames of a blocked loop's stack; the runtime writes no more than this. */
const MAX_STACK = 200;
/** One less than what a column of the node table reads as "absent". */
const MAX_POSITION = 0xfffffffe;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function integer(value: unknown, max: number): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max ? value : undefined;
}

const id = (value: unknown): number => integer(value, MAX_ID) ?? 0;
const time = (value: unknown): number => integer(value, MAX_TIME) ?? 0;
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const position = (value: unknown): number | undefined => integer(value, MAX_POSITION);

export function parseHeader(json: Fields): Header {
  const argv: unknown = json["argv"];
  return {
    argv: Array.isArray(argv) ? argv.filter((value): value is string => typeof value === "string") : [],
    cwd: text(json["cwd"]) ?? "",
    python: text(json["python"]) ?? "",
    platform: text(json["platform"]) ?? "",
    startedAt: text(json["wall_start"]) ?? "",
  };
}

export function define(trace: TraceModel, d: Fields): void {
  switch (d["k"]) {
    case "loop":
      if (id(d["id"]) > 0)
        trace.addLoop({
          id: id(d["id"]),
          thread: text(d["thread"]) ?? "",
          className: text(d["class"]) ?? "",
          started: time(d["t"]),
          closed: undefined,
        });
      return;
    case "loop_closed": {
      trace.closeLoop(id(d["id"]), time(d["t"]));
      return;
    }
    case "file":
      if (id(d["id"]) > 0)
        trace.nodes.addFile(id(d["id"]), {
          path: text(d["path"]) ?? "",
          user: d["user"] === true,
          sha256: text(d["sha256"]),
        });
      return;
    case "code":
      if (id(d["id"]) > 0)
        trace.nodes.addCode(
          id(d["id"]),
          id(d["file"]),
          text(d["name"]) ?? "(unnamed)",
          position(d["line"]) ?? 0,
          d["is"] === "async_generator",
        );
      return;
    case "node": {
      defineNode(trace, d);
      return;
    }
    case "group": {
      defineGroup(trace, d);
      return;
    }
    case "name": {
      const name = text(d["name"]);
      if (id(d["task"]) > 0 && name !== undefined) trace.nameTask(id(d["task"]), name);
      return;
    }
    case "exception": {
      const type = text(d["type"]);
      if (id(d["task"]) > 0 && type !== undefined)
        trace.explainTask(id(d["task"]), { type, message: text(d["message"]) });
      return;
    }
    case "lost":
      trace.lostEvents = Math.min(Number.MAX_SAFE_INTEGER, trace.lostEvents + time(d["count"]));
      trace.reached(time(d["t"]));
      return;
    case "failed":
      trace.failure ??= text(d["message"]) ?? "the recorder failed";
      trace.reached(time(d["t"]));
      return;
    case "alive":
      trace.reached(time(d["t"]));
      return;
    case "blocked":
      if (id(d["loop"]) > 0 && Array.isArray(d["stack"]))
        trace.lane(id(d["loop"])).sample(
          id(d["step"]),
          d["stack"].slice(0, MAX_STACK).map((node) => trace.nodes.index(id(node))),
        );
      trace.reached(time(d["t"]));
      return;
    case "end": {
      const exitCode = d["exit_code"];
      trace.complete = true;
      trace.exitCode = typeof exitCode === "number" && Number.isSafeInteger(exitCode) ? exitCode : undefined;
      trace.reached(time(d["t"]));
      return;
    }
    default:
      return; // a kind of a later version
  }
}

function defineNode(trace: TraceModel, d: Fields): void {
  const node = id(d["id"]);
  if (node === 0) return;
  if (typeof d["on"] === "string") {
    // One of a later version is something to await, like any future.
    const leaf = LEAVES.find((known) => known === d["on"]) ?? "future";
    trace.nodes.addLeaf(node, id(d["parent"]), leaf);
    return;
  }
  trace.nodes.addFrame(node, id(d["parent"]), id(d["code"]), {
    line: position(d["line"]) ?? 0,
    endLine: position(d["end_line"]),
    column: position(d["col"]),
    endColumn: position(d["end_col"]),
  });
}

function defineGroup(trace: TraceModel, d: Fields): void {
  const group = id(d["id"]);
  const kind = GROUP_KINDS.find((known) => known === d["kind"]);
  if (group === 0 || kind === undefined) return;
  const members: unknown = d["members"];
  trace.addGroup(
    {
      id: group,
      kind,
      owner: trace.task(id(d["owner"]))?.id,
      site: trace.nodes.userSite(trace.nodes.index(id(d["site"]))),
      started: time(d["t"]),
      returnExceptions: d["return_exceptions"] === true,
    },
    Array.isArray(members) ? members.map(id).filter((task) => trace.task(task) !== undefined) : [],
  );
}
