"""Notes the jobs of ``run_in_executor``, and that they start and end.

``run_in_executor`` itself is left alone: it calls ``wrap_future`` of Lib/asyncio/futures.py as soon as it has submitted
the job, and its frame says the rest. Starts and ends are seen where executors tell their futures (Lib/concurrent/futures/_base.py).
"""

from __future__ import annotations

import concurrent.futures
import sys
from asyncio import events, futures
from asyncio.base_events import BaseEventLoop
from types import FrameType
from typing import Any

from .recorder import Recorder
from .standins import guarded, replace

_RUN_IN_EXECUTOR = BaseEventLoop.run_in_executor.__code__
_futures: Any = futures
isfuture = futures.isfuture
_base: Any = concurrent.futures._base
PENDING, RUNNING = _base.PENDING, _base.RUNNING
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
            recorder.jobs.add(future, job, caller)

    note_start = guarded(recorder.jobs.start)
    note_end = guarded(recorder.jobs.end)
    replace(futures, "wrap_future", wrap_future)
    replace(concurrent.futures.Future, "set_running_or_notify_cancel", set_running_or_notify_cancel)
    replace(concurrent.futures.Future, "_invoke_callbacks", _invoke_callbacks)
