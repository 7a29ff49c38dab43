"""Which task is running."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

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
