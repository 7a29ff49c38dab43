"""Stand-ins for the methods by which a loop is asked for a callback: each handle is told who asked."""

from __future__ import annotations

import asyncio
import contextvars
import sys
from _thread import get_ident as _get_ident
from types import BuiltinMethodType, CoroutineType, FrameType, MethodType
from typing import Any

from .active import attach, give_up
from .cancels import is_cancelled
from .handles import (
    PLAIN_HANDLE,
    PyTask,
    StepType,
    TracedHandle,
    debug_handle,
    full_handle,
    is_done,
    is_step,
    is_task,
)
from .recorder import LoopRecorder, clock
from .steprows import THREAD

_references = sys.getrefcount
_copy_context = contextvars.copy_context
_is_cancelled = asyncio.Future.cancelled


def call_soon(self: Any, callback: Any, *args: Any, context: Any = None) -> Any:
    record = self._awaitscope or attach(self)
    if self._closed or self._debug or record is None:
        if self._closed:
            self._check_closed()
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_soon")
        return _call_soon_debug(self, record, callback, args, context)
    if PLAIN_HANDLE:
        handle = TracedHandle()
        handle._context = _copy_context() if context is None else context
        handle._loop = self
        handle._callback = callback
        handle._args = args
        handle._cancelled = False
    else:
        handle = full_handle(callback, args, self, context)
    handle.cause = record.step
    kind = type(callback)
    if kind is StepType:
        handle.number = number = record.number_of(id(callback.__self__))
        if number:
            handle.at = 0
        else:
            handle.at = now = clock()
            handle.number = add_task(record, callback.__self__, now)
            # 20 ns a task. One in its eager step has entered its context, which is a reference, too.
            if _references(context) > record.own_context and handle.number not in record.asked_eagerly:
                record.recorder.add_late({"k": "context", "task": handle.number})
    else:
        # What a callback asks for is ready since the callback was, so nobody needs to know when.
        handle.at = 0 if record.passes_on else clock()
        if kind is BuiltinMethodType:
            handle.number = number = record.tasks.get(id(callback.__self__), 0)
            if number:
                # Costs 10 to 20 ns a wake. Not the argument's own `cancelled`, which may be the program's code.
                try:
                    if _is_cancelled(args[0]):
                        _note_cancel(record, number, args[0])
                except (IndexError, TypeError):  # no future in C
                    handle.number = other_wake(record, number, callback, args)
        elif kind is MethodType and issubclass(type(callback.__self__), PyTask) and is_step(callback):
            number = record.tasks.get(id(callback.__self__), 0)
            if number == 0 and not is_done(callback.__self__):
                number = add_task(record, callback.__self__, clock())
            handle.number = number
            other_wake(record, number, callback, args)
        else:
            handle.number = 0
            if args and type(args[0]) is CoroutineType:
                note_handed(record, handle, callback, args, 0, sys._getframe(1))
    self._ready.append(handle)
    return handle


def _call_soon_debug(self: Any, record: LoopRecorder | None, callback: Any, args: Any, context: Any) -> Any:
    # call_soon and _call_soon are the frames asyncio would have.
    handle = debug_handle(callback, args, self, context, sys._getframe(2), 2)
    _mark(record, handle, callback, THREAD if record is None else record.step)
    if record is not None and args and type(args[0]) is CoroutineType:
        note_handed(record, handle, callback, args, 0, sys._getframe(2))
    self._ready.append(handle)
    return handle


def _call_soon(self: Any, callback: Any, args: Any, context: Any) -> Any:
    """What call_soon_threadsafe uses. From the loop's own thread it is as good as call_soon."""
    record = self._awaitscope or attach(self)
    handle = debug_handle(callback, args, self, context, sys._getframe(1), 1)
    _mark(record, handle, callback, caller(self, record, handle, callback, args, sys._getframe(1)))
    self._ready.append(handle)
    return handle


def caller(
    self: Any, record: LoopRecorder | None, handle: Any, callback: Any, args: Any, frame: FrameType | None
) -> int:
    """The cause of what call_soon_threadsafe is given; ``frame``: its own."""
    if record is None:
        return THREAD
    thread = _get_ident()
    is_own = self._thread_id == thread
    note_handed(record, handle, callback, args, 0 if is_own else thread, frame)
    if is_own:
        return record.step
    try:
        return record.recorder.outside.called_from(thread, callback, args)
    except Exception as error:
        give_up(error)
        return THREAD


def note_handed(
    record: LoopRecorder, handle: Any, callback: Any, args: Any, thread: int, frame: FrameType | None
) -> None:
    """See handed.py."""
    try:
        handed = record.recorder.handed
        key = handed.note(callback, args, thread, frame)
        if key:
            handed.hold(key, handle)
    except Exception as error:
        give_up(error)


def _add_callback(self: Any, handle: Any) -> None:
    if not handle._cancelled:
        self._ready.append(handle)
        record = self._awaitscope
        if record is not None and id(handle) not in record.wakers:
            _learn(self, record, handle)


def _learn(self: Any, record: LoopRecorder, handle: Any) -> None:
    try:
        record.recorder.outside.learn(self, handle)
    except Exception as error:
        give_up(error)


def _mark(record: LoopRecorder | None, handle: Any, callback: Any, cause: int) -> None:
    handle.cause = cause
    handle.at = now = clock()
    handle.number = 0
    if record is None:
        return
    task = getattr(callback, "__self__", None)
    if is_task(task) and is_step(callback) and not is_done(task):
        handle.number = record.tasks.get(id(task)) or add_task(record, task, now)
        other_wake(record, handle.number, callback, handle._args)


def add_task(record: LoopRecorder, task: Any, now: int, coro: Any = None) -> int:
    try:
        return record.recorder.add_task(record, task, True, now, coro)
    except Exception as error:
        give_up(error)
        return 0


def other_wake(record: LoopRecorder, number: int, callback: Any, args: Any) -> int:
    """The number of the task that a method of it runs; 0 for a method that does not."""
    if not is_step(callback):
        return 0
    if args and is_cancelled(args[0]):
        _note_cancel(record, number, args[0])
    return number


def _note_cancel(record: LoopRecorder, number: int, future: Any) -> None:
    """The task is being woken by a future that was cancelled."""
    try:
        record.recorder.cancels.woken(number, future, sys._getframe(1))
    except Exception as error:
        give_up(error)
