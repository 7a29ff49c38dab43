"""The instrumented event loop: stand-ins for the few methods of asyncio's ``BaseEventLoop`` through which everything runs.

The methods are replaced on the base class, not on a loop of ours: the program keeps its loops, policies, factories and
classes, and loops that exist already are traced too. Loops that do not inherit from ``BaseEventLoop`` are not traced.

``_run_once`` is the hot path. A step costs two readings of the clock at most, a walk along the coroutines the task
stands in, and one ``extend``. Whatever happens rarely lives in functions of its own.
"""

from __future__ import annotations

import asyncio
import contextvars
import heapq
import weakref
from _thread import get_ident as _get_ident
from asyncio import base_events, events
from asyncio.base_events import (  # type: ignore[attr-defined]
    _MIN_CANCELLED_TIMER_HANDLES_FRACTION,
    _MIN_SCHEDULED_TIMER_HANDLES,
    MAXIMUM_SELECT_TIMEOUT,
    BaseEventLoop,
    _format_handle,
)
from types import BuiltinMethodType, CoroutineType, MethodType
from typing import Any

from .disguise import disguise
from .recorder import (
    AWAITS,
    CLOCK,
    CONTINUES,
    ENDED,
    IDLE,
    IO,
    SINCE_WAKER,
    SPECIAL_WAKER,
    THREAD,
    TIMER,
    LoopRecorder,
    Recorder,
    clock,
)

PyTask: type = asyncio.tasks._PyTask  # type: ignore[attr-defined]
TASK_TYPES = (asyncio.Task, PyTask)
TimerHandle = events.TimerHandle

_FLUSH_NS = 20_000_000
"""A loop about to wait writes its rows when they are older than this; the watch thread sees to the rest."""

_copy_context = contextvars.copy_context
_recorder: Recorder | None = None
_Step: type = type(None)
"""The type of the callback by which a C task asks for its next step; learnt at install."""
_TASK_CALLBACKS = frozenset({BuiltinMethodType, MethodType})
"""What a task's wake-up is; also what many other callbacks are."""


_KNOWN_SLOTS = {
    "_callback", "_args", "_cancelled", "_loop", "_source_traceback", "_repr", "__weakref__", "_context",
}  # fmt: skip
_PLAIN_HANDLE = set(events.Handle.__slots__) == _KNOWN_SLOTS
"""Whether we may fill a handle ourselves; a Python whose handles hold more gets its own constructor called."""


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
    if _PLAIN_HANDLE:
        __init__ = object.__init__  # type: ignore[assignment]


TracedHandle.__name__ = events.Handle.__name__
TracedHandle.__qualname__ = events.Handle.__qualname__
TracedHandle.__module__ = events.Handle.__module__

def _learn_step_type() -> type:
    """The type of the callback by which a C task asks for its next step; it has no name to import it by."""
    found: list[type] = []

    class Probe:
        def call_soon(self, callback: object, *args: object, context: object = None) -> None:
            found.append(type(callback))

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
    asyncio.tasks._unregister_task(task)  # type: ignore[attr-defined]
    return found[0]


def attach(loop: Any) -> LoopRecorder | None:
    if _recorder is None:
        return None
    found = _recorder.add_loop(loop)
    loop._awaitscope = found
    return found


# ---------------------------------------------------------------------- asking for a callback


def call_soon(self: Any, callback: Any, *args: Any, context: Any = None) -> Any:
    if self._closed:
        self._check_closed()
    record = self._awaitscope or attach(self)
    if self._debug or record is None:
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_soon")
        return _call_soon_debug(self, record, callback, args, context)
    if _PLAIN_HANDLE:
        handle = TracedHandle()
        handle._context = _copy_context() if context is None else context
        handle._loop = self
        handle._callback = callback
        handle._args = args
        handle._cancelled = False
        handle._repr = handle._source_traceback = None
    else:
        handle = _full_handle(callback, args, self, context)
    handle.cause = record.step
    kind = type(callback)
    if kind is _Step:
        key = id(callback.__self__)
        if key in record.tasks:
            handle.number = record.tasks[key]
            handle.at = 0
        else:
            handle.at = now = clock()
            handle.number = _add_task(record, callback.__self__, now)
    else:
        handle.at = now = clock()
        if kind is BuiltinMethodType:
            handle.number = record.tasks.get(id(callback.__self__), 0)
        elif kind is MethodType and isinstance(callback.__self__, PyTask):
            number = record.tasks.get(id(callback.__self__), 0)
            if number == 0 and not callback.__self__.done():
                number = _add_task(record, callback.__self__, now)
            handle.number = number
        else:
            handle.number = 0
    self._ready.append(handle)
    return handle


def _call_soon_debug(self: Any, record: LoopRecorder | None, callback: Any, args: Any, context: Any) -> Any:
    """Debug mode wants the stack of the caller: as asyncio does it, less the frames that are ours."""
    handle = _full_handle(callback, args, self, context)
    if handle._source_traceback:
        del handle._source_traceback[-2:]
    _mark(record, handle, callback, THREAD if record is None else record.step)
    self._ready.append(handle)
    return handle


def _call_soon(self: Any, callback: Any, args: Any, context: Any) -> Any:
    """What call_soon_threadsafe uses. From the loop's own thread it is as good as call_soon."""
    record = self._awaitscope or attach(self)
    handle = _full_handle(callback, args, self, context)
    if handle._source_traceback:
        del handle._source_traceback[-1]
    own = record is not None and self._thread_id == _get_ident()
    _mark(record, handle, callback, record.step if own and record is not None else THREAD)
    self._ready.append(handle)
    return handle


def _full_handle(callback: Any, args: Any, loop: Any, context: Any) -> TracedHandle:
    handle = TracedHandle.__new__(TracedHandle)
    events.Handle.__init__(handle, callback, args, loop, context)
    if handle._source_traceback:  # type: ignore[attr-defined]
        del handle._source_traceback[-1]  # type: ignore[attr-defined]
    return handle


def _mark(record: LoopRecorder | None, handle: TracedHandle, callback: Any, cause: int) -> None:
    handle.cause = cause
    handle.at = now = clock()
    handle.number = 0
    if record is None:
        return
    task = getattr(callback, "__self__", None)
    if isinstance(task, TASK_TYPES) and not task.done():
        handle.number = record.tasks.get(id(task)) or _add_task(record, task, now)


def _late_task(record: LoopRecorder, callback: Any) -> int:
    """The number of a task that we first see when it runs: one that was made before us."""
    task = callback.__self__
    if not isinstance(task, TASK_TYPES) or task.done():
        return 0
    return record.tasks.get(id(task)) or record.recorder.add_task(record, task, False, clock())


def _add_task(record: LoopRecorder, task: Any, now: int) -> int:
    try:
        return record.recorder.add_task(record, task, True, now)
    except Exception as error:
        give_up(error)
        return 0


# ---------------------------------------------------------------------- running


def _run_once(self: Any) -> None:
    record = self._awaitscope or attach(self)
    if record is None:
        _original["_run_once"](self)
        return
    scheduled_count = len(self._scheduled)
    if scheduled_count > _MIN_SCHEDULED_TIMER_HANDLES and (
        self._timer_cancelled_count / scheduled_count > _MIN_CANCELLED_TIMER_HANDLES_FRACTION
    ):
        kept = []
        for handle in self._scheduled:
            if handle._cancelled:
                handle._scheduled = False
            else:
                kept.append(handle)
        heapq.heapify(kept)
        self._scheduled = kept
        self._timer_cancelled_count = 0
    else:
        while self._scheduled and self._scheduled[0]._cancelled:
            self._timer_cancelled_count -= 1
            handle = heapq.heappop(self._scheduled)
            handle._scheduled = False

    ready = self._ready
    timeout = None
    if ready or self._stopping:
        timeout = 0
    elif self._scheduled:
        timeout = self._scheduled[0]._when - self.time()
        if timeout > MAXIMUM_SELECT_TIMEOUT:
            timeout = MAXIMUM_SELECT_TIMEOUT
        elif timeout < 0:
            timeout = 0

    if record.fresh:
        _wake_up(self, record)
    step = record.step
    try:
        if timeout == 0 and not record.is_proactor:
            event_list = self._selector.select(timeout)
        else:
            began = _before_poll(record)
            event_list = self._selector.select(timeout)
            _after_poll(record, began)
        self._process_events(event_list)
    except BaseException:
        record.step = step
        record.fresh = True
        raise
    event_list = None

    end_time = self.time() + self._clock_resolution
    while self._scheduled:
        handle = self._scheduled[0]
        if handle._when >= end_time:
            break
        handle = heapq.heappop(self._scheduled)
        handle._scheduled = False
        ready.append(handle)

    record.step = step
    last = record.last
    extend = record.extend
    ntodo = len(ready)
    for i in range(ntodo):
        handle = ready.popleft()
        if handle._cancelled:
            continue
        step += 1
        record.step = step
        start = last
        number = handle.number if type(handle) is TracedHandle else 0
        try:
            if self._debug:
                try:
                    self._current_handle = handle
                    t0 = self.time()
                    handle._run()
                    dt = self.time() - t0
                    if dt >= self.slow_callback_duration:
                        # The module's, each time: programs replace asyncio's logger.
                        base_events.logger.warning("Executing %s took %.3f seconds", _format_handle(handle), dt)
                finally:
                    self._current_handle = None
            elif number:
                args = handle._args
                if args:
                    handle._context.run(handle._callback, *args)
                else:
                    handle._context.run(handle._callback)
            else:
                handle._run()
        except BaseException as error:
            _record_slowly(record, handle, number, start)
            last = record.last
            if not number or self._debug:
                raise
            _arm(handle, error)
            args = None
            handle._run()
            continue

        last = clock()
        if not number:
            _record_callback(self, record, handle, start, last)
            continue
        try:
            task = handle._callback.__self__
            cause = handle.cause
            at = handle.at
            coro = task._coro
            frame = coro.cr_frame
            if frame is None:
                _record_end(record, task, number, handle, start, last)
                task = coro = args = None
                continue
            node = record.root
            while True:
                code = coro.cr_code
                lasti = frame.f_lasti
                if node.code is code and node.lasti == lasti:
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
            if type(waiter) is node.awaited:
                node = node.after
            else:
                node = _leaf(record, node, coro, waiter)
            waker = step - cause if cause > 0 else SPECIAL_WAKER - cause if cause else 0
            since = start - at if at else SINCE_WAKER
            if node.is_rare:
                _extend_rare(record, task, number, (last - start, since, waker), node, waiter, coro)
            else:
                extend((number, last - start, since, waker, node.id))
        except AttributeError:  # not a plain coroutine
            _record_other(record, handle, number, start, last)
        except Exception as error:
            record.last = last
            give_up(error)
            return
        # asyncio holds nothing of a step but its handle until the next one; neither may we.
        task = coro = frame = waiter = args = None
    handle = None

    record.last = last
    if record.due or self._stopping:
        record.fresh = self._stopping
        record.recorder.flush_loop(record)


def _before_poll(record: LoopRecorder) -> int:
    if record.rows and record.last - record.flushed_at > _FLUSH_NS:
        record.recorder.flush_loop(record)
    record.step = IO  # whoever asks for a callback while the loop polls does so because of I/O
    return record.last


def _after_poll(record: LoopRecorder, began: int) -> None:
    record.last = now = clock()
    # The bookkeeping since the last step is not idle time, but too short to be told apart.
    record.extend((IDLE, now - began, 0, 0, 0))


def _waker(record: LoopRecorder, handle: Any) -> int:
    if type(handle) is TracedHandle:
        cause = handle.cause
        return record.step - cause if cause > 0 else SPECIAL_WAKER - cause if cause else 0
    return SPECIAL_WAKER - (TIMER if type(handle) is TimerHandle else IO)


def _since(self: Any, record: LoopRecorder, handle: Any, start: int, end: int) -> int:
    """For how long a callback that has just run from ``start`` to ``end`` had been ready by then."""
    if type(handle) is TracedHandle:
        return start - handle.at if handle.at else SINCE_WAKER
    if type(handle) is TimerHandle:
        # Since it was due; `end` on the loop's own clock is now.
        return max(0, int((self.time() - handle._when) * 1e9) - (end - start))
    return max(0, start - record.last)  # since this iteration's poll


def _record_callback(self: Any, record: LoopRecorder, handle: Any, start: int, end: int) -> None:
    """The row of a callback that is not a task's step, or of the first step we see of a task made before us."""
    try:
        callback = handle._callback
        since = _since(self, record, handle, start, end)
        times = (end - start, since, _waker(record, handle))
        if type(callback) in _TASK_CALLBACKS:
            number = _late_task(record, callback)
            if number:
                _extend_other(record, callback.__self__, number, times)
                return
        record.extend((0, *times, record.positions.callback(callback).id))
    except Exception as error:
        record.last = end
        give_up(error)


def _record_end(record: LoopRecorder, task: Any, number: int, handle: Any, start: int, end: int) -> None:
    ended = record.recorder.end_task(record, task, number)
    since = start - handle.at if handle.at else SINCE_WAKER
    record.extend((number, end - start, since, _waker(record, handle), 0, ENDED, number, ended, 0, 0))


def _record_other(record: LoopRecorder, handle: Any, number: int, start: int, end: int) -> None:
    """The row of a step of a task whose coroutine is not a plain one (a generator, Cython), or is gone."""
    try:
        since = start - handle.at if handle.at else SINCE_WAKER
        times = (end - start, since, _waker(record, handle))
        task = getattr(handle._callback, "__self__", None)
        if task is None:  # the handle was cancelled by its own step
            record.extend((number, *times, 0))
        else:
            _extend_other(record, task, number, times)
    except Exception as error:
        record.last = end
        give_up(error)


def _wake_up(self: Any, record: LoopRecorder) -> None:
    """The loop runs again after a stop: the time in between belongs to nobody."""
    record.is_proactor = hasattr(self, "_proactor")
    record.last = now = clock()
    at = now - record.recorder.start
    record.extend((CLOCK, at & 0xFFFFFFFF, at >> 32, 0, 0))
    record.fresh = False
    _start_watch()


def _leaf(record: LoopRecorder, node: Any, awaitable: Any, waiter: Any) -> Any:
    """The node of what the innermost coroutine awaits, which is not a coroutine."""
    positions = record.positions
    if awaitable is not None and type(awaitable) is not _FutureIterator and not node.entry.innermost:
        deeper = positions.below(node, awaitable)
        if deeper is not node:
            found = deeper.after if deeper.awaited is type(waiter) else positions.leaf(deeper, waiter)
            return found  # not cached on `node`: another time the same line may await something else
    return positions.leaf(node, waiter)


def _extend_rare(
    record: LoopRecorder,
    task: Any,
    number: int,
    times: tuple[int, int, int],
    node: Any,
    waiter: Any,
    innermost: Any,
) -> None:
    """A step whose row needs a second look: the same visit as before? which task or group does it await?"""
    where = node.id
    if node.revisit:
        # What the innermost user frame awaits: when it is the very object it was at the task's previous step, the
        # visit goes on. A weak reference, because an id may by now be another object's.
        is_known = node.depth == node.user.depth + 1 and type(innermost) is CoroutineType
        inner = innermost if is_known else _below_user(task, node.user)
        before = record.visits.get(number)
        if before is not None and before() is inner:
            where |= CONTINUES
        else:
            try:
                record.visits[number] = weakref.ref(inner)
            except TypeError:
                record.visits.pop(number, None)
    row = (number, *times, where)
    if node.links:
        recorder = record.recorder
        awaited = recorder.tasks.get(id(waiter))
        if awaited is not None:
            row = (*row, AWAITS, 1, awaited, 0, 0)
        else:
            group = recorder.groups.get(id(waiter))
            if group is not None:
                row = (*row, AWAITS, 2, group, 0, 0)
    record.extend(row)


def _below_user(task: Any, user: Any) -> Any:
    inner = task._coro
    for _ in range(user.depth):
        inner = getattr(inner, "cr_await", None)
    return inner


def _extend_other(record: LoopRecorder, task: Any, number: int, times: tuple[int, int, int]) -> None:
    recorder = record.recorder
    if task.done():
        ended = recorder.end_task(record, task, number)
        record.extend((number, *times, 0, ENDED, number, ended, 0, 0))
        return
    node = record.positions.below(record.positions.root, task._coro)
    waiter = task._fut_waiter
    if node.id:
        node = record.positions.leaf(node, waiter)
    _extend_rare(record, task, number, times, node, waiter, None)


def _record_slowly(record: LoopRecorder, handle: Any, number: int, start: int) -> None:
    """The row of a step out of which an exception came: the loop is about to stop, or the callback failed."""
    try:
        record.last = now = clock()
        record.fresh = True
        times = (now - start, 0, _waker(record, handle))
        callback = handle._callback
        if not number:
            record.extend((0, *times, record.positions.callback(callback).id))
        elif callback is None:
            record.extend((number, *times, 0))
        else:
            _extend_other(record, callback.__self__, number, times)
        record.recorder.flush_loop(record)
    except Exception as error:
        give_up(error)


class _Raising:
    """Stands in for a context whose ``run`` raises."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def run(self, *_: object) -> None:
        raise self._error


def _arm(handle: Any, error: BaseException) -> None:
    """Makes ``handle._run()`` raise ``error``, so that it goes asyncio's own way, through asyncio's own frames."""
    if error.__traceback__ is not None:
        error.__traceback__ = error.__traceback__.tb_next  # our frame, which ``_run`` will add again
    if isinstance(error, (SystemExit, KeyboardInterrupt)):
        # A future raises from C, which leaves no frame of ours in the traceback.
        raiser = asyncio.Future(loop=_NoLoop())  # type: ignore[arg-type]
        raiser.set_exception(error)
        handle._callback, handle._args = raiser.result, ()
    else:
        handle._context = _Raising(error)


class _NoLoop:
    def get_debug(self) -> bool:
        return False

    def call_exception_handler(self, _: object) -> None: ...


# ---------------------------------------------------------------------- installing

_original: dict[str, Any] = {}
_PATCHED = {"_run_once": _run_once, "call_soon": call_soon, "_call_soon": _call_soon}


def _future_iterator_type() -> type:
    future: Any = asyncio.Future(loop=_NoLoop())  # type: ignore[arg-type]
    iterator = iter(future)
    future.cancel()
    return type(iterator)


_FutureIterator = _future_iterator_type()


def _nothing() -> None: ...


_start_watch: Any = _nothing


def install(recorder: Recorder, start_watch: Any) -> None:
    """Replaces the methods. One recorder at a time."""
    global _recorder, _start_watch, _Step
    _recorder = recorder
    _start_watch = start_watch
    _Step = _learn_step_type()
    for name, ours in _PATCHED.items():
        original = BaseEventLoop.__dict__[name]
        _original[name] = original
        if name not in _disguised:
            _disguised.add(name)
            disguise(ours, original)  # type: ignore[arg-type]
        setattr(BaseEventLoop, name, ours)
    BaseEventLoop._awaitscope = None  # type: ignore[attr-defined]
    recorder.bottom_code = _run_once.__code__


_disguised: set[str] = set()


def uninstall() -> None:
    """Puts everything back; loops that are running go on with asyncio's own methods."""
    global _recorder, _start_watch
    recorder, _recorder = _recorder, None
    _start_watch = _nothing
    if recorder is None:
        return
    for name, original in _original.items():
        setattr(BaseEventLoop, name, original)
    for record in recorder.loops:
        loop = record.loop()
        if loop is not None:
            # Not through __dict__: making that dictionary slows every attribute of the loop down for good.
            try:
                del loop._awaitscope
            except AttributeError:
                pass
    del BaseEventLoop._awaitscope  # type: ignore[attr-defined]


def give_up(error: BaseException) -> None:
    recorder = _recorder
    if recorder is not None:
        uninstall()
        recorder.fail(error)
