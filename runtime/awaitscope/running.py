"""Which task is running."""

from __future__ import annotations

import asyncio
from typing import Any

_python_current_task: Any = getattr(asyncio.tasks, "_py_current_task", asyncio.current_task)
"""From 3.14 on, tasks in pure Python are known to the function in pure Python only."""


def current_task() -> Any:
    """The task that is running in this thread, if any."""
    try:
        return asyncio.current_task() or _python_current_task()
    except RuntimeError:  # no running loop
        return None
