"""Tasks that are older than the recording of their loop: they are noted when the loop is first seen.

Nobody saw them made, so they have no creator. Where they stand is read when the loop next turns over, for until then
one of them may be running; it is told in a row without length, as for eager tasks.
"""

from __future__ import annotations

import asyncio
from typing import Any

from .active import give_up
from .eager import watch_factories
from .handles import PyTask, TracedHandle, is_done
from .recorder import LoopRecorder
from .rows import other_row
from .running import tasks_of


def note_older_tasks(record: LoopRecorder, loop: Any) -> None:
    """Every task of ``loop`` that is not done, in the order of their automatic names."""
    try:
        if getattr(loop, "_task_factory", None) is not None:
            watch_factories()
        found = [task for task in tasks_of(loop) if not is_done(task)]
        for task in sorted(found, key=_order):
            if id(task) not in record.tasks:
                record.older.append(record.recorder.add_task(record, task, False, record.last))
        for handle in list(getattr(loop, "_ready", ())):
            if type(handle) is TracedHandle:  # of a recording before this one, in whose numbers it speaks
                handle.number = handle.cause = 0
                handle.at = handle.at or record.last
    except Exception as error:
        give_up(error)


def extend_older(record: LoopRecorder) -> None:
    """Appends a row for each of them. The loop is between two steps, so none is running."""
    numbers, record.older = record.older, []
    try:
        for number in numbers:
            task = record.recorder.task(number)
            if task is not None:
                record.step += 1
                record.extend(other_row(record, task, number, (0, 0, 0)))
    except Exception as error:
        give_up(error)


def _order(task: Any) -> tuple[int, str]:
    # The method of asyncio's own class: a subclass of the program's may have one of its own.
    name = (PyTask if issubclass(type(task), PyTask) else asyncio.Task).get_name(task)
    return (len(name), name) if type(name) is str else (0, "")
