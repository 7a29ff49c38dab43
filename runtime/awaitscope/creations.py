"""How what the program makes gets into the file: tasks and groups as rows, many of them a block, all others as lines.

They wait in one list, in the order of their making:

* a tuple of integers is the row of a task, but for its name, or that of a group;
* a tuple with one string is a line: of a group that does not fit a row, or a job;
* a string is the line of a TaskGroup.

Groups refer to tasks that were made before them, but tasks only to TaskGroups. So up to the next of these the tasks may all
be written first, and a program that makes tasks and groups in turn does not make a block of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .tracefile import GROUPS, TASKS, TraceFile

_TASK = TASKS[1] - 1
"""Integers of a task's row without its name."""


def write_created(
    file: TraceFile,
    created: Iterable[Any],
    lines: list[str],
    late: list[str],
    number_in_name: Callable[[int, list[str]], int],
) -> None:
    """``lines``: definitions that all of these may refer to; afterwards those that were not written, as no row came after.

    ``number_in_name``: N of ``Task-N``, by the number of the task; it adds other names to ``late``.
    """
    tasks: list[int] = []
    others: list[tuple[Any, ...]] = []
    for item in created:
        if type(item) is str:
            _write(file, lines, tasks, others)
            lines.append(item)
        elif len(item) == _TASK:
            tasks += item
            tasks.append(number_in_name(item[0], late))
        else:
            others.append(item)
    _write(file, lines, tasks, others)


def _write(file: TraceFile, lines: list[str], tasks: list[int], others: list[tuple[Any, ...]]) -> None:
    """Also empties them. The others stay in their order."""
    rows: list[int] = []
    if tasks:
        _write_lines(file, lines)
        file.write_rows(TASKS, tasks)
        tasks.clear()
    for item in others:
        if len(item) == 1:
            file.write_rows(GROUPS, rows)
            rows.clear()
            lines.extend(item)
        else:
            _write_lines(file, lines)
            rows.extend(item)
    file.write_rows(GROUPS, rows)
    others.clear()


def _write_lines(file: TraceFile, lines: list[str]) -> None:
    file.write_definitions(lines)
    lines.clear()
