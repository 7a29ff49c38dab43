"""A trace as a short text that a person can check by thought, times left out.

``programs/NAME.txt`` holds what is expected. A file ``NAME.3.11.txt`` is for Python 3.11 and older, as far as the next
such file; Python 3.10, which has no columns, is compared without them. ``UPDATE=1`` rewrites the file that applies,
``UPDATE=version`` makes one for the running version and older.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tracefile
from running import PROGRAMS, ROOT

CLI = Path(os.environ.get("AWAITSCOPE_CLI", ROOT / "dist" / "cli.js"))
_SHORT_NS = 5_000_000
"""Half of the shortest wait in the programs: a busy machine may take a loop its processor for some milliseconds."""
_PORT = re.compile(r":\d+$")
_USUAL_POLICY = re.compile("_?(Unix|Windows|Default).*EventLoopPolicy$")
_COLUMNS = re.compile(r"(\S+\.py:\d+):\d+-\d+:\d+")


def summarize(trace: Path) -> dict[str, Any]:
    """What `awaitscope show --json` says."""
    shown = subprocess.run(
        ["node", str(CLI), "show", "--json", str(trace)], capture_output=True, text=True, encoding="utf-8", check=False
    )
    if shown.returncode != 0:
        raise AssertionError(f"awaitscope show failed (built by scripts/build.mjs?):\n{shown.stderr}")
    summary: dict[str, Any] = json.loads(shown.stdout)
    return summary


def text_of(summary: dict[str, Any], trace: tracefile.Trace, count_steps: bool) -> str:
    """``count_steps``: False where the system decides how often a task is woken, as with sockets."""
    tasks = {task["id"]: task for task in summary["tasks"]}
    groups = {group["id"]: f"{group['kind']}-{number}" for number, group in enumerate(summary["groups"], 1)}
    lines = [f"exit {summary['program']['exit_code']}" if summary["complete"] else "killed"]
    if summary["lost_events"]:
        lines.append(f"lost {summary['lost_events']}")
    lines.append("loops")
    lines.extend(_loop(loop, trace.loops[loop["id"]]) for loop in summary["loops"])
    lines.append("tasks")
    for task in summary["tasks"]:
        if task["parent"] is None:
            _add_task(lines, task, summary["tasks"], groups, 1, count_steps, trace)
    lines.extend(
        f"never awaited {trace.codes[code]['name']} at {_site(trace.site(site))}" for code, site in trace.never_awaited
    )
    lines.append("awaits")
    lines.extend(
        f"  {_site(stat['site'])} {stat['function']} {stat['kind']} x{stat['count']} tasks {stat['tasks']}"
        for stat in sorted(summary["awaits"], key=_place)
    )
    lines.append("groups")
    for group in summary["groups"]:
        words = [groups[group["id"]], _site(group["site"]), "owner", _name(tasks, group["owner"])]
        members = [_name(tasks, member) for member in group["members"]]
        if group["kind"] in ("gather", "taskgroup"):
            if trace.groups[group["id"]].get("return_exceptions"):
                words.append("return_exceptions")
            words += ["members", *members, group["outcome"]]
            if group["critical_member"] is not None:
                words += ["critical", _name(tasks, group["critical_member"])]
            if group["first_failed"] is not None:
                words += ["first failed", _name(tasks, group["first_failed"])]
            words.append(_went_on(trace, group))
        else:
            words += ["members", *sorted(members)] if members else []  # of a set, in any order
            words += _said_of_group(trace.groups[group["id"]])
            if group["kind"] == "as_completed":  # how it ended is derived from its members and its deadline
                words.append(group["outcome"])
            if group["kind"] in ("wait", "wait_for", "as_completed"):
                words.append(f"awaited x{_awaited(trace, ('group', group['id']))}")
        lines.append("  " + " ".join(filter(None, words)))
    if trace.cancels:
        lines.append("cancels")
        lines.extend(sorted(_cancel(trace, tasks, groups, line) for line in trace.cancels))
    if count_steps:
        lines.append("wakes")
        lines.extend(f"  {who} x{count}" for who, count in sorted(_wakes(trace).items()))
    if trace.jobs:
        lines.append("jobs")
        lines.extend(_job(trace, tasks, line) for line in trace.jobs.values())
    lines.extend(_section("sources", (_source(line) for line in trace.sources.values())))
    return "\n".join(lines) + "\n"


def _loop(loop: dict[str, Any], said: tracefile.Loop) -> str:
    words = [loop["thread"], _any_platform(loop["class"])]
    if said.policy is not None and not _USUAL_POLICY.match(said.policy):
        words.append(f"policy {said.policy}")
    if said.closed is None:
        words.append("not closed")
    return "  " + " ".join(words)


def _said_of_group(group: dict[str, Any]) -> list[str]:
    """What the trace itself says of a group; the summary's outcome is derived from it."""
    words = [f"{key} {group[key]}" for key in ("futures", "return_when", "timeout") if key in group]
    if "deadline" in group:
        words.append("deadline")
    for moved in group.get("moved", ()):
        words.append("no deadline" if moved is None else "earlier" if moved < group["deadline"] else "later")
    return [*words, group.get("ended", "")]


def _went_on(trace: tracefile.Trace, group: dict[str, Any]) -> str:
    """Whether its owner went on when it had ended: then the loop does not wait in between."""
    if group["ended_ms"] is None:
        return "open"
    ended = group["ended_ms"] * 1e6
    owner = trace.tasks.get(group["owner"])
    if owner is None:
        return ""
    step = next((step for step in owner.steps if step.end >= ended), None)
    if step is None:
        return "owner did not go on"
    if trace.loops[owner.loop].partial is not None:
        return ""  # what such a loop does unseen counts as idle
    idle = sum(max(0, min(to, step.start) - max(since, ended)) for since, to in trace.loops[owner.loop].idled)
    return "owner went on later" if idle > _SHORT_NS else ""


def _cancel(trace: tracefile.Trace, tasks: dict[int, Any], groups: dict[int, str], line: dict[str, Any]) -> str:
    words = [_name(tasks, line["task"]), "by", _name(tasks, line["by"] or None)]
    if line["site"]:
        words.append(_site(trace.site(line["site"])))
    if line["group"]:
        words += ["for", groups[line["group"]]]
    if line.get("ready"):
        words.append("while ready")
    return "  " + " ".join(words)


def _section(title: str, words: Iterable[str]) -> list[str]:
    """Sorted, because the system decides who comes first; nothing where there is nothing to say."""
    counted = sorted(Counter(words).items())
    return [title, *(f"  {word} x{count}" for word, count in counted)] if counted else []


def _job(trace: tracefile.Trace, tasks: dict[int, Any], line: dict[str, Any]) -> str:
    words = [_name(tasks, line["task"] or None), _site(trace.site(line["site"])), trace.function(line["function"])]
    started = line.get("started")
    if started is None and line["executor"] != "process":  # when one begins with it nobody sees
        words.append(f"never started in {line['executor']}")
    else:
        words.append(f"in {line['executor']}")
        words += [trace.threads[started["thread"]]] if started and started["thread"] else []
    awaited = _awaited(trace, ("job", line["id"]))
    return "  " + " ".join([*words, line.get("ended", "still runs"), f"awaited x{awaited}"])


def _awaited(trace: tracefile.Trace, thing: tuple[str, int]) -> int:
    """How many steps ended by awaiting it."""
    return sum(step.awaits == thing for task in trace.tasks.values() for step in task.steps)


def _source(line: dict[str, Any]) -> str:
    words = [line["is"]]
    if "peer" in line:
        words.append(f"to {_PORT.sub(':*', line['peer'])}")
    elif "local" in line:
        words.append(f"at {_PORT.sub(':*', line['local'])}")
    if "command" in line:
        words.append(line["command"].replace(sys.executable, "python"))
    elif "pid" in line:
        words.append("of a process")
    return " ".join(words)


def _wakes(trace: tracefile.Trace) -> Counter[str]:
    """Which task, or what else, made the tasks ready; the first step of a task is its creator's doing."""
    found: Counter[str] = Counter()
    for task in trace.tasks.values():
        for step in task.steps[1:]:
            waker = trace.waker(step)
            by = waker if isinstance(waker, str) else trace.tasks[waker].name
            found[f"{task.name} by {by}"] += 1
    return found


def _add_task(
    lines: list[str],
    task: dict[str, Any],
    everyone: list[dict[str, Any]],
    groups: dict[int, str],
    depth: int,
    count_steps: bool,
    trace: tracefile.Trace,
) -> None:
    words = [task["name"], task["coro"], task["outcome"]]
    if task["exception"] is not None:
        words.append(f"{task['exception']['type']}({task['exception']['message']})")
    for fact in ("unretrieved", "destroyed", "context"):
        # asyncio.run gives the main task its context from 3.11 on.
        if getattr(trace.tasks[task["id"]], fact) is not None and (fact != "context" or task["parent"]):
            words.append(fact)
    if task["group"] is not None:
        words.append(groups[task["group"]])
    if count_steps:
        words.append(f"steps {task['steps']}")
    words.append(f"created {_site(task['create_site'])}")
    if trace.tasks[task["id"]].closes_dropped:
        words.append("to close what was dropped")
    if task["from_thread"] is not None:
        words.append(f"by thread {task['from_thread']}")
    lines.append("  " * depth + " ".join(words))
    for child in everyone:
        if child["parent"] == task["id"]:
            _add_task(lines, child, everyone, groups, depth + 1, count_steps, trace)


def _name(tasks: dict[int, dict[str, Any]], number: int | None) -> str:
    return "nobody" if number is None else str(tasks[number]["name"])


def _site(site: dict[str, Any] | None) -> str:
    if site is None:
        return "nowhere"
    name = Path(site["file"]).name
    if site["column"] is None:
        return f"{name}:{site['line']}"
    return f"{name}:{site['line']}:{site['column']}-{site['end_line']}:{site['end_column']}"


def _place(stat: dict[str, Any]) -> tuple[object, ...]:
    site = stat["site"]
    return (
        site["file"],
        site["line"],
        site["column"] or 0,
        site["end_line"] or 0,
        site["end_column"] or 0,
        stat["kind"],
    )


def _any_platform(name: str) -> str:
    return name.replace("_UnixSelectorEventLoop", "EventLoop").replace("ProactorEventLoop", "EventLoop")


_WHILE_READY = re.compile("^  .* while ready\n", re.MULTILINE)
"""Not known before 3.11, whose tasks do not count how often they were asked to cancel."""


def expected(name: str) -> str:
    path = _file(name)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return text if sys.version_info >= (3, 11) else _COLUMNS.sub(r"\1", _WHILE_READY.sub("", text))


def update(name: str, text: str) -> None:
    """Does what the environment variable UPDATE asks for, if it is set."""
    wish = os.environ.get("UPDATE")
    if wish is None or expected(name) == text:
        return
    version = ".".join(map(str, sys.version_info[:2]))
    path = PROGRAMS / f"{name}.{version}.txt" if wish == "version" else _file(name)
    path.write_text(text, encoding="utf-8")


def _file(name: str) -> Path:
    """The one for the smallest version that is not below ours, else the one without a version."""
    found = []
    for path in PROGRAMS.glob(f"{name}.3.*.txt"):
        version = tuple(map(int, path.name[len(name) + 1 : -4].split(".")))
        if version >= sys.version_info[:2]:
            found.append((version, path))
    return min(found)[1] if found else PROGRAMS / f"{name}.txt"
