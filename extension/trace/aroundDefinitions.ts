/** Definitions of what is around the tasks; see `around.ts`. */
import { id, idOrNone, isFields, list, position, shortText, time, timeOrNone, type Fields } from "./fields";
import type { TraceModel } from "./model";
import { AWAIT_KINDS, SOURCE_KINDS, type Outcome, type StandingWait, type TaskId } from "./types";

/** Tasks in one `standing`, and things a task holds; the runtime writes fewer. */
const MAX_WAITS = 10_000;
const MAX_HOLDS = 100;

const OUTCOMES: readonly (Outcome | undefined)[] = [undefined, "returned", "raised", "cancelled"];

/** By `k`. All of them say that the program had come to `t`. */
export const AROUND: ReadonlyMap<string, (trace: TraceModel, d: Fields) => void> = new Map([
  ["never_awaited", neverAwaited],
  ["thread", thread],
  ["source", source],
  ["job", job],
  ["job_started", jobStarted],
  ["job_ended", jobEnded],
  ["standing", standing],
  ["preempted", preempted],
  ["memory", memory],
  ["partial", partial],
  ["child", child],
  ["lost", lost],
]);

function neverAwaited({ around, nodes }: TraceModel, d: Fields): void {
  const site = nodes.userSite(nodes.index(id(d["site"])));
  around.neverAwaited.push({ code: nodes.code(id(d["code"])), site, at: time(d["t"]) });
}

function thread({ around }: TraceModel, d: Fields): void {
  const name = shortText(d["name"]);
  if (id(d["id"]) > 0 && name !== undefined) around.nameThread(id(d["id"]), name);
}

function source({ around }: TraceModel, d: Fields): void {
  if (id(d["id"]) === 0) return;
  around.addSource({
    id: id(d["id"]),
    // One of a later version has a file descriptor at best.
    kind: SOURCE_KINDS.find((known) => known === d["is"]) ?? "fd",
    fd: position(d["fd"]),
    peer: shortText(d["peer"]),
    local: shortText(d["local"]),
    pid: position(d["pid"]),
    command: shortText(d["command"]),
  });
}

function job({ around, nodes }: TraceModel, d: Fields): void {
  if (id(d["id"]) === 0) return;
  around.addJob({
    id: id(d["id"]),
    loop: id(d["loop"]),
    task: idOrNone(d["task"]),
    site: nodes.userSite(nodes.index(id(d["site"]))),
    function: nodes.codeAt(nodes.index(id(d["function"]))),
    executor: shortText(d["executor"]) ?? "",
    created: time(d["t"]),
    started: undefined,
    thread: undefined,
    ended: undefined,
    outcome: "pending",
  });
}

function jobStarted({ around }: TraceModel, d: Fields): void {
  around.startJob(id(d["job"]), idOrNone(d["thread"]), time(d["t"]));
}

function jobEnded({ around }: TraceModel, d: Fields): void {
  const outcome = OUTCOMES[id(d["outcome"])];
  if (outcome !== undefined) around.endJob(id(d["job"]), outcome, time(d["t"]));
}

function standing({ around }: TraceModel, d: Fields): void {
  if (id(d["loop"]) === 0) return;
  const waits = new Map<TaskId, StandingWait>();
  for (const wait of list(d["waits"], MAX_WAITS)) {
    if (!isFields(wait) || id(wait["task"]) === 0) continue;
    waits.set(id(wait["task"]), {
      on: AWAIT_KINDS.find((known) => known === wait["on"]) ?? "other",
      due: timeOrNone(wait["due"]),
      source: idOrNone(wait["source"]),
      job: idOrNone(wait["job"]),
      thing: idOrNone(wait["thing"]),
      holds: list(wait["holds"], MAX_HOLDS).flatMap((thing) => idOrNone(thing) ?? []),
      size: position(wait["size"]),
      limit: position(wait["limit"]),
    });
  }
  around.stand(id(d["loop"]), { at: time(d["t"]), waits });
}

function preempted({ around }: TraceModel, d: Fields): void {
  const [from, to] = [time(d["from"]), time(d["t"])];
  if (id(d["loop"]) > 0 && to > from)
    around.preempt(id(d["loop"]), { from, to, length: Math.min(time(d["ns"]), to - from) });
}

function memory({ around }: TraceModel, d: Fields): void {
  const resident = position(d["resident"]);
  // Those that are not later than the one before are of a broken file.
  if (resident !== undefined && time(d["t"]) >= (around.memory.at(-1)?.at ?? 0))
    around.memory.push({ at: time(d["t"]), resident });
}

function partial({ around }: TraceModel, d: Fields): void {
  const what = shortText(d["what"]);
  if (what !== undefined) around.partial.push({ loop: id(d["loop"]), what });
}

function child({ around }: TraceModel, d: Fields): void {
  around.children.push({ pid: id(d["pid"]), path: shortText(d["path"]) ?? "", at: time(d["t"]) });
}

function lost({ around }: TraceModel, d: Fields): void {
  around.lose(shortText(d["what"]) ?? "events", time(d["count"]), time(d["t"]));
}
