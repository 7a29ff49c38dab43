"""Notes ``timeout`` and ``timeout_at`` (3.11+), and ``wait_for`` where it is made of them (3.12+).

They are noticed when asyncio makes the ``Timeout`` (Lib/asyncio/timeouts.py), whatever name the program calls it by.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio import events
from types import FrameType
from typing import Any

from .cancels import FUTURE_TYPES
from .recorder import Recorder
from .running import current_task
from .standins import guarded, replace

Timeout: Any = getattr(asyncio, "Timeout", None)
_WAIT_FOR = asyncio.wait_for.__code__
_TIMEOUT: Any = getattr(getattr(asyncio, "timeout", None), "__code__", None)


def install(recorder: Recorder) -> None:
    if Timeout is None:
        return
    book, cancels = recorder.book, recorder.cancels
    original_init, original_exit = Timeout.__init__, Timeout.__aexit__
    _State: Any = sys.modules[Timeout.__module__]._State

    def __init__(self: Any, when: Any) -> None:
        original_init(self, when)
        note(self, sys._getframe(1))

    def reschedule(self: Any, when: Any) -> None:
        if self._state is not _State.ENTERED:
            if self._state is _State.CREATED:
                raise RuntimeError("Timeout has not been entered")
            raise RuntimeError(
                f"Cannot change state of {self._state.value} Timeout",
            )

        self._when = when

        if self._timeout_handler is not None:
            self._timeout_handler.cancel()

        if when is None:
            self._timeout_handler = None
        else:
            loop = events.get_running_loop()
            if when <= loop.time():
                self._timeout_handler = loop.call_soon(self._on_timeout)
            else:
                self._timeout_handler = loop.call_at(when, self._on_timeout)
        note_deadline(self)

    def _on_timeout(self: Any) -> None:
        assert self._state is _State.ENTERED
        before = cancels.asking()
        self._task.cancel()
        self._state = _State.EXPIRING
        # drop the reference early
        self._timeout_handler = None
        note_cancel(self, before, sys._getframe())

    def __aexit__(self: Any, exc_type: Any, exc_val: Any, exc_tb: Any) -> Any:
        note_exit(self, exc_type)
        return original_exit(self, exc_type, exc_val, exc_tb)

    @guarded
    def note(timeout: Any, caller: FrameType) -> None:
        delay: object = None
        frame: FrameType | None = caller
        if caller.f_code is _TIMEOUT:
            delay = caller.f_locals["delay"]
            frame = caller.f_back
        site = recorder.site_of(frame)
        if site == 0:
            return  # asyncio's own, as while it shuts the executor down
        owner = recorder.tasks.get(id(current_task()), 0)
        when = timeout._when
        facts = book.deadline(delay, when)
        if frame is not None and frame.f_code is _WAIT_FOR:
            awaited = frame.f_locals["fut"]
            members = (awaited,) if issubclass(type(awaited), FUTURE_TYPES) else ()
            number = book.add("wait_for", owner, site, members, **facts)
        else:
            number = book.add("timeout", owner, site, **facts)
        book.link(timeout, number)
        book.keep_deadline(number, when)

    @guarded
    def note_deadline(timeout: Any) -> None:
        number = recorder.groups.get(id(timeout))
        if number is not None:
            book.move_deadline(number, timeout._when)

    @guarded
    def note_cancel(timeout: Any, before: set[int], frame: FrameType) -> None:
        cancels.asked(before, (timeout._task,), frame)

    @guarded
    def note_exit(timeout: Any, exc_type: Any) -> None:
        number = recorder.groups.get(id(timeout))
        if number is None:
            return
        if exc_type is None:
            outcome = "returned"
        elif not issubclass(exc_type, asyncio.CancelledError):
            outcome = "raised"
        elif timeout._state is _State.EXPIRING and timeout._task.cancelling() - 1 <= timeout._cancelling:
            outcome = "timed_out"
        else:
            outcome = "cancelled"
        book.end(number, outcome)

    replace(Timeout, "__init__", __init__)
    replace(Timeout, "reschedule", reschedule)
    replace(Timeout, "_on_timeout", _on_timeout)
    replace(Timeout, "__aexit__", __aexit__)
    cancels.acts(_on_timeout, lambda frame: frame.f_locals["self"])
