/** Definitions: JSON objects, one a line. */
import { AROUND } from "./aroundDefinitions";
import {
  id,
  idOrNone,
  isFields,
  list,
  position,
  seconds,
  shortText,
  text,
  time,
  timeOrNone,
  type Fields,
} from "./fields";
import { LEAVES } from "./kinds";
import type { TraceModel } from "./model";
import { RETURN_WHEN, type GroupKind, type Header } from "./types";

/** In the order of their numbers in rows, from 1. */
export const GROUP_KINDS: readonly GroupKind[] = [
  "gather",
  "taskgroup",
  "wait",
  "as_completed",
  "wait_for",
  "timeout",
  "shield",
];

/** Frames of a blocked loop's stack; the runtime writes no more than this. */
const MAX_STACK = 200;

/** Frames of an exception's traceback; as many as the runtime writes. */
const MAX_TRACEBACK = 32;

const MAX_ASSUMPTIONS = 20;

/** In the order of their numbers in rows, from 1. */
export const GROUP_OUTCOMES = ["returned", "raised", "cancelled", "timed_out"] as const;

export function parseHeader(json: Fields): Header {
  const argv: unknown = json["argv"];
  const parent: unknown = json["parent"];
  const whatIf: unknown = json["what_if"];
  return {
    argv: Array.isArray(argv) ? argv.filter((value): value is string => typeof value === "string") : [],
    cwd: text(json["cwd"]) ?? "",
    python: text(json["python"]) ?? "",
    platform: text(json["platform"]) ?? "",
    startedAt: text(json["wall_start"]) ?? "",
    parent: isFields(parent) ? { pid: id(parent["pid"]), path: text(parent["path"]) ?? "" } : undefined,
    whatIf: isFields(whatIf)
      ? {
          headline: shortText(whatIf["headline"]) ?? "",
          assumptions: list(whatIf["assumptions"], MAX_ASSUMPTIONS).map((one) => shortText(one) ?? ""),
          recorded: time(whatIf["recorded"]),
        }
      : undefined,
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
          policy: text(d["policy"]),
          debug: typeof d["debug"] === "boolean" ? d["debug"] : undefined,
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
      if (id(d["task"]) === 0 || name === undefined) return;
      const until = timeOrNone(d["t"]);
      if (until === undefined) trace.say(id(d["task"]), { name });
      else trace.rename(id(d["task"]), name, until);
      trace.reached(until ?? 0);
      return;
    }
    case "exception": {
      const type = text(d["type"]);
      if (id(d["task"]) > 0 && type !== undefined)
        trace.say(id(d["task"]), {
          exception: {
            type,
            message: text(d["message"]),
            traceback: list(d["traceback"], MAX_TRACEBACK).map((node) => trace.nodes.index(id(node))),
          },
        });
      return;
    }
    case "unretrieved":
    case "unasked":
    case "destroyed": {
      if (id(d["task"]) > 0) trace.say(id(d["task"]), { [d["k"]]: time(d["t"]) });
      trace.reached(time(d["t"]));
      return;
    }
    case "asked": {
      if (id(d["task"]) > 0) trace.say(id(d["task"]), { unasked: undefined });
      trace.reached(time(d["t"]));
      return;
    }
    case "created_by":
      if (id(d["task"]) > 0)
        trace.say(id(d["task"]), { fromThread: idOrNone(d["thread"]), closesDropped: d["dropped"] === true });
      return;
    case "context":
      if (id(d["task"]) > 0) trace.say(id(d["task"]), { givenContext: true });
      return;
    case "cancel":
      if (id(d["task"]) > 0)
        trace.addCancel({
          task: id(d["task"]),
          by: idOrNone(d["by"]),
          site: trace.nodes.userSite(trace.nodes.index(id(d["site"]))),
          group: idOrNone(d["group"]),
          wasReady: d["ready"] === true,
          at: time(d["t"]),
        });
      trace.reached(time(d["t"]));
      return;
    case "group_ended": {
      const outcome = GROUP_OUTCOMES.find((known) => known === d["outcome"]);
      trace.group(id(d["group"]))?.finish(time(d["t"]), outcome);
      trace.reached(time(d["t"]));
      return;
    }
    case "deadline": {
      trace.group(id(d["group"]))?.reschedule(timeOrNone(d["deadline"]));
      trace.reached(time(d["t"]));
      return;
    }
    case "failed":
      trace.failure ??= text(d["message"]) ?? "the recorder failed";
      trace.reached(time(d["t"]));
      return;
    case "alive":
      trace.reached(time(d["t"]));
      return;
    case "blocked":
      if (id(d["loop"]) > 0 && Array.isArray(d["stack"]))
        trace.reading(id(d["loop"])).sample(id(d["step"]), {
          stack: list(d["stack"], MAX_STACK).map((node) => trace.nodes.index(id(node))),
          task: id(d["task"]) || undefined,
        });
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
      if (typeof d["k"] !== "string") return;
      // Nothing is known of a kind of a later version.
      AROUND.get(d["k"])?.(trace, d);
      if (AROUND.has(d["k"])) trace.reached(time(d["t"]));
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
    once: d["once"] === true,
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
      returnWhen: RETURN_WHEN.find((known) => known === d["return_when"]),
      futures: position(d["futures"]) ?? 0,
      more: position(d["more"]) ?? 0,
      timeout: seconds(d["timeout"]),
      deadline: timeOrNone(d["deadline"]),
    },
    Array.isArray(members) ? members.map(id).filter((task) => trace.task(task) !== undefined) : [],
  );
}
