"""A second reader of trace files, written from docs/trace-format.md and from nothing else.

It keeps the document honest: where this reader and the extension's disagree about a trace, the document is incomplete.
It does not know what the document leaves to the extension, such as the kinds of awaits.
"""

from __future__ import annotations

import json
import math
import struct
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAGIC = b"\x89AWS\r\n\x1a\n"
DEFINITIONS, TASKS, STEPS, ENDS, PACKED_STEPS = 1, 2, 3, 4, 5
PACKED_TASKS, PACKED_ENDS, GROUPS, GROUP_ENDS = 6, 7, 8, 9
IDLE, ENDED, AWAITS, CLOCK, LONG_READY, LONG_RUN = (0xFFFFFFFF - n for n in range(6))
FIRST_TAG = 0xFFFFFF00
SINCE_WAKER = 0xFFFFFFFF
TOP_BIT = 0x80000000
SOURCE, SIGNAL, THREAD = 0x81000000, 0x82000000, 0x83000000
_REFERENCES = {
    "code": {"file": "files"},
    "node": {"parent": "nodes", "code": "codes"},
    "group": {"owner": "tasks", "site": "nodes"},
    "job": {"loop": "loops", "task": "tasks", "site": "nodes", "function": "nodes"},
    "job_started": {"job": "jobs", "thread": "threads"},
    "job_ended": {"job": "jobs"},
    "group_ended": {"group": "groups"},
    "deadline": {"group": "groups"},
    "cancel": {"task": "tasks", "by": "tasks", "site": "nodes", "group": "groups"},
    "never_awaited": {"code": "codes", "site": "nodes"},
    "unretrieved": {"task": "tasks"},
    "unasked": {"task": "tasks"},
    "asked": {"task": "tasks"},
    "destroyed": {"task": "tasks"},
    "context": {"task": "tasks"},
    "created_by": {"thread": "threads"},
}
OUTCOMES = {1: "returned", 2: "raised", 3: "cancelled"}
GROUP_OUTCOMES = {**OUTCOMES, 4: "timed_out"}
KINDS = {1: "gather", 2: "taskgroup", 3: "wait", 4: "as_completed", 5: "wait_for", 6: "timeout", 7: "shield"}
NO_DEADLINE = 0xFFFFFFFFFFFFFFFF
LONGEST_BLOCK = 64 * 1024 * 1024


class NotATrace(Exception):
    """The bytes are not a trace, or a complete block of it is wrong."""


@dataclass
class Step:
    task: int
    loop: int
    number: int
    start: int
    end: int
    ready_since: int
    waker: int
    node: int
    continues: bool
    awaits: tuple[str, int] | None = None


@dataclass
class Task:
    id: int
    loop: int
    parent: int
    group: int
    site: int
    code: int
    created: int
    name: str
    from_thread: str | None = None
    closes_dropped: bool = False
    ended: int | None = None
    outcome: str = "pending"
    exception: tuple[str, str | None] | None = None
    unretrieved: int | None = None
    unasked: int | None = None
    destroyed: int | None = None
    context: bool | None = None
    steps: list[Step] = field(default_factory=list)


@dataclass
class Loop:
    id: int
    thread: str = ""
    kind: str = ""
    policy: str | None = None
    began: int = 0
    closed: int | None = None
    clock: int = 0
    steps: dict[int, Step] = field(default_factory=dict)
    idle: int = 0
    idled: list[tuple[int, int]] = field(default_factory=list)
    """From when to when."""
    partial: str | None = None


class Trace:
    """Everything a trace file says. ``complete``: its program ended in an orderly way."""

    def __init__(self, data: bytes) -> None:
        if data[:8] != MAGIC:
            raise NotATrace("no magic")
        version, length = struct.unpack_from("<II", data, 8)
        if version > 1:
            raise NotATrace("made by a newer Awaitscope")
        self.header: dict[str, Any] = json.loads(data[16 : 16 + length])
        self.files: dict[int, dict[str, Any]] = {}
        self.codes: dict[int, dict[str, Any]] = {}
        self.nodes: dict[int, dict[str, Any]] = {}
        self.groups: dict[int, dict[str, Any]] = {}
        self.cancels: list[dict[str, Any]] = []
        self.sources: dict[int, dict[str, Any]] = {}
        self.threads: dict[int, str] = {}
        self.children: list[dict[str, Any]] = []
        self.jobs: dict[int, dict[str, Any]] = {}
        self.standing: list[dict[str, Any]] = []
        self.loops: dict[int, Loop] = {}
        self.tasks: dict[int, Task] = {}
        self.never_awaited: list[tuple[int, int]] = []
        """(code, node of where it was dropped)."""
        self._names: dict[int, str] = {}
        self._creators: dict[int, tuple[str | None, bool]] = {}
        """Of some tasks: a thread other than their loop's, whether they close a generator that was dropped."""
        self._exceptions: dict[int, tuple[str, str | None]] = {}
        self.tracebacks: dict[int, list[int]] = {}
        """Of each task with an exception: nodes, innermost first."""
        self.blocked: list[dict[str, Any]] = []
        self.preempted: list[dict[str, Any]] = []
        self.memory: list[dict[str, Any]] = []
        self.end = 0
        self.lost = 0
        self.losses: Counter[str] = Counter()
        """The same by what was lost."""
        self.failure: str | None = None
        self.complete = False
        self.exit_code: int | None = None
        self.undefined: list[str] = []
        """References to what no earlier block or line defined; a reader takes them as unknown, a writer makes none."""
        at = 16 + length
        while at + 8 <= len(data):
            kind, length = struct.unpack_from("<II", data, at)
            if length % 4 or length > LONGEST_BLOCK:
                raise NotATrace(f"block at {at} has a length of {length}")
            if at + 8 + length > len(data):
                break  # killed here
            self._block(kind, data[at + 8 : at + 8 + length])
            at += 8 + length

    def _block(self, kind: int, payload: bytes) -> None:
        if kind == DEFINITIONS:
            for line in payload.decode().split("\n"):
                if line.strip():
                    self._define(json.loads(line))
        elif kind == TASKS:
            for row in _rows(payload, 9):
                self._task(*row)
        elif kind == ENDS:
            for number, outcome, low, high in _rows(payload, 4):
                self._known("end", "tasks", number)
                self._task_ended(self.tasks[number], outcome, low + (high << 32))
        elif kind == STEPS:
            loop, first, low, high = struct.unpack_from("<IIII", payload)
            self._steps(self.loops.setdefault(loop, Loop(loop)), first, low + (high << 32), _rows(payload[16:], 5))
        elif kind == PACKED_STEPS:
            self._block(STEPS, payload[:16] + unpacked(payload[16:]))
        elif kind == PACKED_TASKS:
            self._block(TASKS, table(payload, 9, 6, 0, 7, 8))
        elif kind == PACKED_ENDS:
            self._block(ENDS, table(payload, 4, 2, 3))
        elif kind == GROUPS:
            for row in struct.iter_unpack("<IIIIIIQdQ", table(payload, 12, 6, 0, 4, 7)):
                self._group(*row)
        elif kind == GROUP_ENDS:
            for group, outcome, low, high in _rows(table(payload, 4, 2, 3), 4):
                line: dict[str, Any] = {"k": "group_ended", "group": group, "t": low + (high << 32)}
                self._define({**line, "outcome": GROUP_OUTCOMES[outcome]} if outcome else line)

    def _group(
        self,
        number: int,
        kind: int,
        owner: int,
        site: int,
        member: int,
        futures: int,
        t: int,
        timeout: float,
        left: int,
    ) -> None:
        line = {"k": "group", "id": number, "kind": KINDS[kind], "owner": owner, "site": site, "t": t}
        line["members"] = [member] if member else []
        if futures:
            line["futures"] = futures
        if not math.isnan(timeout):
            line["timeout"] = int(timeout) if timeout.is_integer() else timeout
        if left != NO_DEADLINE:
            line["deadline"] = t + left
        self._define(line)

    def _task_ended(self, task: Task, outcome: int, time: int) -> None:
        if task.ended is None:  # else it is said again; of a task that was started eagerly, less exactly
            task.ended, task.outcome = time, OUTCOMES[outcome]
        self.end = max(self.end, time)

    def _known(self, who: str, kind: str, number: int) -> int:
        """``number``, or 0 where it is not defined yet."""
        if number and number not in getattr(self, kind):
            self.undefined.append(f"{who}: {kind} {number}")
            return 0
        return number

    def _define(self, line: dict[str, Any]) -> None:
        kind = line["k"]
        self.end = max(self.end, line.get("t", 0))
        for name, table in _REFERENCES.get(kind, {}).items():
            line[name] = self._known(f"{kind} {line.get('id')}", table, line.get(name, 0))
        if kind == "group":
            members = [self._known(f"group {line['id']}", "tasks", member) for member in line.get("members", [])]
            line["members"] = list(dict.fromkeys(filter(None, members)))
        if kind == "loop":
            loop = self.loops.setdefault(line["id"], Loop(line["id"]))
            loop.began = line["t"]
            loop.thread, loop.kind, loop.policy = line["thread"], line["class"], line.get("policy")
        elif kind == "blocked":
            self.blocked.append(line)
        elif kind == "memory":
            self.memory.append(line)
        elif kind == "preempted":
            self.preempted.append(line)
        elif kind == "partial":
            self.loops[line["loop"]].partial = line["what"]
        elif kind == "loop_closed":
            self.loops[line["id"]].closed = line["t"]
        elif kind in ("file", "code", "node", "group", "source", "job"):
            getattr(self, f"{kind}s")[line["id"]] = line
        elif kind == "group_ended" and line["group"]:
            self.groups[line["group"]]["ended"] = line.get("outcome", "ended")
        elif kind == "deadline" and line["group"]:
            self.groups[line["group"]].setdefault("moved", []).append(line["deadline"])
        elif kind == "child":
            self.children.append(line)
        elif kind == "cancel":
            self.cancels.append(line)
        elif kind == "standing":
            for wait in line["waits"]:
                for name, table in {"task": "tasks", "source": "sources", "job": "jobs"}.items():
                    self._known("standing", table, wait.get(name, 0))
            self.standing.append(line)
        elif kind == "job_started":
            self.jobs[line["job"]]["started"] = line
        elif kind == "job_ended":
            self.jobs[line["job"]]["ended"] = OUTCOMES[line["outcome"]]
        elif kind == "thread":
            self.threads[line["id"]] = line["name"]
        elif kind == "name":
            self._names[line["task"]] = line["name"]
            if line["task"] in self.tasks:
                self.tasks[line["task"]].name = line["name"]
        elif kind == "created_by":
            self._creators[line["task"]] = self.threads.get(line["thread"]), line.get("dropped", False)
        elif kind == "exception":
            self._exceptions[line["task"]] = (line["type"], line["message"])
            self.tracebacks[line["task"]] = line.get("traceback", [])
            if line["task"] in self.tasks:
                self.tasks[line["task"]].exception = (line["type"], line["message"])
        elif kind == "context":
            if line["task"] in self.tasks:
                self.tasks[line["task"]].context = True
        elif kind == "asked":
            if line["task"] in self.tasks:
                self.tasks[line["task"]].unasked = None
        elif kind in ("unretrieved", "unasked", "destroyed"):
            if line["task"] in self.tasks:
                setattr(self.tasks[line["task"]], kind, line["t"])
        elif kind == "never_awaited":
            self.never_awaited.append((line["code"], line["site"]))
        elif kind == "lost":
            self.lost += line["count"]
            self.losses[line["what"]] += line["count"]
        elif kind == "failed":
            self.failure = line["message"]
        elif kind == "end":
            self.complete, self.exit_code = True, line["exit_code"]

    def _task(
        self, number: int, loop: int, parent: int, group: int, site: int, code: int, low: int, high: int, auto: int
    ) -> None:
        name = self._names.get(number) or f"Task-{auto}"
        created = low + (high << 32)
        parent, group = self._known(name, "tasks", parent), self._known(name, "groups", group)
        site, code = self._known(name, "nodes", site), self._known(name, "codes", code)
        self._known(name, "loops", loop)
        task = Task(number, loop, parent, group, site, code, created, name, exception=self._exceptions.get(number))
        task.from_thread, task.closes_dropped = self._creators.get(number, (None, False))
        self.tasks[number] = task
        self.end = max(self.end, created)
        if group:
            self.groups[group]["members"].append(number)

    def _steps(self, loop: Loop, number: int, clock: int, rows: list[tuple[int, ...]]) -> None:
        loop.clock = max(loop.clock, clock)
        long_run = long_ready = None
        for tag, b, c, waker, node in rows:
            if tag < FIRST_TAG:
                run = b if long_run is None else long_run
                ready = c if long_ready is None else long_ready
                step = self._step(loop, number, tag, run, ready, waker, node)
                loop.steps[number] = step
                number += 1
                long_run = long_ready = None
            elif tag == IDLE:
                began = loop.clock
                loop.clock += b if long_run is None else long_run
                loop.idle += loop.clock - began
                loop.idled.append((began, loop.clock))
                long_run = None
            elif tag == ENDED:
                self._task_ended(self.tasks[b], c, loop.clock)
            elif tag == AWAITS:
                step.awaits = ({1: "task", 2: "group", 3: "job"}[b], c)
            elif tag == CLOCK:
                loop.clock = max(loop.clock, b + (c << 32))
            elif tag == LONG_READY:
                long_ready = b + (c << 32)
            elif tag == LONG_RUN:
                long_run = b + (c << 32)
        self.end = max(self.end, loop.clock)

    def _step(self, loop: Loop, number: int, owner: int, run: int, ready: int, waker: int, node: int) -> Step:
        who = f"step {number} of loop {loop.id}"
        self._known(who, "tasks", owner)
        where = self._known(who, "nodes", node & ~TOP_BIT)
        table = {SOURCE: "sources", THREAD: "threads"}.get(waker & 0xFF000000)
        if table is not None:
            self._known(who, table, waker & 0xFFFFFF)
        start = loop.clock
        loop.clock += run
        since = start if ready == SINCE_WAKER else start - ready
        by = loop.steps.get(number - waker) if 0 < waker < TOP_BIT else None
        if by is not None and by.task == 0:
            since = min(since, by.ready_since)  # a callback only passes the wake on
        elif by is not None and ready == SINCE_WAKER:
            since = by.end
        task = self.tasks.get(owner)
        if task is not None:
            since = max(since, task.steps[-1].end) if task.steps else task.created
        since = max(0, min(since, start))
        step = Step(owner, loop.id, number, start, loop.clock, since, waker, where, node >= TOP_BIT)
        if task is not None:
            task.steps.append(step)
        return step

    # ------------------------------------------------------------------ questions

    def chain(self, node: int) -> list[int]:
        """The nodes from the task's coroutine to this one."""
        found: list[int] = []
        while node:
            found.append(node)
            node = self.nodes[node]["parent"]
        return found[::-1]

    def woken_by(self, step: Step) -> Step | str:
        """The step of a task that woke it, through any callbacks in between; else what did, as ``waker`` has it."""
        while 0 < step.waker < TOP_BIT:
            by = self.loops[step.loop].steps.get(step.number - step.waker)
            if by is None:
                return "unknown"
            if by.task:
                return by
            step = by
        kind, number = step.waker & 0xFF000000, step.waker & 0xFFFFFF
        if kind == TOP_BIT:
            return {1: "I/O", 2: "timer", 3: "thread"}.get(number, "unknown")
        if kind == SIGNAL:
            return f"signal {number}"
        if kind == SOURCE:
            return f"I/O {self.sources[number]['is']}" if number in self.sources else "I/O"
        return f"thread {self.threads.get(number, number)}" if kind == THREAD else "unknown"

    def waker(self, step: Step) -> int | str:
        """The task that woke it; else what did: "timer", "I/O socket", "signal 10"…"""
        by = self.woken_by(step)
        return by if isinstance(by, str) else by.task

    def user_node(self, node: int) -> int:
        """The innermost node of the chain that stands in user code; 0: none."""
        return next((at for at in reversed(self.chain(node)) if self._is_user(at)), 0)

    def _is_user(self, node: int) -> bool:
        code = self.codes.get(self.nodes[node].get("code", 0))
        return code is not None and self.files.get(code["file"], {}).get("user") is True

    def function(self, node: int) -> str:
        return str(self.codes[self.nodes[node]["code"]]["name"])

    def site(self, node: int) -> dict[str, Any] | None:
        """As the summary document has it."""
        if not node:
            return None
        line = self.nodes[node]
        file = self.files.get(self.codes[line["code"]]["file"])
        if file is None:
            return None
        return {
            "file": file["path"],
            "line": line["line"],
            "column": line.get("col"),
            "end_line": line.get("end_line"),
            "end_column": line.get("end_col"),
        }


def read(path: Path) -> Trace:
    return Trace(path.read_bytes())


def unpacked(packed: bytes, columns: int = 5, kept: int = 1) -> bytes:
    """Rows from their number, a bit for each plane, the first row, and the planes; those of steps if nothing else is said."""
    [count] = struct.unpack_from("<I", packed)
    size, first = 4 * columns, 4 + (columns + 7) // 8 * 4
    planes = int.from_bytes(packed[4:first], "little")
    rows = bytearray(packed[first : first + size] * count)
    at = first + size
    for plane in range(size):
        if planes >> plane & 1:
            rows[plane::size] = packed[at : at + count]
            at += count
    if count == 0 or not planes >> 4 * kept & 1 or len(packed) != at + -at % 4:
        raise NotATrace("planes that are not as long as they say")
    return bytes(rows)


def table(payload: bytes, columns: int, kept: int, *differences: int) -> bytes:
    """The rows of a block whose first is as it is. ``kept`` is a column of ``differences``, too."""
    first, others = payload[: 4 * columns], payload[4 * columns :]
    rows = [list(struct.unpack(f"<{columns}I", first))]
    for row in _rows(unpacked(others, columns, kept) if others else b"", columns):
        before = rows[-1]
        rows.append([before[i] + row[i] & 0xFFFFFFFF if i in (kept, *differences) else row[i] for i in range(columns)])
    return b"".join(struct.pack(f"<{columns}I", *row) for row in rows)


def _rows(payload: bytes, width: int) -> list[tuple[int, ...]]:
    if len(payload) % (4 * width):
        raise NotATrace("not a whole number of rows")
    return list(struct.iter_unpack("<" + "I" * width, payload))
