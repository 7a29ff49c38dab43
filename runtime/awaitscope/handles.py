"""Handles that know who asked for them, and the types by which asyncio's callbacks are told apart."""

from __future__ import annotations

import asyncio
import sys
from asyncio import BaseEventLoop, constants, events, format_helpers
from collections.abc import Iterator
from functools import partial
from operator import methodcaller
from types import BuiltinMethodType, FrameType, MethodDescriptorType, MethodType, SimpleNamespace
from typing import Any

PyTask: type[Any] = asyncio.tasks._PyTask  # type: ignore[attr-defined]
TASK_TYPES: tuple[type[Any], ...] = (asyncio.Task, PyTask)
FUTURE_TYPES: tuple[type[Any], ...] = (asyncio.Future, asyncio.futures._PyFuture)  # type: ignore[attr-defined]
_done: Any = asyncio.Task.done
Handle = events.Handle
TimerHandle = events.TimerHandle
ThreadSafeHandle: Any = getattr(events, "_ThreadSafeHandle", None)
"""What call_soon_threadsafe makes from 3.14 on; before, it goes through _call_soon."""
SET_RESULT: Any = getattr(asyncio.futures, "_set_result_unless_cancelled", None)
"""What a timer calls for ``sleep``: by far the most timers."""
TASK_CALLBACKS = frozenset({BuiltinMethodType, MethodType})
"""What a task's wake-up is; also what many other callbacks are."""

_KNOWN_SLOTS = {
    "_callback", "_args", "_cancelled", "_loop", "_source_traceback", "_repr", "__weakref__", "_context",
}  # fmt: skip
PLAIN_HANDLE = set(events.Handle.__slots__) == _KNOWN_SLOTS
"""Whether we may fill a handle ourselves; a Python whose handles hold more gets its own constructor called."""


def _none_yet(slot: Any) -> Any:
    """A slot of asyncio's handles that reads as None until it is written: most never are, and need no time for it."""
    get = slot.__get__

    def read(handle: Any) -> Any:
        try:
            return get(handle)
        except AttributeError:
            return None

    return property(read, slot.__set__, slot.__delete__)


class TracedHandle(events.Handle):
    """A handle that knows which step asked for it. Named like its base, because its name shows in reprs."""

    __slots__ = ("at", "cause", "number")
    at: int
    """When it was asked for; 0: at the end of the step that asked."""
    cause: int
    """The number of the step that asked, or IO, THREAD."""
    number: int
    """The task whose step it is; 0: no task's."""
    # Filled attribute by attribute in call_soon, so that making one costs no call of Python code.
    if PLAIN_HANDLE:
        __init__ = object.__init__
        _repr = _none_yet(events.Handle._repr)  # type: ignore[attr-defined]
        _source_traceback = _none_yet(events.Handle._source_traceback)  # type: ignore[attr-defined]


TracedHandle.__name__ = events.Handle.__name__
TracedHandle.__qualname__ = events.Handle.__qualname__
TracedHandle.__module__ = events.Handle.__module__


def is_task(thing: object) -> bool:
    """Not by ``isinstance``, which asks for its ``__class__``: that may be the program's code, as may any method of a task."""
    return issubclass(type(thing), TASK_TYPES)


def is_done(task: Any) -> bool:
    return bool(PyTask.done(task) if issubclass(type(task), PyTask) else _done(task))


def callbacks_of(future: Any) -> Iterator[Any]:
    """What is called when it is done. Futures that are not asyncio's are not asked."""
    if issubclass(type(future), FUTURE_TYPES):
        for entry in future._callbacks or ():
            yield entry[0] if type(entry) is tuple else entry


def variables_of(function: Any) -> dict[str, Any]:
    """What a function finds in those around it."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or ())
    return {name: cell.cell_contents for name, cell in cells}


_STEPS = frozenset({"task_wakeup", "__step", "__wakeup"})


def is_step(callback: Any) -> bool:
    """Whether this bound method of a task runs it; ``task.cancel`` may be a callback, too."""
    return type(callback) is StepType or getattr(callback, "__name__", None) in _STEPS


def is_in_c(method: object) -> bool:
    """Whether this method, as its class has it, is nobody's Python code: built in, or made by Cython."""
    kind = type(method)
    return kind is MethodDescriptorType or (kind.__name__, kind.__module__[:8]) == (
        "cython_function_or_method",
        "_cython_",
    )


_RUN = events.Handle._run
_TIME = BaseEventLoop.time
_DIRECT = frozenset({TracedHandle, Handle, TimerHandle})


def keeps_time(loop: Any) -> bool:
    """Whether its clock is asyncio's: one of the program's may go on whenever it is asked."""
    method = loop.time
    return type(method) is MethodType and method.__func__ is _TIME


def direct_types() -> frozenset[type]:
    """Types of handles whose callback the loop may call itself: none where a program has put its own in ``_run``'s place."""
    return _DIRECT if events.Handle._run is _RUN else frozenset()


def full_handle(callback: Any, args: Any, loop: Any, context: Any) -> Any:
    """A handle made by asyncio's own constructor."""
    handle = TracedHandle.__new__(TracedHandle)
    events.Handle.__init__(handle, callback, args, loop, context)
    return handle


def debug_handle(callback: Any, args: Any, loop: Any, context: Any, caller: FrameType, own_frames: int) -> Any:
    """As ``full_handle``; in debug mode it remembers the stack from ``caller``, as deep as asyncio's would be.

    ``own_frames``: frames of asyncio above the caller, which asyncio counts in and then removes.
    """
    handle = full_handle(callback, args, loop, context)
    if handle._source_traceback is not None:
        stack = format_helpers.extract_stack(caller)
        del stack[: own_frames - constants.DEBUG_STACK_DEPTH]
        handle._source_traceback = stack
    return handle


def arm(handle: Any, error: BaseException) -> None:
    """Makes ``handle._run()`` raise ``error``, so that it goes asyncio's own way, through asyncio's own frames.

    It is raised from C, which leaves no frame of ours in the traceback. What the handle held it goes on holding, and no
    more: so things die when and in the order in which they would. It has its context back by the time of the error: from
    3.12 on, asyncio runs the loop's exception handler in it.
    """
    if error.__traceback__ is not None:
        error.__traceback__ = error.__traceback__.tb_next  # our frame, which ``_run`` will add again
    context = handle._context
    raising = [partial(_closed.throw, error), partial(setattr, handle, "_context", context)]
    if handle._args is None:  # it was cancelled by what it ran; asyncio had looked at its arguments before
        raising.append(partial(setattr, handle, "_args", None))
        handle._args = ()
    handle._context = SimpleNamespace(run=_Raising(None, map(methodcaller("__call__"), iter(raising.pop, None))))


def _nothing() -> Iterator[None]:
    yield


_closed: Any = _nothing()
_closed.close()


class _Raising(filter):  # type: ignore[type-arg]
    """Called with whatever arguments, calls functions until one raises: from C alone, as the type's slot is looked for."""

    __call__ = property(filter.__next__)


class _NoLoop:
    def get_debug(self) -> bool:
        return False

    def call_exception_handler(self, _: object) -> None: ...


def _learn_step_type() -> tuple[type, int]:
    """The type of the callback by which a C task asks for its next step; it has no name to import it by.

    And the count of references to the task's own copy of a context, in a call_soon that has put it into a handle.
    """
    found: list[tuple[type, int]] = []

    class Probe:
        def call_soon(self, callback: object, *args: object, context: object = None) -> None:
            handle = [context]
            found.append((type(callback), sys.getrefcount(context)))
            del handle

        def get_debug(self) -> bool:
            return False

        def is_running(self) -> bool:
            return False

    async def nothing() -> None: ...

    coro = nothing()
    # A name of its own: an automatic one would use up "Task-1".
    task = asyncio.Task(coro, loop=Probe(), name="probe")  # type: ignore[arg-type]
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    # Finish it, and take it out of asyncio.all_tasks(): nothing of the probe may be left.
    coro.close()
    asyncio.tasks._unregister_task(task)
    return found[0]


def _future_iterator_type() -> type:
    future: Any = asyncio.Future(loop=_NoLoop())  # type: ignore[arg-type]
    iterator = iter(future)
    future.cancel()
    return type(iterator)


StepType, OWN_CONTEXT = _learn_step_type()
"""The callback by which a C task asks for its next step. A context with more references than that is not its alone."""
FutureIterator = _future_iterator_type()
"""What a coroutine awaits that awaits a future."""
