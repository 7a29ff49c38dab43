"""Notes the groups a program makes. Here: ``gather`` and ``TaskGroup``; the others in waiting.py and timeouts.py.

Each is noticed when asyncio makes the object that stands for the group, whatever name the program calls it by. Where a
frame of ours could show in a traceback, the stand-in is asyncio's function (Lib/asyncio/tasks.py, taskgroups.py) with
calls of ours between its lines, else it calls the original.
"""

from __future__ import annotations

import asyncio
import sys
from types import FrameType
from typing import Any

from . import timeouts, waiting
from .cancels import waiting_tasks
from .recorder import Recorder
from .standins import guarded, replace, restore

GatheringFuture: Any = asyncio.tasks._GatheringFuture  # type: ignore[attr-defined]
TaskGroup: Any = getattr(asyncio, "TaskGroup", None)  # 3.11


def install(recorder: Recorder) -> None:
    _install_gather(recorder)
    if TaskGroup is not None:
        _install_taskgroup(recorder)
    waiting.install(recorder)
    timeouts.install(recorder)
    on_sigint = getattr(getattr(asyncio, "Runner", None), "_on_sigint", None)  # 3.11
    if on_sigint is not None:
        recorder.cancels.nobody.add(id(on_sigint.__code__))


def uninstall() -> None:
    restore()


def _install_gather(recorder: Recorder) -> None:
    cancels = recorder.cancels
    __class__ = GatheringFuture  # noqa: F841 (what ``super()`` looks for)

    # asyncio's own body, because in debug mode a future remembers the frames that made it.
    def __init__(self: Any, children: Any, *, loop: Any) -> None:
        assert loop is not None
        super().__init__(loop=loop)  # type: ignore[misc]
        self._children = children
        self._cancel_requested = False
        note(self, sys._getframe(1))

    def cancel(self: Any, msg: Any = None) -> bool:
        if self.done():
            return False
        ret = False
        before = cancels.asking()
        for child in self._children:
            if child.cancel(msg=msg):
                ret = True
        if ret:
            # If any child tasks were actually cancelled, we should
            # propagate the cancellation request regardless of
            # *return_exceptions* argument.  See issue 32684.
            self._cancel_requested = True
            note_cancel(self, before, sys._getframe())
        return ret

    @guarded
    def note(future: Any, caller: FrameType) -> None:
        number = recorder.book.add(
            "gather",
            recorder.running(),
            recorder.callers.site_of(caller),
            list({id(child): child for child in future._children}.values()),
            ',"return_exceptions":true' if caller.f_locals.get("return_exceptions") is True else "",
        )
        recorder.book.link(future, number)

    @guarded
    def note_cancel(future: Any, before: set[int], frame: FrameType) -> None:
        # The task that awaits the gather is not woken by a cancelled future, but by one that failed with CancelledError.
        cancels.asked(before, waiting_tasks(future), frame.f_back)
        cancels.asked(set(), future._children, frame)

    replace(GatheringFuture, "__init__", __init__)
    replace(GatheringFuture, "cancel", cancel)
    cancels.acts_as(cancel, "self")


def _install_taskgroup(recorder: Recorder) -> None:
    original: Any = TaskGroup.__init__
    cancels = recorder.cancels

    def __init__(self: Any) -> None:
        original(self)
        note(self, sys._getframe(1))

    def _abort(self: Any) -> None:
        self._aborting = True

        before = cancels.asking()
        for t in self._tasks:
            if not t.done():
                t.cancel()
        note_abort(self, before, sys._getframe())

    @guarded
    def note(group: Any, caller: FrameType) -> None:
        number = recorder.book.add("taskgroup", recorder.running(), recorder.callers.site_of(caller))
        recorder.book.link(group, number)

    @guarded
    def note_abort(group: Any, before: set[int], frame: FrameType) -> None:
        cancels.asked(before, group._tasks, frame)

    replace(TaskGroup, "__init__", __init__)
    replace(TaskGroup, "_abort", _abort)
    cancels.acts_as(_abort, "self")
    cancels.acts_as(TaskGroup._on_task_done, "self")
