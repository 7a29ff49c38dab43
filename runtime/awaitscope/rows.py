"""What is recorded after a step: everything but the row of the usual step, which ``_run_once`` appends itself."""

from __future__ import annotations

import weakref
from types import CoroutineType
from typing import Any

from .active import give_up
from .handles import (
    SET_RESULT,
    TASK_CALLBACKS,
    FutureIterator,
    ThreadSafeHandle,
    TimerHandle,
    TracedHandle,
    is_done,
    is_step,
    is_task,
    keeps_time,
)
from .planes import MASK
from .positions import opened, unwrapped
from .recorder import LoopRecorder, clock
from .steprows import AWAITS, CANCELLED, CONTINUES, ENDED, IO, SINCE_WAKER, SPECIAL_WAKER, THREAD, TIMER
from .waiting import as_completed_of, noticed

_ref = weakref.ref
_LONGEST_NS = 1e18
"""A timer may be due since ever: at minus infinity."""


def _waker(record: LoopRecorder, handle: Any) -> int:
    kind = type(handle)
    if kind is TracedHandle:
        cause = handle.cause
        if cause == IO:
            cause = record.recorder.outside.completed(handle._callback, handle._args)
    elif kind is TimerHandle:
        cause = TIMER
    else:
        known = record.wakers.get(id(handle))
        if known is not None:
            return known[0] if known[0] >= 0 else record.step + known[0]
        cause = THREAD if kind is ThreadSafeHandle else IO
    return record.step - cause if cause > 0 else SPECIAL_WAKER - cause if cause else 0


def _since(self: Any, record: LoopRecorder, handle: Any, start: int, end: int) -> int:
    """For how long a callback that has just run from ``start`` to ``end`` had been ready by then."""
    if type(handle) is TracedHandle:
        return start - handle.at & -256 if handle.at else SINCE_WAKER
    if type(handle) is TimerHandle and keeps_time(self):
        # Since it was due; `end` on the loop's own clock is now.
        since = (self.time() - handle.when()) * 1e9 - (end - start)
        return int(since) & -256 if 0 < since < _LONGEST_NS else 0
    return max(0, start - record.last) & -256  # since this iteration's poll


def record_callback(self: Any, record: LoopRecorder, handle: Any, start: int, end: int) -> None:
    """The row of a callback that is not a task's step, or of the first step we see of a task made before us."""
    try:
        since = _since(self, record, handle, start, end)
        times = (end - start, since, _waker(record, handle))
        known = record.wakers.get(id(handle))
        if known is not None and known[1]:
            record.extend((0, *times, known[1]))
            return
        callback = handle._callback
        if type(callback) in TASK_CALLBACKS:
            number = _late_task(record, callback)
            if number:
                record.extend(other_row(record, callback.__self__, number, times))
                return
        node = record.positions.callback(callback).id
        if callback is SET_RESULT:
            record.set_result = node
        record.extend((0, *times, node))
        if record.recorder.book.watched:
            record.recorder.book.called(callback)
    except Exception as error:
        record.last = end
        give_up(error)


def record_end(record: LoopRecorder, task: Any, number: int, handle: Any, start: int, end: int) -> None:
    recorder = record.recorder
    ended = recorder.end_task(record, task, number)
    if ended == CANCELLED:
        recorder.cancels.ended(record, task, number, handle, start)
    elif recorder.cancels.told:
        recorder.cancels.forget(number)
    at = end - recorder.start
    recorder.ends.extend((number, ended, at & MASK, at >> 32))
    since = start - handle.at & -256 if handle.at else SINCE_WAKER
    record.extend((number, end - start, since, _waker(record, handle), 0, ENDED, number, ended, 0, 0))


def record_other(record: LoopRecorder, handle: Any, number: int, start: int, end: int) -> None:
    """The row of a step of a task whose coroutine is not a plain one (a generator, Cython), or is gone."""
    try:
        since = start - handle.at & -256 if handle.at else SINCE_WAKER
        times = (end - start, since, _waker(record, handle))
        task = getattr(handle._callback, "__self__", None)
        if task is None:  # the handle was cancelled by its own step
            record.extend((number, *times, 0))
        else:
            record.extend(other_row(record, task, number, times))
    except Exception as error:
        record.last = end
        give_up(error)


def leaf(record: LoopRecorder, node: Any, awaitable: Any, waiter: Any) -> Any:
    """The node of what the innermost coroutine awaits, which is not a coroutine."""
    positions = record.positions
    if awaitable is not None and type(awaitable) is not FutureIterator and not node.entry.innermost:
        deeper = positions.below(node, awaitable)
        if deeper is not node:
            found = deeper.after if deeper.awaited is type(waiter) else positions.leaf(deeper, waiter)
            return found  # not cached on `node`: another time the same line may await something else
    return positions.leaf(node, waiter)


def rare_row(
    record: LoopRecorder,
    task: Any,
    number: int,
    run: int,
    since: int,
    waker: int,
    node: Any,
    waiter: Any,
    innermost: Any,
) -> tuple[int, ...]:
    """A step whose row needs a second look: the same visit as before? which task, group or job does it await?"""
    where = node.id
    inner = None
    if node.revisit:
        # What the innermost user frame awaits: when it is the very object it was at the task's previous step, the
        # visit goes on. A weak reference, because an id may by now be another object's.
        is_known = node.is_below_user and type(innermost) is CoroutineType
        inner = innermost if is_known else _below_user(task, node.user)
        visits = record.visits
        if number in visits and inner is not None and visits[number]() is inner:
            where |= CONTINUES
        else:
            try:
                visits[number] = _ref(inner)
            except TypeError:
                visits.pop(number, None)
    row: tuple[int, ...] = (number, run, since, waker, where)
    if node.links:
        recorder = record.recorder
        awaited = recorder.tasks.get(id(waiter))
        if awaited is not None:
            row = (*row, AWAITS, 1, awaited, 0, 0)
        elif id(waiter) in recorder.jobs.awaited:
            row = (*row, AWAITS, 3, recorder.jobs.awaited[id(waiter)][0], 0, 0)
        else:
            group = recorder.groups.get(id(waiter)) or noticed(recorder, task, number, waiter, node, inner)
            if not group and node.entry.waits_for_group:
                group = recorder.book.waits.get(number)
            if not group and node.is_of_as_completed:
                group = as_completed_of(recorder, task)
            if group:
                row = (*row, AWAITS, 2, group, 0, 0)
    return row


def _below_user(task: Any, user: Any) -> Any:
    inner = task._coro
    for _ in range(user.depth):
        if type(inner) is CoroutineType:
            inner = inner.cr_await
        else:
            found = opened(inner)
            inner = None if found is None else found[2]
    return unwrapped(inner)


def other_row(record: LoopRecorder, task: Any, number: int, times: tuple[int, int, int]) -> tuple[int, ...]:
    """The row of a step of any task, in whatever way it runs."""
    if is_done(task):
        recorder = record.recorder
        ended = recorder.end_task(record, task, number)
        recorder.cancels.forget(number)
        at = recorder.now()
        recorder.ends.extend((number, ended, at & MASK, at >> 32))
        return (number, *times, 0, ENDED, number, ended, 0, 0)
    node = record.positions.below(record.root, task._coro)
    waiter = task._fut_waiter
    if node.id:
        node = record.positions.leaf(node, waiter)
    return rare_row(record, task, number, *times, node, waiter, None)


def record_slowly(record: LoopRecorder, handle: Any, number: int, start: int) -> None:
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
            record.extend(other_row(record, callback.__self__, number, times))
        record.recorder.flush_loop(record)
    except Exception as error:
        give_up(error)


def _late_task(record: LoopRecorder, callback: Any) -> int:
    """The number of a task that we first see when it runs: one that was made before us.

    Or of an eager one that was woken before its first step was over, which we did not know then.
    """
    task = callback.__self__
    if not is_task(task) or not is_step(callback):
        return 0
    number = record.tasks.get(id(task), 0)
    if number or is_done(task):
        return number
    return record.recorder.add_task(record, task, False, clock())
