"""Notes the groups a program makes. Here: ``gather`` and ``TaskGroup``; the others in waiting.py and timeouts.py.

Each is noticed when asyncio makes the object that stands for the group, whatever name the program calls it by. Where a
frame of ours could show in a traceback, the stand-in is asyncio's function (Lib/asyncio/tasks.py, taskgroups.py) with
calls of ours between its lines, else it calls the original.

How a TaskGroup ends is written when its ``__aexit__`` is over. Of a gather it is where its members do not tell: it was
cancelled itself, or some of them are no tasks.
"""

from __future__ import annotations

import asyncio
import sys
import weakref
from asyncio import CancelledError
from functools import partial
from itertools import chain
from types import FrameType, FunctionType
from typing import Any

from . import timeouts, waiting
from .cancels import waiting_tasks
from .groupbook import how_ended
from .handles import callbacks_of, variables_of
from .recorder import Recorder
from .standins import guarded, replace, restore

GatheringFuture: Any = asyncio.tasks._GatheringFuture  # type: ignore[attr-defined]
TaskGroup: Any = getattr(asyncio, "TaskGroup", None)  # 3.11
_MEMBER_DONE = "gather.<locals>._done_callback"


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
    book, cancels = recorder.book, recorder.cancels
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
        found = caller.f_locals
        returns = found.get("return_exceptions") is True
        children = list({id(child): child for child in future._children}.values())
        site = recorder.callers.site_of(caller)
        number = book.add("gather", recorder.running(), site, children, ',"return_exceptions":true' if returns else "")
        book.link(future, number)
        if all(id(child) in recorder.tasks for child in children):
            return
        # From 3.12 on, gather sees to those that are done itself, right after this.
        outcomes = [how_ended(child) for child in found.get("done_futs", ())]
        unwell = [outcome for outcome in outcomes if outcome != "returned"]
        if unwell and not returns:
            book.end(number, unwell[0])
        elif len(outcomes) == len(children):
            book.end(number, "returned")
        else:
            book.watch(found.get("_done_callback"), future, number)

    @guarded
    def note_cancel(future: Any, before: set[int], frame: FrameType) -> None:
        # The task that awaits the gather is not woken by a cancelled future, but by one that failed with CancelledError.
        cancels.asked(before, waiting_tasks(future), frame.f_back)
        cancels.asked(set(), future._children, frame)
        number = recorder.groups.get(id(future))
        callback = next(filter(partial(ends, future), chain.from_iterable(map(callbacks_of, future._children))), None)
        if number is not None and callback is not None:  # else its members are futures, and it is watched already
            book.watch(callback, future, number)

    def ends(future: Any, callback: Any) -> bool:
        """Whether this is what the members of the gather call."""
        is_gathers = type(callback) is FunctionType and callback.__globals__ is vars(asyncio.tasks)
        return is_gathers and callback.__qualname__ == _MEMBER_DONE and variables_of(callback)["outer"] is future

    replace(GatheringFuture, "__init__", __init__)
    replace(GatheringFuture, "cancel", cancel)
    cancels.acts_as(cancel, "self")


def _install_taskgroup(recorder: Recorder) -> None:
    original_init, original_exit = TaskGroup.__init__, TaskGroup.__aexit__
    book, cancels = recorder.book, recorder.cancels
    leaving: dict[int, weakref.ref[Any]] = {}  # by group: the coroutine of its ``__aexit__``
    aborted: set[int] = set()  # those among them that cancelled their members meanwhile

    def __init__(self: Any) -> None:
        original_init(self)
        note(self, sys._getframe(1))

    def __aexit__(self: Any, et: Any, exc: Any, tb: Any) -> Any:
        coro = original_exit(self, et, exc, tb)
        note_exit(self, coro, et)
        return coro

    def _abort(self: Any) -> None:
        self._aborting = True

        before = cancels.asking()
        for t in self._tasks:
            if not t.done():
                t.cancel()
        note_abort(self, before, sys._getframe())

    @guarded
    def note(group: Any, caller: FrameType) -> None:
        number = book.add("taskgroup", recorder.running(), recorder.callers.site_of(caller))
        book.link(group, number)

    @guarded
    def note_exit(group: Any, coro: Any, et: Any) -> None:
        number = recorder.groups.get(id(group))
        if number is not None:
            # The list, because the group no longer has it at the end. What is in it is raised then.
            left = partial(note_left, number, recorder.running(), et, group._errors)
            leaving[number] = weakref.ref(coro, left)

    @guarded
    def note_left(number: int, owner: int, et: Any, errors: Any, _: object) -> None:
        del leaving[number]
        was_aborted = number in aborted
        aborted.discard(number)
        if recorder.running() != owner:
            return  # it is destroyed, with its owner
        if errors or (et is not None and not issubclass(et, CancelledError)):
            book.end(number, "raised")
        else:
            book.end(number, "cancelled" if was_aborted else "returned")

    @guarded
    def note_abort(group: Any, before: set[int], frame: FrameType) -> None:
        cancels.asked(before, group._tasks, frame)
        number = recorder.groups.get(id(group))
        if number in leaving:
            aborted.add(number)

    replace(TaskGroup, "__init__", __init__)
    replace(TaskGroup, "__aexit__", __aexit__)
    replace(TaskGroup, "_abort", _abort)
    cancels.acts_as(_abort, "self")
    cancels.acts_as(TaskGroup._on_task_done, "self")
