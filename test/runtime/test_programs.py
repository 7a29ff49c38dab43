"""Every program in programs/: the trace says what happened, and the program did what it does without us."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
import unittest
from dataclasses import replace
from pathlib import Path

import golden
import tracefile
from comparing import SLOW
from running import PROGRAMS, Ended, Run, both, folder

_DIRECTIVE = re.compile(r"^# (needs|system|env|options|folder|steps): (.+)$", re.MULTILINE)


def directives(program: Path) -> dict[str, str]:
    """``needs`` a Python version; runs on one ``system`` only; ``env`` and ``options`` to run with; copied to a ``folder``; ``steps`` not counted."""
    return dict(_DIRECTIVE.findall(program.read_text(encoding="utf-8")))


def can_run(program: Path) -> bool:
    wishes = directives(program)
    needs = wishes.get("needs", "3.10")
    return wishes.get("system", os.name) == os.name and sys.version_info >= tuple(map(int, needs.split(".")))


class Programs(unittest.TestCase):
    maxDiff = None

    def check(self, program: Path) -> None:
        wishes = directives(program)
        with folder() as base:
            if "folder" in wishes:
                home = base / wishes["folder"]
                home.mkdir()
                program = Path(shutil.copy(program, home))
            run = Run(
                words=[program.name],
                cwd=program.parent,
                options=shlex.split(wishes.get("options", "")),
                env=dict(pair.split("=", 1) for pair in shlex.split(wishes.get("env", ""))),
            )
            trace = base / "t.awaitscope"
            plain, traced = both(run, trace)
            self.assertEqual(without_slowness(traced), without_slowness(plain))
            summary, second = golden.summarize(trace), tracefile.read(trace)
            text = golden.text_of(summary, second, "steps" not in wishes)
            golden.update(program.stem, text)
            self.second_reader_agrees(summary, second)
            self.assertEqual(text, golden.expected(program.stem))

    def second_reader_agrees(self, summary: dict, trace: tracefile.Trace) -> None:
        self.assertIsNone(trace.failure)
        self.assertEqual(trace.undefined, [])
        self.assertEqual(second_summary(trace), first_summary(summary))


def without_slowness(ended: Ended) -> Ended:
    return replace(ended, err=SLOW.sub("", ended.err))


_OF_TASKS = (
    "id", "name", "coro", "parent", "loop", "group", "created_ms", "ended_ms", "outcome", "exception", "create_site",
    "from_thread", "steps", "run_ms", "ready_ms", "wait_ms",
)  # fmt: skip


def first_summary(summary: dict) -> dict:
    """What of the extension's summary the format's document alone determines."""
    awaits: dict[str, dict] = {}
    for stat in summary["awaits"]:  # one for each kind of await there; the document knows no kinds
        key = json.dumps(stat["site"], sort_keys=True)
        found = awaits.setdefault(key, {"function": stat["function"], "count": 0})
        found["count"] += stat["count"]
    return {
        "program": {
            key: value for key, value in summary["program"].items() if key in ("argv", "cwd", "python", "exit_code")
        },
        "complete": summary["complete"],
        "lost": summary["lost_events"],
        "loops": [
            {key: loop[key] for key in ("id", "thread", "class", "steps", "busy_ms", "idle_ms")}
            for loop in summary["loops"]
        ],
        "tasks": [{key: task[key] for key in _OF_TASKS} for task in summary["tasks"]],
        "awaits": awaits,
        "groups": [
            {key: group[key] for key in ("id", "kind", "owner", "members", "site", "started_ms")}
            for group in summary["groups"]
        ],
    }


def second_summary(trace: tracefile.Trace) -> dict:
    awaits: dict[str, dict] = {}
    for task in trace.tasks.values():
        inside = False
        for step in task.steps:
            user = trace.user_node(step.node)
            if user and not (step.continues and inside):
                key = json.dumps(trace.site(user), sort_keys=True)
                awaits.setdefault(key, {"function": trace.function(user), "count": 0})["count"] += 1
            inside = bool(user)
    return {
        "program": {
            "argv": trace.header["argv"],
            "cwd": trace.header["cwd"],
            "python": trace.header["python"],
            "exit_code": trace.exit_code,
        },
        "complete": trace.complete,
        "lost": trace.lost,
        "loops": [
            {
                "id": loop.id,
                "thread": loop.thread,
                "class": loop.kind,
                "steps": sum(1 for step in loop.steps.values() if step.task),
                "busy_ms": _ms(sum(step.end - step.start for step in loop.steps.values())),
                "idle_ms": _ms(loop.idle),
            }
            for loop in trace.loops.values()
        ],
        "tasks": [_task(trace, task) for task in trace.tasks.values()],
        "awaits": awaits,
        "groups": [
            {
                "id": group["id"],
                "kind": group["kind"],
                "owner": group["owner"] or None,
                "members": group["members"],
                "site": trace.site(trace.user_node(group["site"]) or group["site"]),
                "started_ms": _ms(group["t"]),
            }
            for group in trace.groups.values()
        ],
    }


def _task(trace: tracefile.Trace, task: tracefile.Task) -> dict:
    until = trace.end if task.ended is None else task.ended
    run = sum(step.end - step.start for step in task.steps)
    ready = sum(step.start - step.ready_since for step in task.steps)
    if not task.steps:
        ready = max(0, until - task.created)
    waited = sum(after.ready_since - before.end for before, after in zip(task.steps, task.steps[1:]))
    if task.steps:
        waited += max(0, until - task.steps[-1].end)
    code = trace.codes.get(task.code)
    return {
        "id": task.id,
        "name": task.name,
        "coro": "(unknown coroutine)" if code is None else code["name"],
        "parent": task.parent or None,
        "from_thread": task.from_thread,
        "loop": task.loop,
        "group": task.group or None,
        "created_ms": _ms(task.created),
        "ended_ms": None if task.ended is None else _ms(task.ended),
        "outcome": task.outcome,
        "exception": _exception(trace, task),
        "create_site": trace.site(trace.user_node(task.site) or task.site),
        "steps": len(task.steps),
        "run_ms": _ms(run),
        "ready_ms": _ms(ready),
        "wait_ms": _ms(waited),
    }


def _exception(trace: tracefile.Trace, task: tracefile.Task) -> dict | None:
    if task.exception is None:
        return None
    kind, message = task.exception
    frames = [{"function": trace.function(node), "site": trace.site(node)} for node in trace.tracebacks[task.id]]
    return {"type": kind, "message": message, "traceback": frames}


def _ms(nanoseconds: int) -> float:
    return int(nanoseconds / 1000 + 0.5) / 1000


def _test_of(program: Path):
    def test(self: Programs) -> None:
        self.check(program)

    test.__doc__ = program.name
    return unittest.skipUnless(can_run(program), "needs a newer Python, or another system")(test)


for _program in sorted(PROGRAMS.glob("*.py")):
    setattr(Programs, f"test_{_program.stem}", _test_of(_program))


if __name__ == "__main__":
    os.chdir(Path(__file__).parent)
    unittest.main()
