"""Learns who called ``call_soon_threadsafe`` from Python 3.14 on.

It makes a handle of a kind of its own then (Lib/asyncio/events.py), and asks no method of the loop's for it.
"""

from __future__ import annotations

import sys
import threading
from types import FrameType
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
        note(self, loop, sys._getframe(1))

    @guarded
    def note(handle: Any, loop: Any, frame: FrameType) -> None:
        record = getattr(loop, "_awaitscope", None)
        if record is not None:
            cause = caller(loop, record, handle, handle._callback, handle._args, frame)
            recorder.outside.remember(handle, cause, 0)

    replace(ThreadSafeHandle, "__init__", __init__)
