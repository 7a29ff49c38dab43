"""Random programs print what they print without us, and their traces agree with a witness that knows by other means.

``SEED=n`` runs one program, ``FUZZ=200`` runs as many, from ``SEED`` on. A program that fails is printed; with
``SMALLER=1`` without the statements it fails without, too, which takes some minutes to find out.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import sys
import unittest
from collections import Counter
from pathlib import Path

import golden
import tracefile
from running import Ended, Run, both, folder, plain

FUZZ = Path(__file__).resolve().parent / "fuzz"
sys.path.insert(0, str(FUZZ))

import generate  # noqa: E402

WORLD = (FUZZ / "world.py").read_text(encoding="utf-8")
FIRST = int(os.environ.get("SEED", "1"))
COUNT = int(os.environ.get("FUZZ", "1" if "SEED" in os.environ else "10"))
SMALLER = "SMALLER" in os.environ
_ADDRESS = re.compile(r"0x[0-9a-f]+")
# In debug mode tasks and futures remember the frames below them, down to those by which Python was made to run us.
_OURS = re.compile(r'(  File "(<frozen runpy>|[^"]*[/\\]runpy\.py|<awaitscope[.\w]*>)".*\n(    .*\n)*)+')
_DEATH = re.compile(r"^.* died\n", re.MULTILINE)


def difference(source: str) -> str | None:
    """Where the traced run differs from the plain one, or from what the witness saw; None: nowhere."""
    with folder({"program.py": source, "world.py": WORLD}) as base:
        trace = base / "t.awaitscope"
        plainly, traced = both(Run(["program.py"], base), trace)
        for name in ("out", "err", "code"):
            was, now = (_masked(getattr(end, name)) for end in (plainly, traced))
            if was != now:
                changed = difflib.unified_diff(
                    str(was).split("\n"), str(now).split("\n"), "plain", "traced", lineterm=""
                )
                return "\n".join([name, *changed])
        log = base / "log.json"
        witnessed = plain(Run([str(FUZZ / "witness.py"), "program.py", str(log)], base))
        # When the witness's tasks let go of things is their own affair.
        if _DEATH.sub("", witnessed.out) != _DEATH.sub("", plainly.out):
            return f"the witness ran another program\n--- plain\n{plainly.out}\n--- witnessed\n{witnessed.out}{witnessed.err}"
        read, seen = tracefile.read(trace), json.loads(log.read_text(encoding="utf-8"))
        return disagreement(read, seen, plainly) or wrong_kinds(golden.summarize(trace), seen, source)


def _masked(text: object) -> object:
    return _OURS.sub("", _ADDRESS.sub("0x", text)) if isinstance(text, str) else text


def disagreement(trace: tracefile.Trace, log: dict, ended: Ended) -> str | None:
    if trace.failure is not None:
        return f"the recorder failed: {trace.failure}"
    if trace.undefined:
        return f"undefined references: {trace.undefined}"
    if not trace.complete or trace.exit_code != ended.code & 0xFF:
        return f"the end: complete {trace.complete}, exit code {trace.exit_code}"
    # Which generators are left for asyncio to close at the end depends on when the witness's tasks let go of them.
    last = _last(log)
    # The first step of an eager task is part of its creator's, and so follows it in the trace.
    in_order = not any(eager for _, _, _, eager, _ in log["steps"])
    facts = [
        ("tasks", traced_tasks(trace, last), log_tasks(log, last)),
        ("steps", traced_steps(trace, last, in_order), log_steps(log, last, in_order)),
        ("groups", *groups(trace, log, last)),
    ]
    for name, told, seen in facts:
        if told != seen:
            return f"{name}\n{_lists(told, seen)}"
    return wrong_cancels(trace, log, last)


def _last(log: dict) -> int:
    """The first task that is not compared: from there on asyncio puts things away."""
    return [*(task["function"] for task in log["tasks"]), "shutdown_asyncgens"].index("shutdown_asyncgens") + 1


def _lists(told: list[list[object]], seen: list[list[object]]) -> str:
    lines = []
    for at in range(max(len(told), len(seen))):
        pair = [str(each[at]) if at < len(each) else "nothing" for each in (told, seen)]
        lines.append(f"  {pair[0]}" if pair[0] == pair[1] else f"! trace   {pair[0]}\n! witness {pair[1]}")
    return "\n".join(lines)


def traced_tasks(trace: tracefile.Trace, last: int) -> list[list[object]]:
    return [_task(trace, task) for task in trace.tasks.values() if task.id < last]


def _task(trace: tracefile.Trace, task: tracefile.Task) -> list[object]:
    error = None if task.outcome != "raised" or task.exception is None else list(task.exception)
    function = trace.codes[task.code]["name"].rpartition(".")[2] if task.code else None
    group = trace.groups[task.group]["kind"] if task.group else None
    return [task.id, task.name, function, task.parent, _line(trace, task.site), task.outcome, error, group]


def _line(trace: tracefile.Trace, node: int) -> str | None:
    place = trace.site(trace.user_node(node)) if node else None
    return None if place is None else f"{Path(place['file']).name}:{place['line']}"


def log_tasks(log: dict, last: int) -> list[list[object]]:
    in_group = {member: kind for kind, _, members, _ in log["groups"] if kind == "taskgroup" for member in members}
    return [
        [
            number,
            task["name"],
            task["function"],
            task["parent"],
            task["line"],
            task.get("outcome", "pending"),
            task.get("error"),
            in_group.get(number),
        ]
        for number, task in enumerate(log["tasks"][: last - 1], 1)
    ]


def traced_steps(trace: tracefile.Trace, last: int, in_order: bool) -> list[list[object]]:
    """Task, line, whether it is still the same await, and who woke it: a task and which of its steps, or what."""
    steps = [step for loop in trace.loops.values() for step in loop.steps.values() if 0 < step.task < last]
    found = []
    for step in steps if in_order else sorted(steps, key=lambda step: step.task):
        line = _line(trace, step.node)
        found.append([step.task, line or 0, line is not None and step.continues, _waker(trace, step)])
    return found


def _waker(trace: tracefile.Trace, step: tracefile.Step) -> object:
    by = trace.woken_by(step)
    return by if isinstance(by, str) else [by.task, trace.tasks[by.task].steps.index(by) + 1]


def log_steps(log: dict, last: int, in_order: bool) -> list[list[object]]:
    steps = [[task, line, same, waker] for task, line, same, _, waker in log["steps"] if task < last]
    return steps if in_order else sorted(steps, key=lambda step: step[0])


def traced_groups(trace: tracefile.Trace, last: int) -> list[list[object]]:
    kinds = ("gather", "taskgroup")
    groups = [group for group in trace.groups.values() if group["kind"] in kinds and group["owner"] < last]
    return [[group["kind"], group["owner"], group["members"], _outcome(trace, group)] for group in groups]


def groups(trace: tracefile.Trace, log: dict, last: int) -> tuple[list[list[object]], list[list[object]]]:
    """As the trace and the log have them. A gather may never hear that its members have ended, when the loop has, too."""
    told, seen = traced_groups(trace, last), log_groups(log, last)
    for one, other in zip(told, seen):
        if one[:3] == other[:3] and one[0] == "gather" and other[3] == "pending" and one[3] == "returned":
            one[3] = "pending"
    return told, seen


def _outcome(trace: tracefile.Trace, group: dict) -> str:
    """As it is said; else a gather ends with its members, or the first that does not return."""
    if "ended" in group:
        return group["ended"]
    members = [trace.tasks[member] for member in group["members"]]
    ended = sorted((member for member in members if member.ended is not None), key=lambda member: member.ended)
    unwell = [member.outcome for member in ended if member.outcome != "returned"]
    if unwell and not group.get("return_exceptions"):
        return unwell[0]
    return "returned" if group["kind"] == "gather" and len(ended) == len(members) else "pending"


def log_groups(log: dict, last: int) -> list[list[object]]:
    return [
        [kind, owner, list(dict.fromkeys(members)), outcome]
        for kind, owner, members, outcome in log["groups"]
        if owner < last
    ]


def wrong_cancels(trace: tracefile.Trace, log: dict, last: int) -> str | None:
    """Of a task that waited for a future or a gather, each call is told. Whatever is told was a call, or was passed on."""
    told = Counter(
        (line["task"], line["by"], _line(trace, line["site"]))
        for line in trace.cancels
        if 0 < line["task"] < last and not line.get("ready")
    )
    calls = Counter((task, by, line) for task, by, line, _ in log["cancels"] if task < last)
    sure = Counter(
        (task, by, line)
        for task, by, line, waits in log["cancels"]
        if task < last and waits in ("future", "gather", "it")
    )
    missing = sure - told
    passed_on = {number for number, task in enumerate(log["tasks"], 1) if task.get("outcome") == "cancelled"}
    by = {(task, by) for task, by, _ in calls}
    made_up = {
        call: count
        for call, count in (told - calls).items()
        if call[2] is not None or (call[1] not in passed_on and not (call[0] == call[1] and call[:2] in by))
    }
    ready = [line for line in trace.cancels if line.get("ready") and (line["task"], line["by"]) not in by]
    if missing or made_up or ready:
        return f"cancels\nmissing {missing}\nmade up {made_up}\nready {ready}"
    return None


_KINDS = {
    r"asyncio\.gather\(|await g\d": "gather",
    r"asyncio\.wait_for\(": "wait_for",
    r"asyncio\.wait\(": "wait",
    r"await each\d": "as_completed",
    r"asyncio\.shield\(": "shield",
    r"await (asyncio\.to_thread|loop\.run_in_executor)\(": "executor",
    r"await asyncio\.sleep\(|world\.\w+\(asyncio\.sleep\(|yield from": "sleep",
    r"await queue\.put\(": "queue.put",
    r"await queue\.get\(": "queue.get",
    r"await event\.wait\(": "event",
    r"await condition\.wait\(": "condition",
    r"async with (lock|condition):": "lock",
    r"async with semaphore:": "semaphore",
    r"async with world\.TaskGroup\(": "taskgroup",
    r"await future\d": "future",
    r"await t\d": "task",
}
"""What a line of a program says it awaits → the kind of await."""


def wrong_kinds(summary: dict, log: dict, source: str) -> str | None:
    """What each line awaited, and how often: by its own words, and as people are told."""
    texts = {"program.py": source.split("\n"), "world.py": WORLD.split("\n")}
    last = _last(log)
    later = {line for task, line, *_ in log["steps"] if task >= last}
    seen: Counter[tuple[str, str]] = Counter()
    for _, line, same, *_ in log["steps"]:
        if line and not same and line not in later:
            name, _, number = line.partition(":")
            text = texts[name][int(number) - 1]
            seen[line, next(kind for words, kind in _KINDS.items() if re.search(words, text))] += 1
    told: Counter[tuple[str, str]] = Counter()
    for stat in summary["awaits"]:
        line = f"{Path(stat['site']['file']).name}:{stat['site']['line']}"
        if line not in later:
            told[line, stat["kind"]] += stat["count"]
    return None if told == seen else f"kinds\n{_lists(*([*map(list, sorted(each.items()))] for each in (told, seen)))}"


def smaller(program: generate.Program, kind: str) -> str:
    return program.smaller(lambda text: (difference(text) or "").split("\n", 1)[0] == kind)


class Fuzz(unittest.TestCase):
    maxDiff = None

    def test_random_programs(self) -> None:
        for seed in range(FIRST, FIRST + COUNT):
            with self.subTest(seed=seed):
                program = generate.program(seed)
                found = difference(program.text())
                if found is not None:
                    text = smaller(program, found.split("\n", 1)[0]) if SMALLER else program.text()
                    self.fail(f"seed {seed}: {difference(text) or found}\n--- program\n{text}")


if __name__ == "__main__":
    unittest.main()
