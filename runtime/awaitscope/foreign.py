"""Loops that are not asyncio's ``BaseEventLoop``, such as uvloop's and winloop's: written in C, without ``_run_once``.

Tasks and futures of whatever loop ask for their steps by ``loop.call_soon``. A stand-in for it asks for a callback of
ours behind each of the program's, and for one in front of the first of an iteration: loops call what they are asked
for one after the other. So the program's callbacks are called by the loop itself, with no frame of ours below them, and
its handles are the loop's own. What a loop calls without being asked (protocols, timers) is not seen, hence ``partial``.
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import sys
from _thread import get_ident
from asyncio import AbstractEventLoop, BaseEventLoop, format_helpers, futures
from types import BuiltinMethodType, CodeType, CoroutineType, FrameType, FunctionType, MethodType
from typing import Any

from . import active
from .active import give_up
from .asking import add_task, other_wake
from .eager import extend_eager
from .handles import StepType, is_done, is_in_c, is_step, is_task
from .older import extend_older
from .planes import MASK
from .recorder import LoopRecorder, Recorder, clock
from .rows import leaf, other_row, rare_row
from .steprows import CLOCK, IDLE, IO, SINCE_WAKER, SPECIAL_WAKER, TIMER

_LOST = (
    "callbacks that were not asked for with call_soon (of protocols, timers and signals) and the time they take, which "
    "counts as idle; what woke a task, where it cannot be told from asyncio's functions: I/O, a timer or a signal; which "
    "socket, pipe or process I/O was about; tasks that a task factory starts eagerly, until they are first woken; that a "
    "task was given its context; who cancelled a task that was ready; jobs of executors with a submit of their own; when "
    "what a standing task waits for falls due"
)
_SHORTEST_IDLE_NS = 20_000
"""A loop that does not wait takes less than this between two iterations; that counts with the next step, as elsewhere."""
_TIMER_FUNCTIONS = (
    (futures, "_set_result_unless_cancelled"),  # sleep
    (asyncio.tasks, "_release_waiter"),  # wait, and wait_for before 3.12
    (getattr(asyncio, "timeouts", None), "Timeout._on_timeout"),
    (asyncio.tasks, "_AsCompletedIterator._handle_timeout"),  # 3.13
    (asyncio.tasks, "as_completed._on_timeout"),  # before
)
_PROTOCOLS = (asyncio.Protocol, asyncio.BufferedProtocol, asyncio.DatagramProtocol, asyncio.SubprocessProtocol)
_OF_PROTOCOLS = frozenset(name for kind in _PROTOCOLS for name in dir(kind) if name[0] != "_")
"""What transports call."""
_DEEPEST = 64
_MOST_YOUNG = 20_000
"""With more young objects than this (a program may have stopped the collector) they are not looked at."""
_LATEST = 32
_METHODS = ("call_soon", "call_soon_threadsafe", "call_exception_handler")
_TASK_CALLBACKS = (StepType, BuiltinMethodType, MethodType)
"""What a task's step or wake-up is; the last two are also what many other callbacks are."""

_stood_in: dict[type, dict[str, Any]] = {}
"""Class of loops → what it had itself under the names of our stand-ins."""


class ForeignLoop:
    """What is kept of a loop besides its LoopRecorder."""

    __slots__ = ("_is_running", "announced", "asked", "before", "context", "count", "left", "record")

    def __init__(self, record: LoopRecorder, kind: Any) -> None:
        """``kind``: the class of the loop that is not the program's."""
        self.record = record
        self._is_running = kind.is_running if is_in_c(kind.is_running) else None
        self.count = 0  # step rows so far; record.step is 0 outside the steps that we see
        self.announced = False  # the iteration to come already has its callback in front
        self.asked = 0  # callbacks of the iteration to come
        self.left = 0  # callbacks of this iteration that have not been called
        self.context = contextvars.Context()
        self.before = self._before  # made once

    def runs(self) -> bool:
        """From any thread."""
        loop = self.record.loop()
        return loop is not None and self._is_running is not None and self._is_running(loop) is True

    def _before(self) -> None:
        """The first callback of an iteration: the loop has polled."""
        record = self.record
        if record.recorder is not active.recorder:
            return
        try:
            now = clock()
            self.announced = False
            self.left, self.asked = self.asked, 0
            caller = sys._getframe(1).f_code  # another each time, if it runs from several functions
            record.recorder.callers.bottoms[id(caller)] = caller
            if record.fresh or record.thread_id != get_ident():
                self._wake_up(now)
            elif now - record.last > _SHORTEST_IDLE_NS:
                record.extend((IDLE, now - record.last, 0, 0, 0))
                record.last = now
            record.step = self.count + 1
        except Exception as error:
            give_up(error)

    def _wake_up(self, now: int) -> None:
        record = self.record
        record.fresh = False
        record.thread_id = get_ident()
        record.recorder.loop_runs(record)
        record.root = record.positions.root()
        at = now - record.recorder.start
        record.extend((CLOCK, at & MASK, at >> 32, 0, 0))
        record.last = now
        record.recorder.start_watch()
        if record.older:
            record.step = self.count
            extend_older(record)
            self.count = record.step

    def after(self, handle: Any, callback: Any, number: int, cause: int, at: int) -> None:
        """Right after ``callback``, whose ``handle`` this is. ``number``: the task whose step it was, or 0."""
        end = clock()
        record = self.record
        if record.recorder is not active.recorder:
            return
        self.left -= 1
        try:
            if not handle.cancelled():  # else its time counts with the next step: rows follow each other without a gap
                start, record.last = record.last, end
                number = number or _late_task(record, callback)
                waker = self.count + 1 - cause if cause > 0 else SPECIAL_WAKER - cause if cause else 0
                times = (end - start, start - at & -256 if at else SINCE_WAKER, waker)
                self.count = record.step = self.count + 1
                if number:
                    record.extend(_row(record, callback.__self__, number, times))
                else:
                    record.extend((0, *times, record.positions.callback(callback).id))
                    if record.recorder.book.watched:
                        record.recorder.book.called(callback)
                if record.eager:
                    self.count = extend_eager(record)
            if self.count > record.due:
                record.step = self.count
                record.recorder.flush_loop(record)
            record.step = self.count + 1 if self.left > 0 else 0
        except Exception as error:
            give_up(error)


def attach(loop: Any) -> LoopRecorder | None:
    """The recording of a loop that has none yet; None when there is none to be had."""
    recorder = active.recorder
    if recorder is None or not hasattr(loop, "_awaitscope"):
        return None
    kind: Any = next(kind for kind in type(loop).__mro__ if kind in _stood_in)
    try:
        record = recorder.add_loop(loop, kind.get_debug(loop) is True, _LOST)
        record.foreign = ForeignLoop(record, kind)
        loop._awaitscope = record
        recorder.loop_seen(record, loop)
    except Exception as error:
        give_up(error)
        return None
    return record


def _stand_ins(kind: Any) -> dict[str, Any]:
    soon, threadsafe = kind.call_soon, kind.call_soon_threadsafe

    def call_soon(self: Any, callback: Any, *args: Any, context: Any = None) -> Any:
        try:
            record = getattr(self, "_awaitscope", None) or attach(self)
            state = None if record is None else record.foreign
            if state is not None and not state.announced:
                state.announced = _ask(soon, self, state, state.before)
            key = 0
            if state is not None and args and type(args[0]) is CoroutineType:
                key = _note_handed(state.record, callback, args, sys._getframe(1))
            handle = soon(self, callback, *args, context=context)
        except BaseException as error:
            _leave(error)
            raise
        if record is None or state is None:
            return handle
        try:
            record.recorder.handed.hold(key, handle)
            if getattr(handle, "_source_traceback", None) is not None:
                _hide(handle, sys._getframe(1))
            cause = record.step or _outside(record, sys._getframe(1))
            kind = type(callback)
            at = 0 if cause > 0 and kind is StepType else clock()
            number = 0
            if kind is StepType or kind is BuiltinMethodType or kind is MethodType:
                task = callback.__self__
                number = record.tasks.get(id(task), 0)
                if number == 0 and is_task(task) and is_step(callback) and not is_done(task):
                    if kind is BuiltinMethodType:  # it is woken: it has started eagerly
                        number = record.recorder.add_task(record, task, False, at)
                    else:  # who creates the task is told from the frames from here on
                        number = add_task(record, task, at or clock())
                if number and kind is not StepType:
                    number = other_wake(record, number, callback, args)
            soon(self, state.after, handle, callback, number, cause, at, context=state.context)
            state.asked += 1
        except Exception as error:
            give_up(error)
        return handle

    def call_soon_threadsafe(self: Any, callback: Any, *args: Any, context: Any = None) -> Any:
        try:
            record = getattr(self, "_awaitscope", None) or attach(self)
            state = None if record is None else record.foreign
            if state is not None and not state.announced:
                state.announced = _ask(threadsafe, self, state, state.before)
            key = 0 if state is None else _note_handed(state.record, callback, args, sys._getframe(1))
            handle = threadsafe(self, callback, *args, context=context)
        except BaseException as error:
            _leave(error)
            raise
        if record is None or state is None:
            return handle
        try:
            record.recorder.handed.hold(key, handle)
            if getattr(handle, "_source_traceback", None) is not None:
                _hide(handle, sys._getframe(1))
            thread = get_ident()
            own = record.thread_id == thread
            cause = record.step if own else record.recorder.outside.called_from(thread, callback, args)
            state.asked += _ask(threadsafe, self, state, state.after, handle, callback, 0, cause, clock())
        except Exception as error:
            give_up(error)
        return handle

    return {
        "call_soon": call_soon,
        "call_soon_threadsafe": call_soon_threadsafe,
        "call_exception_handler": _Complaints(kind.call_exception_handler),
    }


class _Complaints:
    """In place of a method: the method itself, seen when it is looked for.

    A stand-in that called it would be a frame between the program and whoever it asked to be told. A task that ends
    unnoticed has put together what it will say before it looks for whom to say it to: that is among the youngest objects.
    """

    def __init__(self, original: Any) -> None:
        self._original = original

    def __get__(self, loop: Any, kind: Any = None) -> Any:
        recorder = active.recorder
        if loop is not None and recorder is not None:
            try:
                _note_complaint(recorder)
            except Exception as error:
                give_up(error)
        return self._original.__get__(loop, kind)


def _note_complaint(recorder: Recorder) -> None:
    if gc.get_count()[0] > _MOST_YOUNG:
        return
    for found in reversed(gc.get_objects(generation=0)[-_LATEST:]):
        if type(found) is dict and recorder.endings.complained(found):
            return


def _note_handed(record: LoopRecorder, callback: Any, args: Any, frame: FrameType) -> int:
    """Before the loop has it, which may be in another thread and be quick."""
    thread = get_ident()
    try:
        return record.recorder.handed.note(callback, args, 0 if record.thread_id == thread else thread, frame)
    except Exception as error:
        give_up(error)
        return 0


def _ask(how: Any, loop: Any, state: ForeignLoop, callback: Any, *args: Any) -> bool:
    """Whether the loop took it. If not (closed, or the wrong thread), what the program asked for says so itself."""
    try:
        how(loop, callback, *args, context=state.context)
    except RuntimeError:
        return False
    return True


def _hide(handle: Any, caller: FrameType) -> None:
    """In debug mode, handles remember where they were asked for."""
    handle._source_traceback[:] = format_helpers.extract_stack(caller)


def _leave(error: BaseException) -> None:
    """Takes our frame out of the traceback of what is about to be raised again (from 3.11 on that adds none)."""
    if error.__traceback__ is not None:
        error.__traceback__ = error.__traceback__.tb_next


def _late_task(record: LoopRecorder, callback: Any) -> int:
    """The number of a task whose creation was not seen: made before us, or started eagerly."""
    task = getattr(callback, "__self__", None) if type(callback) in _TASK_CALLBACKS else None
    if not is_task(task) or not is_step(callback) or is_done(task):
        return 0
    return record.tasks.get(id(task)) or record.recorder.add_task(record, task, False, clock())


def _row(record: LoopRecorder, task: Any, number: int, times: tuple[int, int, int]) -> tuple[int, ...]:
    """The row of a task's step; walks as stepping.py does, where the task is a plain coroutine."""
    coro = task._coro
    frame = coro.cr_frame if type(coro) is CoroutineType else None
    if frame is None:
        return other_row(record, task, number, times)
    node = record.root
    while True:
        code = coro.cr_code
        lasti = frame.f_lasti
        if node.code is code and (node.lasti is None or node.lasti == lasti):
            node = node.next
        else:
            node = record.positions.child(node, code, lasti, coro)
        coro = coro.cr_await
        if type(coro) is not CoroutineType:
            break
        if coro.cr_code is node.short:
            node = node.last
            break
        frame = coro.cr_frame
        if frame is None:
            break
    waiter = task._fut_waiter
    node = node.after if type(waiter) is node.awaited else leaf(record, node, coro, waiter)
    return rare_row(record, task, number, *times, node, waiter, coro) if node.is_rare else (number, *times, node.id)


def _outside(record: LoopRecorder, frame: FrameType | None) -> int:
    """Who asks, when no step runs that we see: the loop itself called the function at the bottom of these frames."""
    bottoms = record.recorder.callers.bottoms
    if record.thread_id != get_ident() or asyncio._get_running_loop() is None:
        return 0
    if frame is not None and id(frame.f_code) in bottoms:
        return 0  # called from C: a transport, or call_later(1, future.set_result, None)
    for _ in range(_DEEPEST):
        if frame is None:
            return 0
        below = frame.f_back
        if below is None or id(below.f_code) in bottoms:
            if frame.f_code in _timer_codes():
                return TIMER
            return IO if frame.f_code.co_name in _OF_PROTOCOLS else 0
        frame = below
    return 0


def _timer_codes() -> set[CodeType]:
    if not _timers:
        for place, name in _TIMER_FUNCTIONS:
            for part in name.split("."):
                inside = getattr(getattr(place, "__code__", None), "co_consts", ())
                found = [code for code in inside if type(code) is CodeType and code.co_name == part]
                place = found[0] if found else getattr(place, part, None)
            code = getattr(place, "__code__", place)
            if type(code) is CodeType:
                _timers.add(code)
    return _timers


_timers: set[CodeType] = set()


def install() -> None:
    for kind in _below(AbstractEventLoop):
        _stand_in(kind)
    AbstractEventLoop.__init_subclass__ = classmethod(_init_subclass)  # type: ignore[assignment, arg-type]


def uninstall() -> None:
    while _stood_in:
        kind, own = _stood_in.popitem()
        for name in (*_METHODS, "_awaitscope"):
            if name in own:
                setattr(kind, name, own[name])
            else:
                delattr(kind, name)
    if "__init_subclass__" in AbstractEventLoop.__dict__:
        del AbstractEventLoop.__init_subclass__


def _init_subclass(cls: Any, **options: Any) -> None:
    """A loop class is being made: when uvloop is imported, for one."""
    try:
        super(AbstractEventLoop, cls).__init_subclass__(**options)
    except BaseException as error:
        _leave(error)
        raise
    try:
        _stand_in(cls)
    except Exception as error:
        give_up(error)


def _stand_in(kind: type) -> None:
    """Only where a loop's methods are written in C: others are the program's code, which we do not call."""
    if issubclass(kind, BaseEventLoop) or hasattr(kind, "_awaitscope"):
        return
    methods = [getattr(kind, name) for name in ("call_soon", "call_soon_threadsafe")]
    if "call_soon" in kind.__dict__ or any(isinstance(method, FunctionType) for method in methods):
        return
    own = _stood_in[kind] = {}
    for name, ours in _stand_ins(kind).items():
        if name in kind.__dict__:
            own[name] = kind.__dict__[name]
        setattr(kind, name, ours)
    kind._awaitscope = None  # type: ignore[attr-defined]


def _below(kind: Any) -> list[type]:
    found: list[type] = []
    for child in kind.__subclasses__():
        found += [child, *_below(child)]
    return found
