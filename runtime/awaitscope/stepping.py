"""The stand-in for ``BaseEventLoop._run_once``: the hot path.

A step costs one reading of the clock, a walk along the coroutines in which the task stands, and one ``extend``. What
happens rarely lives in functions of its own, in rows.py. The first half follows asyncio's (Lib/asyncio/base_events.py)
statement by statement.
"""

from __future__ import annotations

import heapq
import selectors
import weakref
from asyncio import base_events
from asyncio.base_events import (  # type: ignore[attr-defined]
    _MIN_CANCELLED_TIMER_HANDLES_FRACTION,
    _MIN_SCHEDULED_TIMER_HANDLES,
    MAXIMUM_SELECT_TIMEOUT,
    _format_handle,
)
from asyncio.selector_events import BaseSelectorEventLoop
from types import CoroutineType, MethodType
from typing import Any

from .active import attach, give_up
from .anchors import resume, set_anchors
from .eager import extend_eager
from .handles import SET_RESULT, Handle, TimerHandle, TracedHandle, arm, direct_types, keeps_time
from .older import extend_older
from .positions import INNERMOST
from .recorder import LoopRecorder, clock
from .rows import leaf, rare_row, record_callback, record_end, record_other, record_slowly
from .steprows import CLOCK, CONTINUES, IDLE, IO, SINCE_WAKER, SPECIAL_WAKER, TIMER

_base_events: Any = base_events
_EPOLL: Any = getattr(selectors, "EpollSelector", None)
_SELECT: Any = getattr(_EPOLL, "select", None)
_PROCESS_EVENTS: Any = BaseSelectorEventLoop._process_events  # type: ignore[attr-defined]
_ref = weakref.ref
_TIMER_WAKER = SPECIAL_WAKER - TIMER
_NAN_IS_NOW = "min" in base_events.BaseEventLoop.__dict__["_run_once"].__code__.co_names
"""Until 3.12 a timer that is due at no number is due at once; since then, it is an error of the selector."""
_FLUSH_NS = 20_000_000
"""A loop about to wait writes its rows when they are older than this; the watch thread sees to the rest."""


def _run_once(self: Any) -> None:
    record = self._awaitscope or attach(self)
    if record is None:
        type(self)._run_once(self)  # recording has ended; asyncio's own is back in place
        return
    if self._scheduled:
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
        elif timeout < 0 or (timeout != timeout and _NAN_IS_NOW):
            timeout = 0

    if record.fresh:
        _wake_up(self, record)
    step = record.step
    try:
        method = self._selector.select if timeout == 0 and record.polls_in_c else None
        if type(method) is MethodType and method.__func__ is _SELECT:
            # Most often there is nothing. The selector's own way to find that out takes a fifth of a short step.
            event_list = self._selector._selector.poll(0, 1)
            if event_list:
                event_list = self._selector.select(timeout)
                self._process_events(event_list)
        else:
            if timeout == 0 and not record.is_proactor:
                event_list = self._selector.select(timeout)
            else:
                if record.rows and record.last - record.flushed_at > _FLUSH_NS:
                    record.recorder.flush_loop(record)
                record.step = IO  # whoever asks for a callback while the loop polls does so because of I/O
                event_list = self._selector.select(timeout)
                last = clock()
                # The bookkeeping since the last step is not idle time, but too short to be told apart.
                record.extend((IDLE, last - record.last, 0, 0, 0))
                record.last = last
                if record.recorder.dozes:
                    record.recorder.rouse_watch()
            self._process_events(event_list)
    except BaseException:
        record.step = step
        record.fresh = True
        raise
    event_list = method = None

    end_time = 0.0
    if self._scheduled or not record.polls_in_c:
        end_time = self.time() + self._clock_resolution
        while self._scheduled:
            handle = self._scheduled[0]
            if handle._when >= end_time:
                break
            handle = heapq.heappop(self._scheduled)
            handle._scheduled = False
            ready.append(handle)

    record.step = step
    last = polled = record.last
    extend = record.extend
    anchors = record.anchors
    wakers = record.wakers
    visits = record.visits
    direct = record.direct
    ntodo = len(ready)
    for _ in range(ntodo):
        handle = ready.popleft()
        if handle._cancelled:
            continue
        step += 1
        record.step = step
        start = last
        kind: Any = type(handle)
        number = handle.number if kind is TracedHandle else 0
        if not number:
            record.passes_on = True
        try:
            if self._debug:
                kind = None
                try:
                    self._current_handle = handle
                    t0 = self.time()
                    handle._run()
                    dt = self.time() - t0
                    if dt >= self.slow_callback_duration:
                        # The module's, each time: programs replace asyncio's logger.
                        _base_events.logger.warning("Executing %s took %.3f seconds", _format_handle(handle), dt)
                finally:
                    self._current_handle = None
            elif kind in direct:
                args = handle._args
                if args:
                    handle._context.run(handle._callback, *args)
                else:
                    handle._context.run(handle._callback)
            else:
                handle._run()
        except BaseException as error:
            if number or kind not in direct:
                record_slowly(record, handle, number, start)
                last = record.last
                if kind not in direct:
                    raise
            arm(handle, error)
            args = None
            try:
                handle._run()
            except BaseException:
                if not number:
                    record_slowly(record, handle, number, start)
                raise
            if number:
                continue

        last = clock()
        if not number:
            record.passes_on = False
            known = wakers.get(id(handle)) if kind is Handle else None
            if known is not None and known[1]:
                extend((0, last - start, start - polled & -256, known[0], known[1]))
            elif kind is TimerHandle and handle._callback is SET_RESULT and record.set_result:
                # Since it was due: by the loop's clock until it was polled, by ours from then on.
                since = (end_time - handle._when) * 1e9 + (start - polled)
                extend((0, last - start, int(since) & -256 if since > 0 else 0, _TIMER_WAKER, record.set_result))
            else:
                record_callback(self, record, handle, start, last)
            if record.eager:
                step = extend_eager(record)
            continue
        try:
            task = handle._callback.__self__
            cause = handle.cause
            at = handle.at
            coro = task._coro
            inner = below = coro.cr_await
            if inner is None and coro.cr_frame is None:
                record_end(record, task, number, handle, start, last)
                task = coro = below = args = None
                if record.eager:
                    step = extend_eager(record)
                continue
            if anchors and number in anchors:
                coro, node = resume(record, number, coro)
                inner = coro.cr_await
            else:
                node = record.root
            while True:
                if node.code is coro.cr_code and (node.lasti is None or node.lasti == coro.cr_frame.f_lasti):
                    node = node.next
                elif node.code_before is coro.cr_code and (
                    node.lasti_before is None or node.lasti_before == coro.cr_frame.f_lasti
                ):
                    node = node.before
                else:
                    node = record.positions.child(node, coro.cr_code, coro.cr_frame.f_lasti, coro)
                coro = inner
                if type(coro) is not CoroutineType:
                    break
                if coro.cr_code is node.short:
                    node = node.last
                    break
                inner = coro.cr_await
            if type(task._fut_waiter) is node.awaited:
                node = node.after
            else:
                node = leaf(record, node, coro, task._fut_waiter)
            waker = step - cause if cause > 0 else SPECIAL_WAKER - cause if cause else 0
            since = start - at & -256 if at else SINCE_WAKER
            if node.is_plain:
                extend((number, last - start, since, waker, node.id))
            else:
                visit = node.visit
                if visit and type(coro if visit == INNERMOST else below) is CoroutineType:
                    if visit == INNERMOST:
                        below = coro
                    known = visits.get(number)
                    if known is not None and known() is below:
                        extend((number, last - start, since, waker, node.id | CONTINUES))
                    else:
                        visits[number] = _ref(below)
                        extend((number, last - start, since, waker, node.id))
                elif node.is_rare:
                    extend(rare_row(record, task, number, last - start, since, waker, node, task._fut_waiter, coro))
                else:
                    extend((number, last - start, since, waker, node.id))
                if node.is_deep and number not in anchors:
                    set_anchors(record, task, number, node)
        except AttributeError:  # not a plain coroutine
            record_other(record, handle, number, start, last)
        except Exception as error:
            record.last = last
            give_up(error)
            return
        if record.eager:
            step = extend_eager(record)
        # asyncio holds nothing of a step but its handle until the next one; neither may we.
        task = coro = inner = below = args = None
    # An exception's traceback may keep this frame.
    handle = args = known = None

    record.last = last
    if step > record.due or self._stopping:
        record.fresh = self._stopping
        record.polls_in_c = _polls_in_c(self)
        record.direct = direct_types()
        record.recorder.flush_loop(record)


def _polls_in_c(self: Any) -> bool:
    """Whether nobody can tell that an epoll without events is not asked in asyncio's way, nor the time without timers.

    Nobody can where everything on the way there is Python's own.
    """
    selector: Any = getattr(self, "_selector", None)
    return (
        type(selector) is _EPOLL
        and _is(selector.select, _SELECT)
        and _is(self._process_events, _PROCESS_EVENTS)
        and keeps_time(self)
    )


def _is(method: Any, function: Any) -> bool:
    # Not by `__dict__`: once that of a loop was asked for, the loop is slower for the rest of its life.
    return type(method) is MethodType and method.__func__ is function


def _wake_up(self: Any, record: LoopRecorder) -> None:
    """The loop runs again after a stop: the time in between belongs to nobody."""
    root = record.positions.root()  # a loop may run in another thread than the one that made it
    if root is not record.root:
        record.root = root
        record.anchors.clear()
    record.is_proactor = hasattr(self, "_proactor")
    record.passes_on = False
    record.recorder.loop_runs(record)
    record.polls_in_c = _polls_in_c(self)
    record.direct = direct_types()
    record.last = now = clock()
    at = now - record.recorder.start
    record.extend((CLOCK, at & 0xFFFFFFFF, at >> 32, 0, 0))
    record.fresh = False
    record.recorder.start_watch()
    if record.recorder.dozes:
        record.recorder.rouse_watch()
    if record.older:
        extend_older(record)
