"""Which task is running, which there are, and in which thread this is."""

from __future__ import annotations

import asyncio
import sys
from _thread import get_ident
from typing import Any

from .handles import is_task

_python_current_task: Any = getattr(asyncio.tasks, "_py_current_task", asyncio.current_task)
"""From 3.14 on, tasks in pure Python are known to the function in pure Python only."""


_tasks: Any = getattr(asyncio.tasks, "_current_tasks", {})
"""Of each loop; from 3.14 on, only those in pure Python."""


def task_of(loop: Any) -> Any:
    """The task that is running in any thread's loop. Compares by identity: a loop's own ``__hash__`` is not called."""
    for known, task in list(_tasks.items()):
        if known is loop:
            return task
    if sys.version_info >= (3, 14):
        return asyncio.current_task(loop)
    return None


def current_task() -> Any:
    """The task that is running in this thread, if any."""
    try:
        return asyncio.current_task() or _python_current_task()
    except RuntimeError:  # no running loop
        return None


def tasks_of(loop: Any) -> list[Any]:
    """Every task that is known to asyncio, and some that are done. Unlike ``all_tasks``, it calls no methods of theirs."""
    found: list[Any] = list(asyncio.all_tasks(loop)) if sys.version_info >= (3, 14) else []
    for name in ("_all_tasks", "_scheduled_tasks"):  # the former until 3.11; from 3.14 on, those in pure Python
        known = getattr(getattr(asyncio.tasks, name, None), "data", ())
        found.extend(task for task in [ref() for ref in list(known)] if task is not None)
    found.extend(list(getattr(asyncio.tasks, "_eager_tasks", ())))
    return [task for task in found if is_task(task) and task._loop is loop]


def thread_name() -> str:
    """Of this thread."""
    # threading.current_thread() would register a foreign thread, which the program could see.
    ident = get_ident()
    thread = getattr(sys.modules.get("threading"), "_active", {}).get(ident)
    name = getattr(thread, "_name", None)
    return name if type(name) is str else f"thread {ident}"
