"""Notes ``wait``, ``as_completed``, ``shield``, and ``wait_for`` where it is made of no timeout (Lib/asyncio/tasks.py).

That is before 3.12, and where there is no time to wait at all.

What asyncio calls on the way is replaced, not these functions: a program may have imported them before us. Nothing here
adds a frame to a traceback, or a coroutine to what a task awaits.
"""

from __future__ import annotations

import asyncio
import builtins
import gc
import sys
import weakref
from asyncio import futures, tasks
from functools import partial
from types import CoroutineType, FrameType, FunctionType
from typing import Any

from .cancels import is_cancelled, waiting_tasks
from .groupbook import NEVER, due_in
from .handles import FUTURE_TYPES, callbacks_of, variables_of
from .positions import Node, opened
from .recorder import Recorder
from .standins import guarded, replace

_AS_COMPLETED = asyncio.as_completed.__code__
_SHIELD = asyncio.shield.__code__
_WAIT_FOR = asyncio.wait_for.__code__
_ITERATOR: Any = getattr(tasks, "_AsCompletedIterator", None)  # 3.13
_WAIT_FOR_IS_NOTED_LATE = sys.version_info < (3, 12)
_IN_FRAME = sys.version_info < (3, 11)
"""Before 3.11 a coroutine's variables belong to its frame, not to itself."""
_DEEPEST = 1000
_OUTER_DONE = "shield.<locals>._outer_done_callback"
_tasks: Any = tasks
_futures: Any = futures


def install(recorder: Recorder) -> None:
    _install_wait(recorder)
    _install_as_completed(recorder)
    _install_shield(recorder)
    _install_wait_for_at_once(recorder)
    if _WAIT_FOR_IS_NOTED_LATE:
        recorder.cancels.acts(asyncio.wait_for, lambda frame: recorder.book.wait_in(frame, recorder.running()))


def _install_wait(recorder: Recorder) -> None:
    original: Any = _tasks._wait
    book = recorder.book

    def _wait(fs: Any, timeout: Any, return_when: Any, loop: Any) -> Any:
        coro = original(fs, timeout, return_when, loop)
        note(coro, fs, timeout, return_when, sys._getframe(1))
        return coro

    def _release_waiter(waiter: Any, *args: Any) -> None:
        if not waiter.done():
            if not args:
                note_timeout(waiter)
            waiter.set_result(None)

    @guarded
    def note(coro: Any, fs: Any, timeout: object, return_when: object, caller: FrameType) -> None:
        owner = recorder.running()
        number = book.add(
            "wait",
            owner,
            recorder.callers.site_of(caller),
            fs,
            f',"return_when":"{return_when}"' if type(return_when) is str else "",
            due_in(timeout),
        )
        book.wait_until_gone(coro, number, owner, "returned")

    @guarded
    def note_timeout(waiter: Any) -> None:
        # Called by a timer without arguments, and by futures that are done with themselves.
        if issubclass(type(waiter), FUTURE_TYPES):
            for task in waiting_tasks(waiter):
                book.set_outcome(recorder.tasks.get(id(task), 0), "timed_out")

    replace(tasks, "_wait", _wait)
    replace(tasks, "_release_waiter", _release_waiter)


def _install_as_completed(recorder: Recorder) -> None:
    book = recorder.book

    @guarded
    def note(members: Any, frame: FrameType) -> None:
        owner = recorder.running()
        found = frame.f_locals
        site = recorder.callers.site_of(frame)
        book.link(found["done"], book.add("as_completed", owner, site, members, due=due_in(found["timeout"])))

    @guarded
    def note_iterator(iterator: Any, frame: FrameType) -> None:
        owner = recorder.running()
        members = [*iterator._todo, *(done for done in iterator._done._queue if done is not None)]
        timer = iterator._timeout_handle
        due = NEVER if timer is None else due_in(None, timer.when())
        book.link(iterator._done, book.add("as_completed", owner, recorder.callers.site_of(frame), members, due=due))

    if _ITERATOR is None:

        def range_(*args: Any) -> Any:
            # as_completed is a generator, which asks for the range of its members when it has put them together.
            caller = sys._getframe(1)
            if caller.f_code is _AS_COMPLETED and args != (0,):
                note(caller.f_locals["todo"], caller)
            return builtins.range(*args)

        replace(tasks, "range", range_)
        return
    original: Any = _ITERATOR._wait_for_one

    def _wait_for_one(self: Any, resolve: bool = False) -> Any:
        if id(self._done) not in recorder.groups:
            note_iterator(self, sys._getframe(1))
        return original(self, resolve)

    replace(_ITERATOR, "_wait_for_one", _wait_for_one)


def _install_shield(recorder: Recorder) -> None:
    book = recorder.book

    def _get_loop(fut: Any) -> Any:
        caller = sys._getframe(1)
        if caller.f_code is _SHIELD:
            note(fut, caller)
        del caller
        # Tries to call Future.get_loop() if it's available.
        # Otherwise fallbacks to using the old '_loop' property.
        try:
            get_loop = fut.get_loop
        except AttributeError:
            pass
        else:
            return get_loop()
        return fut._loop

    @guarded
    def note(inner: Any, caller: FrameType) -> None:
        book.add_shield(inner, recorder.running(), recorder.callers.site_of(caller))

    replace(futures, "_get_loop", _get_loop)


def _install_wait_for_at_once(recorder: Recorder) -> None:
    original: Any = _tasks._cancel_and_wait
    book, cancels = recorder.book, recorder.cancels

    def _cancel_and_wait(fut: Any, **kwargs: Any) -> Any:
        coro = original(fut, **kwargs)
        note(coro, fut, sys._getframe(1))
        return coro

    @guarded
    def note(coro: Any, fut: Any, caller: FrameType) -> None:
        timeout: Any = caller.f_locals.get("timeout") if caller.f_code is _WAIT_FOR else None
        if type(timeout) not in (int, float) or not timeout <= 0:
            return  # before 3.12 it ends others in this way, too
        owner = recorder.running()
        number = book.add("wait_for", owner, recorder.callers.site_of(caller), (fut,), due=due_in(timeout))
        book.wait_until_gone(coro, number, owner, partial(_outcome, weakref.ref(fut)))
        cancels.at_once(fut, caller, number)

    replace(tasks, "_cancel_and_wait", _cancel_and_wait)
    cancels.acts(original, lambda _: book.waits.get(recorder.running(), 0))


def _outcome(ref: weakref.ref[Any]) -> str:
    """How a ``wait_for`` ended that cancelled its future at once; the future may have had the last word."""
    future: Any = ref()
    if not issubclass(type(future), FUTURE_TYPES) or is_cancelled(future):
        return "timed_out"
    return "returned" if future._exception is None else "raised"


# ------------------------------------------------------------------ groups that are noted when a task first stands there


def noticed(recorder: Recorder, task: Any, number: int, waiter: Any, node: Node, inner: Any) -> int | None:
    """The group that ``task`` awaits by ``waiter``, if that is known only now that it stands there.

    ``inner``: what the innermost function of the program awaits, if that was looked for.
    """
    for callback in callbacks_of(waiter):
        if type(callback) is FunctionType and callback.__qualname__ == _OUTER_DONE:
            return recorder.book.link_shield(waiter, variables_of(callback)["inner"])
    return _note_wait_for(recorder, task, number, waiter, node, inner) if _WAIT_FOR_IS_NOTED_LATE else None


def as_completed_of(recorder: Recorder, task: Any) -> int:
    """The group of the ``as_completed`` whose queue the innermost function of ``task`` awaits; 0: not known."""
    awaitable = task._coro
    holder = None
    for _ in range(_DEEPEST):
        inner = opened(awaitable)
        if inner is None:
            break
        holder = inner[1] if _IN_FRAME else awaitable
        awaitable = inner[2]
    return next(filter(None, (recorder.groups.get(id(held)) for held in gc.get_referents(holder))), 0)


def _note_wait_for(recorder: Recorder, task: Any, owner: int, waiter: Any, node: Node, inner: Any) -> int | None:
    coro = task._coro if inner is None else inner
    while getattr(coro, "cr_code", _WAIT_FOR) is not _WAIT_FOR:
        coro = coro.cr_await
    frame = getattr(coro, "cr_frame", None)
    if frame is None or type(coro.cr_await) is CoroutineType:  # it waits for the end of what it has cancelled
        return None
    book = recorder.book
    known = book.wait_in(frame, owner)
    if known:
        return known
    found = frame.f_locals
    if found.get("waiter") is not waiter:
        return None
    user = node.user
    site = 0 if user is None or user.entry is None else recorder.positions.site(user.entry.code, user.at).id
    number = book.add("wait_for", owner, site, (found["fut"],), due=due_in(found["timeout"]))
    book.wait_until_gone(coro, number, owner, None)
    return number
