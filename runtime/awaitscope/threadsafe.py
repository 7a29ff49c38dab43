"""Learns who called ``call_soon_threadsafe`` from Python 3.14 on.

It makes a handle of a kind of its own then (Lib/asyncio/events.py), and asks no method of the loop's for it.
"""

from __future__ import annotations

import threading
from typing import Any

from .asking import caller
from .handles import ThreadSafeHandle
from .recorder import Recorder
from .standins import guarded, replace


def install(recorder: Recorder) -> None:
    if ThreadSafeHandle is None:
        return
    __class__ = ThreadSafeHandle  # noqa: F841  what `super()` looks for

    def __init__(self: Any, callback: Any, args: Any, loop: Any, context: Any = None) -> None:
        super().__init__(callback, args, loop, context)  # type: ignore[misc]
        self._lock = threading.RLock()
        note(self, loop)

    @guarded
    def note(handle: Any, loop: Any) -> None:
        record = getattr(loop, "_awaitscope", None)
        if record is not None:
            recorder.outside.remember(handle, caller(loop, record, handle._callback, handle._args), 0)

    replace(ThreadSafeHandle, "__init__", __init__)
