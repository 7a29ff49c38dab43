"""Notes the jobs of ``run_in_executor``, and that they start and end.

``run_in_executor`` itself is left alone: it calls ``wrap_future`` of Lib/asyncio/futures.py as soon as it has submitted
the job, and its frame says the rest. Loops in C leave no such frame: what executor and function it was is seen where the
executor makes its future. Starts and ends are seen where executors tell their futures (Lib/concurrent/futures/_base.py).
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
from asyncio import events, futures
from asyncio.base_events import BaseEventLoop
from types import FrameType
from typing import Any

from .recorder import Recorder
from .standins import guarded, replace

_RUN_IN_EXECUTOR = BaseEventLoop.run_in_executor.__code__
_WRAP_FUTURE = asyncio.wrap_future.__code__
_futures: Any = futures
isfuture = futures.isfuture
_base: Any = concurrent.futures._base
PENDING, RUNNING, FINISHED = _base.PENDING, _base.RUNNING, _base.FINISHED
CANCELLED, CANCELLED_AND_NOTIFIED = _base.CANCELLED, _base.CANCELLED_AND_NOTIFIED
LOGGER = _base.LOGGER


def install(recorder: Recorder) -> None:
    def wrap_future(future: Any, *, loop: Any = None) -> Any:
        # fmt: off
        if isfuture(future):
            return future
        assert isinstance(future, concurrent.futures.Future), \
            f'concurrent.futures.Future is expected, got {future!r}'
        if loop is None:
            loop = getattr(events, "_get_event_loop", events.get_event_loop)()  # the former until 3.11
        # fmt: on
        _chain_future = _futures._chain_future
        new_future = loop.create_future()
        _chain_future(future, new_future)
        note(new_future, future, sys._getframe(1))
        return new_future

    def set_running_or_notify_cancel(self: Any) -> bool:
        with self._condition:
            if self._state == CANCELLED:
                self._state = CANCELLED_AND_NOTIFIED
                for waiter in self._waiters:
                    waiter.add_cancelled(self)
                # self._condition.notify_all() is not necessary because
                # self.cancel() triggers a notification.
                return False
            elif self._state == PENDING:
                self._state = RUNNING
                note_start(self)
                return True
            else:
                LOGGER.critical("Future %s in unexpected state: %s", id(self), self._state)
                raise RuntimeError("Future in unexpected state")

    def _invoke_callbacks(self: Any) -> None:
        note_end(self)
        for callback in self._done_callbacks:
            try:
                callback(self)
            except Exception:
                LOGGER.exception("exception calling callback for %r", self)

    @guarded
    def note(future: Any, job: Any, caller: FrameType) -> None:
        if caller.f_code is _RUN_IN_EXECUTOR:
            recorder.jobs.asked(future, job, caller)

    note_start = guarded(recorder.jobs.start)
    note_end = guarded(recorder.jobs.end)
    replace(futures, "wrap_future", wrap_future)
    replace(concurrent.futures.Future, "set_running_or_notify_cancel", set_running_or_notify_cancel)
    replace(concurrent.futures.Future, "_invoke_callbacks", _invoke_callbacks)


def install_for_loops_in_c(recorder: Recorder) -> None:
    """Only once there is such a loop: all futures of executors pass here, whoever made them."""

    def add_done_callback(self: Any, fn: Any) -> None:
        note_callback(self, fn, sys._getframe(1).f_back)
        with self._condition:
            if self._state not in [CANCELLED, CANCELLED_AND_NOTIFIED, FINISHED]:
                self._done_callbacks.append(fn)
                return
        try:
            fn(self)
        except Exception:
            LOGGER.exception("exception calling callback for %r", self)

    def __init__(self: Any) -> None:
        original_init(self)
        note_made(self, sys._getframe(1))

    @guarded
    def note_made(job: Any, caller: FrameType) -> None:
        if foreign_record() is not None:
            recorder.jobs.submitted(job, caller)

    @guarded
    def note_callback(job: Any, callback: Any, wrap: FrameType | None) -> None:
        record = foreign_record()
        if record is None or wrap is None or wrap.f_code is not _WRAP_FUTURE or wrap.f_back is None:
            return
        cells = dict(zip(callback.__code__.co_freevars, callback.__closure__))  # of _chain_future
        recorder.jobs.wrapped(cells["destination"].cell_contents, job, record, wrap.f_back)

    def foreign_record() -> Any:
        record = getattr(events._get_running_loop(), "_awaitscope", None)
        return None if record is None or record.foreign is None else record

    original_init = concurrent.futures.Future.__init__
    replace(concurrent.futures.Future, "__init__", __init__)
    replace(concurrent.futures.Future, "add_done_callback", add_done_callback)
